"""The desk: what operators ask and order, answered with what it did.

Receives: requests over the desk socket.
Sends: the trading state to every session that it holds for.
Journals: each change of the trading state, with who and why, before it is answered.
Fails as: itself and nothing below it; the trading state lives in the ledger.
"""

import os
from collections.abc import Callable, Iterable, Mapping

import attrs
from loguru import logger

from bitten import __version__
from bitten.actors.acts import Acts
from bitten.actors.alerts import AlertsActor
from bitten.actors.diagnosis import diagnosis
from bitten.actors.flattening import Look
from bitten.actors.health import judged, latencies_of, stages_of
from bitten.actors.lifting import Lifting
from bitten.actors.listing import Listing
from bitten.actors.neighbours import Neighbours
from bitten.actors.pinging import Pinging
from bitten.actors.session_status import status_of
from bitten.actors.users import UserDesk
from bitten.current import Current
from bitten.errors import ExitCode, JournalError
from bitten.log import MEMORY
from bitten.mailbox import DeadLetters, Mailbox
from bitten.nursery import SupervisorStatistics
from bitten.rules.facts import Settled, TradingSet
from bitten.rules.ledger import STRICTNESS
from bitten.rules.venom import VenomStatistics
from bitten.sockets.channel import ChannelStatistics
from bitten.units import TradingState
from bitten.wire.acts import CancelOrder, ClosePosition, FireNow, ModifyPosition, OutcomeRequest
from bitten.wire.alerts import AlertsRequest
from bitten.wire.book import PositionsRequest, SignalsRequest
from bitten.wire.desk import (
    ActorStatus,
    DeskAnswer,
    DeskRequest,
    HubStatus,
    JournalStatus,
    Refusal,
    Release,
    ReleaseAnswer,
    Settle,
    SettleAnswer,
    SetTrading,
    SocketStatus,
    StatusAnswer,
    StatusRequest,
    TradingAnswer,
)
from bitten.wire.diagnosis import DiagnosisRequest
from bitten.wire.events import SettledAs
from bitten.wire.lately import LogRequest, RestraintsRequest
from bitten.wire.lifting import Rearm, Unlock
from bitten.wire.ping import PingRequest, PongRequest
from bitten.wire.sight import SilenceCount, SpreadStatus
from bitten.wire.users import Enrol, PendingRequest, SetAccess, SetKey, SetMode, UsersRequest


@attrs.frozen
class Sight:
    """What the desk may look at beside the actors."""

    supervisors: Callable[[], Iterable[SupervisorStatistics]]
    sockets: Callable[[], Iterable[tuple[str, ChannelStatistics, int]]]
    """Name, counts, and messages that no session could be named for."""
    benched: Callable[[], Mapping[str, str]]
    """Plug-ins that crashed, and how."""
    dead_letters: DeadLetters


@attrs.frozen
class Hands:
    """Who carries out what the desk does not do itself."""

    acts: Acts
    lifting: Lifting
    listing: Listing
    users: UserDesk
    pinging: Pinging
    flattener: Mailbox[Look]
    alerts: AlertsActor


