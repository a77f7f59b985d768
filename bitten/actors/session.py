"""One EA's session: the body of `rules.session`.

Receives: frames that carry its id, from both ports; `Durable`, when the journal holds one of its events.
Sends: quotes and history to VENOM, closings to XP, the trader's wishes to the fire router, everything else to its EA.
Journals: events, states, the account once a minute of market time, and that a command was sent or withdrawn.
Fails as: itself alone: its EA is told, says hello again, and finds a new session that reconciles.
"""

from contextlib import suppress

import trio
from loguru import logger

from bitten import failpoints
from bitten.actors.aftermath import pass_on
from bitten.actors.countdown import Countdown
from bitten.actors.lapsed import Lapsed
from bitten.actors.line import Line
from bitten.actors.neighbours import Neighbours
from bitten.actors.quotes import Quotes
from bitten.actors.session_messages import Durable, Failed, Frame, Pardoned, Reconsider, SessionMessage, Stop, Told
from bitten.actors.triggers import Triggers
from bitten.errors import Malformed
from bitten.mailbox import Bounded, Busy
from bitten.messages import Arrived, RankWanted
from bitten.rules.facts import (
    Action,
    Asked,
    Entry,
    EquityNoted,
    Intent,
    Sent,
    Withdrawn,
    command_of,
)
from bitten.rules.reconcile import Adopt, External, Picture, belief, compare
from bitten.rules.session import (
    AccountSeen,
    Alarm,
    Effect,
    End,
    Greeting,
    HoldBegun,
    HoldOver,
    Reconcile,
    Record,
    RecordRaw,
    Send,
    SessionSettings,
    SetCursor,
    State,
    StateChanged,
)
from bitten.rules.session import Session as Machine
from bitten.rules.session.reading import unreadable
from bitten.rules.session.telling import Told as Telling
from bitten.rules.session.telling import fact_of
from bitten.rules.terminal import TerminalView
from bitten.sockets.channel import Sent as Handed
from bitten.units import TradingState
from bitten.wire.account import Telemetry
from bitten.wire.codec import Envelope, FromEa, FromHub, ea_on_command, ea_on_feedback
from bitten.wire.commands import History
from bitten.wire.market import Bars, Calendar, Spec, Tick, Ticks
from bitten.wire.session import Bye, ByeReason, Trading

FULL_RETRY_MS = 20
"""How soon a full queue is tried again: nothing tells when one peer's has room."""


