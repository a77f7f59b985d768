"""The fire router: for each user, whether a signal becomes a command, and the command.

Receives: verdicts from CITADEL; `FireAsked`, a trader pressed FIRE; `CountdownOver`, nobody said no in mode semi;
`Arrived` and `Returned`, a session is back.
Sends: commands through the user's session, which looks at the trading state again; advice and denials for the chart.
Journals: the intent, before the command leaves; each denial; each countdown, before it begins.
Fails as: all that is below it; the intents are in the ledger, and what became of them is asked for.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from functools import partial

import attrs
from loguru import logger

from bitten import failpoints
from bitten.actors.roster import Roster
from bitten.actors.scribe import Scribe
from bitten.actors.session import Session
from bitten.actors.stages import Stages
from bitten.clock import HubClock
from bitten.current import Current
from bitten.errors import JournalError
from bitten.mailbox import Bounded
from bitten.messages import Arrived, CountdownOver, FireAsked, Returned, RouterMessage, Verdict
from bitten.rules import facts
from bitten.rules.desk_fire import described
from bitten.rules.facts import Intent
from bitten.rules.fire import Life
from bitten.rules.intending import Addressee, intended
from bitten.rules.orders import NOBODY, Author, FireWish
from bitten.rules.risk import AT_MARKET, DenialCode, Denied, Mode, Order, Terms, decide
from bitten.rules.risk.gather import Trader, situation
from bitten.rules.risk.pace import Paces
from bitten.rules.taped import Put, gated, nowhere
from bitten.units import SECOND_MS, TradingState
from bitten.wire.advice import Denied as DeniedAdvice
from bitten.wire.advice import SignalAdvice

REMEMBERED_SIGNALS = 1_000
REMEMBERED_DENIALS = 50


@attrs.define(eq=False)
class FireRouter:
    """Decides by `rules.risk`, journals, hands over."""

    current: Current
    clock: HubClock
    scribe: Scribe
    roster: Roster
    stages: Stages
    tape: Put = nowhere
    mailbox: Bounded[RouterMessage] = attrs.field(factory=lambda: Bounded[RouterMessage]("fire_router", 1_024))
    paces: Paces = attrs.field(factory=Paces)
    stopping: bool = False
    """The hub is ending: no new fires."""
    _verdicts: OrderedDict[str, Verdict] = attrs.field(factory=OrderedDict)
    _undecided: dict[str, list[str]] = attrs.field(factory=dict)
    """By user: signals on which FIRE was pressed before this start, and nobody decided."""
    denials: deque[tuple[int, facts.Denial]] = attrs.field(factory=lambda: deque(maxlen=REMEMBERED_DENIALS))
    """The newest of this start, with hub time, for the operator to see."""

    def __attrs_post_init__(self) -> None:
        """What an earlier hub left: presses that it did not decide, and the paces of the last minutes."""
        for user, signal_id in self.scribe.ledger.presses:
            self._undecided.setdefault(user, []).append(signal_id)
        commands = [each for book in self.scribe.ledger.books.values() for each in book.commands.values()]
        for command in sorted(commands, key=lambda each: each.decided):
            if command.intent.action == "fire" and command.life is not Life.WITHDRAWN:
                rearmed = self.scribe.ledger.is_rearmed(command.intent.user, command.seq)
                self.paces.fired(command.intent, command.decided, rearmed=rearmed)

    async def run(self) -> None:
        """Route for ever."""
        await self.mailbox.serve(self._route)

    def _route(self, message: RouterMessage) -> None:
        match message:
            case Verdict():
                failpoints.reach(failpoints.VERDICT_TAKEN)
                self._consider(message)
            case FireAsked():
                self._asked(message)
            case CountdownOver():
                self._counted(message)
            case Returned():
                self._returned(message)
            case Arrived():
                self._arrived(message)

    def _consider(self, verdict: Verdict) -> None:
        if verdict.vetoed:
            return
        self._verdicts[verdict.signal.id] = verdict
        if len(self._verdicts) > REMEMBERED_SIGNALS:
            self._verdicts.popitem(last=False)
        heard_ns = self.stages.latencies.heard_of(verdict.signal.id)
        for session in self.roster:
            mode = self._mode(session.user)
            if mode is Mode.AUTO:
                self._guarded(session, partial(self._fire, verdict, session, mode, heard_ns=heard_ns))
            elif mode is Mode.SEMI:
                self._guarded(session, partial(self._count_down, verdict, session))
        # Those who wait for a fire come first; advice is for the eyes.
        for session in self.roster:
            if session.live:
                self._guarded(session, partial(self._advise, verdict, session))

    def _count_down(self, verdict: Verdict, session: Session) -> None:
        """Begin the time in which the trader may say no. Judged now and at its end: nobody waits for what cannot be."""
        user, signal = session.user, verdict.signal
        if (user, signal.id) in self.scribe.ledger.countdowns:
            return
        decision = self._decide(verdict, session, Mode.SEMI, counted=True)
        if isinstance(decision, Denied):
            self._deny(user, signal.id, decision)
            return
        due = session.view.market_now + self.current.config.risk.semi_countdown_s * SECOND_MS
        fact = facts.CountdownBegun(user=user, account=session.account, due=due, verdict=verdict.decision())
        written = self._written(fact)
        if isinstance(written, Denied):
            self._deny(user, signal.id, written)
            return
        session.countdown.begin(signal.id, due)
        logger.info("{} may say no to {} for {} s", user, signal.id, self.current.config.risk.semi_countdown_s)

    def _counted(self, over: CountdownOver) -> None:
        session = self.roster.of(over.user)
        if session is None:
            return  # Denied when the user is back: it was not live all along.
        mode, countdowns = self._mode(over.user), self.scribe.ledger.countdowns
        for signal_id in session.countdown.over(session.view.market_now):
            if found := countdowns.get((over.user, signal_id)):  # Else it was fired, or the trader said no.
                self._guarded(session, partial(self._fire, found.verdict, session, mode, counted=True))

    def _asked(self, asked: FireAsked) -> None:
        session, verdict = self.roster.of(asked.user), self._verdicts.get(asked.signal_id)
        if verdict is None:
            denied = Denied(code=DenialCode.SIGNAL_EXPIRED, message=f"no signal {asked.signal_id} stands any more")
            self._deny(asked.user, asked.signal_id, denied)
        elif session is None:
            denied = Denied(code=DenialCode.SESSION_NOT_LIVE, message=f"{asked.user} is not connected")
            self._deny(asked.user, asked.signal_id, denied)
        else:
            # 0 is a time like any other, and long past: it must not be taken for "nobody asked".
            until = max(1, asked.expires)
            self._guarded(session, partial(self._fire, verdict, session, self._mode(asked.user), until))

    def wished(self, wish: FireWish) -> Intent | Denied:
        """An operator's fire, through the same gate: what was decided, or why not. Both are journaled."""
        session, hub_now = self.roster.of(wish.user), self.clock.now()
        verdict = self._verdicts.get(wish.signal_id)
        if session is None:
            away = Denied(code=DenialCode.SESSION_NOT_LIVE, message=f"{wish.user} is not connected")
            return self._deny(wish.user, wish.signal_id, away, wish.by)
        if wish.symbol:
            verdict = described(wish, session.view)
        if verdict is None:
            gone = Denied(code=DenialCode.SIGNAL_EXPIRED, message=f"no signal {wish.signal_id} stands any more")
            return self._deny(wish.user, wish.signal_id, gone, wish.by)
        good_till = session.view.market_now + wish.good_for if wish.good_for else 0
        terms = Terms(lot=wish.lot, kind=wish.kind, good_till=good_till)
        until = hub_now + self.current.config.risk.command_expiry_ms
        try:
            return self._fire(verdict, session, self._mode(wish.user), until, terms=terms, by=wish.by)
        except Exception as error:  # noqa: BLE001 - handed to the session, which raises it
            session.fail(error)
            return Denied(code=DenialCode.BUSY, message=f"the session crashed on it, see the log: {error}")

    @property
    def standing(self) -> Iterable[Verdict]:
        """The verdicts that were let through lately, oldest first."""
        return self._verdicts.values()

    def _returned(self, returned: Returned) -> None:
        """Judge anew what was fired and never ran, while its signal is fresh: a yes is the next leg (protocol 5.6)."""
        session = self.roster.of(returned.user)
        if session is None:
            return
        book = self.scribe.ledger.book(session.account, session.user)
        for intent in [command.intent for command in book.lapsed.values()]:
            verdict = intent.verdict
            if intent.symbol != returned.symbol or verdict is None:
                continue
            if session.view.market_now < verdict.signal.expires:
                mode = self._mode(session.user)
                self._guarded(session, partial(self._fire, verdict, session, mode, intent.asked_until))

    def _arrived(self, arrived: Arrived) -> None:
        """Deny, once and where the trader sees it, what was pressed and died with an earlier hub, and what was counted
        down while the session was not live all along.
        """
        session = self.roster.of(arrived.user)
        for user, signal_id in list(self.scribe.ledger.countdowns):
            if user != arrived.user or (session is not None and signal_id in session.countdown):
                continue
            message = "the session was not live through the whole countdown: press FIRE while the signal stands"
            self._deny(user, signal_id, Denied(code=DenialCode.COUNTDOWN, message=message))
        for signal_id in self._undecided.pop(arrived.user, []):
            message = "the hub was started anew before it was decided: press again while the signal stands"
            self._deny(arrived.user, signal_id, Denied(code=DenialCode.REQUEST_EXPIRED, message=message))

    def _guarded(self, session: Session, act: Callable[[], object]) -> None:
        """What one user's numbers do to us is that user's session's crash: the others' fires go on."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - handed to the session, which raises it
            session.fail(error)

    def _decide(
        self,
        verdict: Verdict,
        session: Session,
        mode: Mode,
        asked_until: int = 0,
        *,
        counted: bool = False,
        terms: Terms = AT_MARKET,
    ) -> Order | Denied:
        if self.stopping:
            return Denied(code=DenialCode.HALTED, message="the hub is stopping")
        trader, ledger, hub_now = self._trader(session), self.scribe.ledger, self.clock.now()
        now = situation(
            *(verdict, trader, ledger, mode, self.paces, hub_now),
            asked_until=asked_until,
            counted=counted,
            terms=terms,
        )
        config = self.current.config
        tier = config.tiers[config.users[session.user].tier]
        decision = decide(now, config.risk, tier)
        self.tape(gated(now, config.risk, tier, decision))
        return decision

    def _fire(
        self,
        verdict: Verdict,
        session: Session,
        mode: Mode,
        asked_until: int = 0,
        *,
        counted: bool = False,
        terms: Terms = AT_MARKET,
        by: Author = NOBODY,
        heard_ns: int = 0,
    ) -> Intent | Denied:
        user, signal = session.user, verdict.signal
        book = self.scribe.ledger.book(session.account, user)
        decision = self._decide(verdict, session, mode, asked_until, counted=counted, terms=terms)
        if isinstance(decision, Denied):
            return self._deny(user, signal.id, decision, by)
        to = Addressee.of(session.machine.greeting)
        leg = book.next_leg(signal.id)
        intent = intended(decision, verdict, to, session.view, leg=leg, asked_until=asked_until, by=by)
        written = self._written(intent)
        if isinstance(written, Denied):
            return self._deny(user, signal.id, written, by)
        failpoints.reach(failpoints.INTENT_DURABLE)
        reason = session.execute(intent)
        if reason:
            return self._deny(user, signal.id, Denied(code=self._code_now(session), message=reason), by)
        self.stages.latencies.fired(intent.id, heard_ns)
        self.paces.fired(intent, written.time)
        self.stages.spoke("fires", f"{user} {signal.direction} {decision.lot} {signal.symbol}")
        logger.info(
            "{} fired: {} {} {} lots at {} sl {} tp {} ({})",
            *(user, intent.direction, intent.symbol, intent.lot, intent.entry, intent.sl, intent.tp, intent.id),
        )
        return intent

    def _written(self, fact: Intent | facts.CountdownBegun) -> facts.Entry | Denied:
        """Durably; or why not, and then nothing comes of it."""
        try:
            return self.scribe.write("fire_router", fact)
        except JournalError as error:
            return Denied(code=DenialCode.HALTED, message=f"journal: {error}")

    def _code_now(self, session: Session) -> DenialCode:
        """Why a fire that was decided is not sent after all: what the gate looked at has changed meanwhile."""
        held = {TradingState.HALTED: DenialCode.HALTED, TradingState.REDUCING: DenialCode.REDUCING}
        state = self.scribe.trading_of(session.user).state
        return held.get(state, DenialCode.BUSY if session.live else DenialCode.SESSION_NOT_LIVE)

    def _trader(self, session: Session) -> Trader:
        machine, scribe = session.machine, self.scribe
        return Trader(
            user=session.user,
            account=session.account,
            leverage=machine.greeting.hello.account.leverage,
            view=session.view,
            state=machine.state,
            clocks_agree=machine.clocks_agree,
            # Whatever else the session would refuse now: nothing is intended that could not be sent.
            busy=session.line.full or bool(machine.refusal("fire", self.clock.now())),
            told=machine.trading,
            hub=scribe.trading_of(""),
            own=scribe.trading_of(session.user),
        )

    def _deny(self, user: str, signal_id: str, denied: Denied, by: Author = NOBODY) -> Denied:
        fact = facts.Denial(
            user=user, signal_id=signal_id, code=denied.code.value, message=denied.message, who=by.who, why=by.why
        )
        self.denials.append((self.clock.now(), fact))
        self.scribe.note("fire_router", fact)
        logger.info("{} denied: {}: {}", user, denied.code.value, denied.message)
        session = self.roster.of(user)
        if session is not None:
            session.say(
                DeniedAdvice(
                    session=session.id,
                    signal_id=signal_id,
                    code=denied.code.value,
                    message=denied.message[:512],
                )
            )
        return denied

    def _advise(self, verdict: Verdict, session: Session) -> None:
        signal = verdict.signal
        session.say(
            SignalAdvice(
                session=session.id,
                signal_id=signal.id,
                symbol=signal.symbol,
                direction=signal.direction,
                kind=signal.kind.value,
                entry=signal.entry,
                sl=signal.sl,
                tp=signal.tp,
                score=signal.score,
                shield=verdict.shield.value,
                mode=self._mode(session.user).value,
                expires=signal.expires,
            )
        )

    def _mode(self, user: str) -> Mode:
        return Mode(self.current.config.users[user].mode)