@attrs.define(eq=False)
class DeskActor:
    """Carries out requests."""

    current: Current
    around: Neighbours
    hands: Hands
    sight: Sight
    started: int
    """Hub time, ms."""

    def act(self, request: DeskRequest) -> DeskAnswer:
        """Do it, and say what was done."""
        match request:
            case StatusRequest():
                return StatusAnswer(status=self.status())
            case SetTrading():
                return self._set_trading(request)
            case Release():
                return self._release(request)
            case Settle():
                return self._settle(request)
            case Rearm() | Unlock():
                return self.hands.lifting.act(request)
            case PositionsRequest():
                return self._stranger(request.user) or self.hands.listing.positions(request)
            case SignalsRequest():
                return self.hands.listing.signals()
            case RestraintsRequest():
                return self.hands.listing.restraints()
            case AlertsRequest():
                return self.hands.alerts.status()
            case LogRequest():
                return MEMORY.recall(request)
            case PingRequest() | PongRequest():
                return self.hands.pinging.act(request)
            case DiagnosisRequest():
                return diagnosis(self.around)
            case FireNow() | ClosePosition() | ModifyPosition() | CancelOrder() | OutcomeRequest():
                return self.hands.acts.act(request)
            case UsersRequest() | PendingRequest() | Enrol() | SetAccess() | SetKey() | SetMode():
                return self.hands.users.act(request)

    def _stranger(self, user: str) -> Refusal | None:
        """A user who is not configured, and never traded here either."""
        return None if self.around.scribe.ledger.book_of(user) else self.current.refusal_of(user)

    def _set_trading(self, request: SetTrading) -> DeskAnswer:
        if refusal := self.current.refusal_of(request.user):
            return refusal
        scribe, held = self.around.scribe, [s for s in self.around.roster if request.user in ("", s.user)]
        before = scribe.trading_of(request.user).state
        if request.flatten and request.state is not TradingState.HALTED:
            return Refusal(message=f"{request.state}: only a halt flattens", exit_code=int(ExitCode.USAGE))
        fact = TradingSet(
            user=request.user, state=request.state, why=request.why, who=request.who, flatten=request.flatten
        )
        try:
            scribe.write("desk", fact)
        except JournalError as error:
            if (
                not request.flatten
                and STRICTNESS[request.state] <= STRICTNESS[scribe.ledger.trading_of(request.user).state]
            ):
                return Refusal(message=f"not done, and no fires leave meanwhile: {error}")
            scribe.hold("desk", fact)
        for session in held:
            session.tell_trading()
            if request.user and request.state is TradingState.ACTIVE:
                session.pardon()
        if request.flatten:
            self.hands.flattener.post_urgent(Look())
        scope = f"user {request.user}" if request.user else "hub"
        after = scribe.trading_of(request.user)
        logger.warning("{} set to {} by {}: {}", scope, request.state, request.who, request.why)
        return TradingAnswer(
            scope=scope,
            before=before,
            set_to=request.state,
            after=after.state,
            why=after.why,
            told=tuple(session.user for session in held),
        )

    def _release(self, request: Release) -> DeskAnswer:
        session = self.around.roster.of(request.user)
        if session is None:
            nobody = Refusal(message=f"user {request.user!r} has no session: the next hello is accepted anyway")
            return self._stranger(request.user) or nobody
        session.released = True
        logger.warning("{} released by {}: another ledger may take its place", request.user, request.who)
        return ReleaseAnswer(user=request.user, state=session.machine.state)

    def _settle(self, request: Settle) -> DeskAnswer:
        scribe = self.around.scribe
        found = scribe.ledger.unsettled(request.user, request.id, request.outcome)
        if not found:
            gone = request.outcome is SettledAs.CLOSED_UNSEEN
            what = "open position of ours" if gone else "command without an outcome"
            return Refusal(message=f"{request.id!r} is no {what}; `bitten journal verify` lists what is")
        if len(found) > 1:
            users = ", ".join(book.user for book, _ in found)
            return Refusal(message=f"{request.id!r} is there for {users}: add --user")
        ((book, was),) = found
        fact = Settled(
            user=book.user,
            account=book.account,
            id=request.id,
            outcome=request.outcome,
            who=request.who,
            why=request.why,
        )
        try:
            scribe.write("desk", fact)
        except JournalError as error:
            return Refusal(message=f"not done: {error}")
        logger.warning(
            "{} {} settled as {} by {}: {}", book.user, request.id, request.outcome, request.who, request.why
        )
        if session := self.around.roster.of(book.user):
            session.reconsider()
        return SettleAnswer(id=request.id, user=book.user, was=was, outcome=request.outcome)

    def status(self) -> HubStatus:
        """The hub now."""
        around, statistics = self.around, self.around.venom.brain.statistics()
        trading = around.scribe.trading_of("")
        now = around.clock.now()
        sessions, journal = tuple(status_of(session, now) for session in around.roster), self._journal()
        stages = stages_of(around)
        health, complaints = judged(stages, sessions, journal, self.hands.alerts.unsent())
        return HubStatus(
            version=__version__,
            pid=os.getpid(),
            uptime_s=(now - self.started) / 1000,
            trading=trading.state,
            trading_why=trading.why,
            active_users=around.roster.count(),
            sessions=sessions,
            actors=tuple(self._actors()),
            stages=stages,
            latencies=latencies_of(around),
            sockets=tuple(_socket(*each) for each in self.sight.sockets()),
            journal=journal,
            bars={timeframe.value: count for timeframe, count in statistics.bars.items()},
            silences=tuple(_silences(statistics)),
            spreads=tuple(SpreadStatus(symbol=each, **attrs.asdict(of)) for each, of in statistics.spreads.items()),
            benched=tuple(f"{name}: {error}" for name, error in self.sight.benched().items()),
            conflicts=tuple(around.scribe.ledger.conflicts[-20:]),
            dead_letters=self.sight.dead_letters.count,
            security=dict(around.suspicions.counts),
            health=health,
            complaints=complaints,
        )

    def _actors(self) -> Iterable[ActorStatus]:
        for supervisor in self.sight.supervisors():
            for child in supervisor.children:
                box = child.mailbox
                yield ActorStatus(
                    name=f"{supervisor.name}/{child.name}",
                    state=child.state,
                    lives=child.lives,
                    restarts=child.restarts,
                    depth=box.depth if box else 0,
                    dropped=box.dropped if box else 0,
                    refused=box.refused if box else 0,
                    last_error=child.last_error or "",
                )

    def _journal(self) -> JournalStatus:
        scribe = self.around.scribe
        found = scribe.journal.statistics()
        return JournalStatus(
            path=found.path,
            durability=self.current.config.journal.durability,
            entries=found.entries,
            bytes=found.bytes,
            lag=scribe.mailbox.statistics().depth,
            failure=scribe.failure,
        )


def _socket(name: str, counts: ChannelStatistics, unnamed: int) -> SocketStatus:
    numbers = attrs.asdict(counts, filter=lambda field, _: field.name != "endpoint")
    return SocketStatus(name=name, endpoint=counts.endpoint, counts=numbers | {"malformed": unnamed})


def _silences(statistics: VenomStatistics) -> Iterable[SilenceCount]:
    for (pattern, reason), count in sorted(statistics.silences.items(), key=lambda each: (-each[1], each[0])):
        yield SilenceCount(pattern=pattern, reason=reason, count=count)