class Session:
    """The actor. Quotes are taken by the reader's own task, without a switch; everything else waits its turn here."""

    def __init__(self, greeting: Greeting, line: Line, settings: SessionSettings, around: Neighbours) -> None:
        # Not properties: `user` is read for every tick received.
        self.id = greeting.session
        """The session id that fences its messages."""
        self.user = greeting.user
        """Who trades."""
        self.account = greeting.account
        """Whose money."""
        digests = around.scribe.ledger.cursor(greeting.account, greeting.hello.ea).digests
        self.machine = Machine(greeting, settings, digests, around.clock.now())
        self.mailbox: Bounded[SessionMessage] = Bounded(f"session {greeting.user}", 2_048)
        self.line = line
        self.view = TerminalView(greeting.hello.utc_offset)
        self._around = around
        self._durable = 0
        self._lapsed = Lapsed(greeting.user, around.router)
        self.countdown = Countdown(greeting.user, around.router)
        """Until mode semi fires."""
        self.triggers = Triggers(greeting.user, around.care)
        """Prices at which its positions are to be cared for."""
        self._quotes = Quotes(
            *(self.user, self.machine, self.view, self._lapsed, self.countdown, self.triggers, around),
            new_day=self._note_account,
            behind=lambda: around.burst.afterwards(self._catch_up),
        )
        self.released = False
        """The operator lets another ledger take its place (protocol 2.9)."""
        self._over = False
        self._last_word = Stop(ByeReason.SHUTDOWN, "the hub ends this session")
        """What a session that is cancelled says: the reason decides what its EA does next."""

    @property
    def live(self) -> bool:
        """It may be fired at, unless `refusal` says otherwise."""
        return self.machine.state is State.LIVE

    def refusal(self, action: Action) -> str:
        """Why a command may not be sent now; "": it may."""
        trading = self._around.scribe.trading_of(self.user)
        if action == "fire" and trading.state is not TradingState.ACTIVE:
            return f"{trading.state}: {trading.why}"
        if self.line.full:
            return "the EA does not read: its queue is full"
        return self.machine.refusal(action, self._around.clock.now())

    # What readers and neighbours call

    def feedback(self, envelope: Envelope, raw: bytes, now: int) -> None:
        """Take a frame from port 5556. Never raises: what goes wrong here is this session's crash."""
        try:
            if envelope.type == "tick" and self._quotes.take(envelope, raw, now):
                return
            self._post(Frame("feedback", envelope, raw))
        except Exception as error:  # noqa: BLE001 - handed to the actor, which raises it
            self.fail(error)

    def _catch_up(self) -> None:
        """The burst is over in which quotes came beyond the allowance. Never raises, as `feedback`."""
        try:
            for envelope, raw in self._quotes.catch_up(self._around.clock.now()):
                self._post(Frame("feedback", envelope, raw))
        except Exception as error:  # noqa: BLE001 - as above
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Something went wrong on this session's account: its actor raises it, and nobody else's."""
        self.mailbox.post_urgent(Failed(error))

    def commanded(self, envelope: Envelope, raw: bytes) -> None:
        """Take a frame from port 5555."""
        self._post(Frame("command", envelope, raw))

    def execute(self, intent: Intent) -> str:
        """Send a command whose intent is durable, byte for byte, or withdraw it. Returns why not; "": it was handed on.

        The trading state and the session's are looked at again here, right before the socket.
        """
        scribe = self._around.scribe
        reason = self.refusal(intent.action)
        if not reason:
            handed = self.line.command_now(intent.raw.encode())
            reason = "" if handed is Handed.SENT else f"the EA's queue is {handed.value}"
        cause = scribe.ledger.seq_of(intent.account, intent.id)
        if reason:
            scribe.record("session", Withdrawn(id=intent.id, account=intent.account, reason=reason), cause, urgent=True)
            return reason
        failpoints.reach(failpoints.COMMAND_SENT)
        scribe.record("session", Sent(id=intent.id, account=intent.account), cause, urgent=True)
        self._carry_out(self.machine.commanded(intent.id, self._around.clock.now()))
        return ""

    def say(self, message: FromHub) -> None:
        """Send advice for the chart."""
        self.line.say(message)

    def ping(self) -> int:
        """Ask the EA for a pong at once; the number of the ping, for `machine.answer`."""
        nonce, effects = self.machine.ping(self._around.clock.now())
        self._carry_out(effects)
        return nonce

    def tell_trading(self) -> None:
        """The trading state has changed."""
        trading = self._around.scribe.trading_of(self.user)
        self.mailbox.post_urgent(Told(Trading(state=trading.state, reason=trading.why)))

    def reconsider(self) -> None:
        """The operator has settled something of this account, or a position was adopted."""
        self.mailbox.post_urgent(Reconsider())

    def pardon(self) -> None:
        """The operator has looked at what is held against this account."""
        self.mailbox.post_urgent(Pardoned())

    def stop(self, reason: ByeReason, message: str) -> None:
        """End the session with a bye."""
        self._last_word = Stop(reason, message)
        self.mailbox.post_urgent(self._last_word)

    # The actor

    async def run(self) -> None:
        """Live until the end of the session; on a crash or a stop from above, the EA is told."""
        clock = self._around.clock
        try:
            self._carry_out(self.machine.start(clock.now()))
            while not self._over:
                with trio.move_on_at(clock.to_trio(self._deadline())):
                    self._handle(await self.mailbox.receive())
                self._carry_out(self.machine.timer(clock.now()))
                self.line.flush()
        finally:
            self._leave()

    def _deadline(self) -> int:
        soon = self._around.clock.now() + FULL_RETRY_MS
        return min(self.machine.deadline, soon) if self.line.full else self.machine.deadline

    def _leave(self) -> None:
        if self.machine.state is not State.ENDED:
            word = self._last_word
            self.line.say(Bye(session=self.id, reason=word.reason, message=word.message))
            ended = StateChanged(self.machine.state, State.ENDED, word.message)
            self._around.scribe.note("session", fact_of(ended, self.machine.greeting, self.view.utc_offset))
            logger.info("{} ended: {}", self.user, word.message)
        self._around.venom.source_gone(self.user)
        self._around.roster.leave(self)

    def _post(self, frame: Frame) -> None:
        # What is refused the mailbox counts; an event of it is not acked, so that it comes again.
        with suppress(Busy):
            self.mailbox.post(frame)

    def _handle(self, message: SessionMessage) -> None:
        now = self._around.clock.now()
        match message:
            case Frame():
                self._take(message, now)
            case Durable():
                newest, self._durable = self._durable, 0
                self._carry_out(self.machine.durable(newest, now))
            case Told(trading=trading):
                self._carry_out(self.machine.trade(trading))
            case Reconsider():
                self._carry_out(self.machine.reconsider())
            case Pardoned():
                self._carry_out(self.machine.pardon())
            case Stop(reason=reason, message=text):
                self._carry_out(self.machine.stop(reason, text, now))
            case Failed(error=error):
                raise error

    def _take(self, frame: Frame, now: int) -> None:
        try:
            message = self._decode(frame)
        except Malformed:
            if frame.port == "feedback":
                self._carry_out(unreadable(self.machine, frame.envelope, frame.raw, now))
            else:
                self._carry_out(self.machine.malformed(now))
            return
        self._carry_out(self.machine.receive(message, now))
        if self.machine.state is not State.ENDED:
            self._look_at(message)

    def _decode(self, frame: Frame) -> FromEa:
        if frame.port == "feedback":
            return ea_on_feedback.decode(frame.raw, frame.envelope)
        return ea_on_command.decode(frame.raw, frame.envelope)

    def _look_at(self, message: FromEa) -> None:
        venom, now = self._around.venom, self._around.clock.now()
        match message:
            case Tick() | Ticks():
                self._quotes.see(message, now)
            case Bars():
                venom.seed(self.user, message)
                self.view.see(message)
            case Spec():
                self.view.see(message)
                venom.spec(self.user, message, self.view.utc_offset)
            case Calendar(rows=rows):
                self._around.newsroom.hear(self.user, rows)
            case Telemetry():
                pass  # A part of it may be all that is here: the machine shows it when it is whole.
            case _:
                self.view.see(message)
        self.countdown.look(self.view.market_now)
        venom.heartbeat(self.user, self.view.market_now)
        venom.look()

    # What the machine asks for

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send(message=message):
                    if isinstance(message, History):
                        self._around.scribe.record("session", Asked(id=message.id, account=self.account))
                    self.line.say(message)
                case Record() | RecordRaw() | SetCursor() | Adopt():
                    self._record(effect)
                case StateChanged():
                    self._record(effect)
                    self._announce(effect)
                case HoldBegun(what=what, why=why):
                    self._record(effect)
                    logger.warning("{} is reducing: {}: {}", self.user, what, why)
                case HoldOver(what=what):
                    self._record(effect)
                    logger.info("{}: {} is settled", self.user, what)
                case Reconcile(picture=picture):
                    self._reconcile(picture)
                case AccountSeen(telemetry=telemetry):
                    self.view.see(telemetry)
                    self._lapsed.look(self.view)
                    if self.view.new_minute():
                        self._note_account()
                case External(position=position):
                    logger.info("{} has a position of its own: {}", self.user, position.ticket)
                case Alarm(what=what, detail=detail):
                    logger.warning("{}: {}: {}", self.user, what, detail)
                case End(reason=reason):
                    self._over = True
                    logger.info("{} ended: {}", self.user, reason)

    def _record(self, effect: Telling) -> None:
        numbered = effect.event.n if isinstance(effect, Record) else effect.n if isinstance(effect, RecordRaw) else 0
        fact = fact_of(effect, self.machine.greeting, self.view.utc_offset)

        def durable(entry: Entry) -> None:
            # Called by the scribe, even when this session has ended meanwhile: a deal must not wait for the next one.
            if numbered:
                # One message a group of commits: it is read after the whole group, and acks all of it at once.
                if not self._durable:
                    self.mailbox.post_urgent(Durable())
                self._durable = numbered
                pass_on(entry, self.user, self.account, self._around)
            elif isinstance(effect, Adopt):
                self.reconsider()

        cause = self._around.scribe.ledger.seq_of(self.account, command_of(fact))
        self._around.scribe.record("session", fact, cause, then=durable)

    def _announce(self, change: StateChanged) -> None:
        self._around.roster.count()
        self.countdown.break_off()
        if change.new is State.ENDED:
            return  # The end says why itself.
        user, epoch = self.user, self.machine.greeting.epoch
        name = (
            "reconnected" if change.new is State.LIVE and change.old is State.RECONCILING and epoch > 1 else change.new
        )
        logger.info("{} {}: session {}{}", user, name, epoch, f" ({change.reason})" if change.reason else "")
        if change.new is State.LIVE:
            self._around.stages.went_live(user)
            self._around.xp.post_urgent(RankWanted(user=user))
            self._around.router.post_urgent(Arrived(user=user))
            self._lapsed.begin(self._around.scribe.ledger.book(self.account, user).lapsed.values())
        if change.new is State.LOST:
            self._around.venom.source_gone(user)

    def _reconcile(self, picture: Picture) -> None:
        now, ledger = self._around.clock.now(), self._around.scribe.ledger
        book = ledger.book(self.account, self.user)
        differences = compare(belief(book), picture, self.machine.asker(now))
        self._carry_out(self.machine.settle(differences, now))

    def _note_account(self) -> None:
        """Its equity once a minute, and as a broker's day begins: the last that is known then opens the day."""
        telemetry = self.view.telemetry
        if telemetry is None:
            return
        note = EquityNoted(
            user=self.user,
            account=self.account,
            day=self.view.day,
            time=self.view.market_now,
            balance=telemetry.balance,
            equity=telemetry.equity,
        )
        self._around.scribe.record("session", note)
