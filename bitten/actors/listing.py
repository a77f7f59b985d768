"""What is open, what stands and what is held back, for the operator: not an actor, but a look at books and sessions."""

from collections.abc import Iterator

import attrs

from bitten.actors.fire_router import FireRouter
from bitten.actors.roster import Roster
from bitten.actors.scribe import Scribe
from bitten.current import Current
from bitten.messages import Verdict
from bitten.rules.book import Book, Command, Holding
from bitten.wire.book import (
    CommandStatus,
    PositionsAnswer,
    PositionsRequest,
    PositionStatus,
    SignalsAnswer,
    SignalStatus,
)
from bitten.wire.lately import DenialStatus, LockStatus, RestraintsAnswer


@attrs.frozen
class Listing:
    """Lists for `bitten positions`, `bitten signals` and `bitten watch`."""

    scribe: Scribe
    roster: Roster
    router: FireRouter
    current: Current

    def signals(self) -> SignalsAnswer:
        """What may still be fired, by the newest market time that any session has told."""
        now = self._newest_market()
        standing = [each for each in self.router.standing if each.signal.expires > now]
        return SignalsAnswer(signals=tuple(self._signal(each, now) for each in standing))

    def _signal(self, verdict: Verdict, now: int) -> SignalStatus:
        signal = verdict.signal
        return SignalStatus(
            id=signal.id,
            symbol=signal.symbol,
            direction=signal.direction.value,
            kind=signal.kind.value,
            pattern=signal.pattern,
            entry=signal.entry,
            sl=signal.sl,
            tp=signal.tp,
            score=signal.score,
            shield=verdict.shield.value,
            size=verdict.size,
            left_ms=signal.expires - now,
            users={user: self._came_of(user, signal.id) for user in self.current.config.users},
        )

    def _came_of(self, user: str, signal_id: str) -> str:
        ledger = self.scribe.ledger
        book = ledger.book_of(user)
        if book is not None and signal_id in book.fired:
            return f"fired {book.fired[signal_id]}"
        if (user, signal_id) in ledger.countdowns:
            return "counting down"
        return "passed" if signal_id in ledger.passes.get(user, {}) else ""

    def positions(self, request: PositionsRequest) -> PositionsAnswer:
        """What is open, and what is under way."""
        books = [book for book in self.scribe.ledger.books.values() if request.user in ("", book.user)]
        return PositionsAnswer(
            positions=tuple(self._position(book, each) for book in books for each in book.holdings.values()),
            commands=tuple(_command(book, each) for book in books for each in book.unresolved.values()),
        )

    def _newest_market(self) -> int:
        return max((session.view.market_now for session in self.roster), default=0)

    def restraints(self) -> RestraintsAnswer:
        """What keeps fires from leaving, and which it kept lately."""
        locks = [lock for user in self.current.config.users for lock in self._locks(user)]
        denials = [
            DenialStatus(time=time, user=each.user, signal_id=each.signal_id, code=each.code, message=each.message)
            for time, each in self.router.denials
        ]
        return RestraintsAnswer(locks=tuple(locks), denials=tuple(denials))

    def _locks(self, user: str) -> Iterator[LockStatus]:
        ledger, session = self.scribe.ledger, self.roster.of(user)
        standing = ledger.standing(user)
        # Without a session it is not known how late it is in the user's market: as late as in any other.
        now = self._newest_market() if session is None else session.view.market_now
        if standing.locked(now):
            yield LockStatus(user=user, why=standing.lock_reason, left_ms=standing.locked_until - now if now else None)
        if tripped := ledger.tripped.get(user):
            yield LockStatus(user=user, why=tripped, left_ms=None)

    def _position(self, book: Book, holding: Holding) -> PositionStatus:
        session = self.roster.of(book.user)
        shown = None if session is None else session.view.position(holding.ticket)
        return PositionStatus(
            user=book.user,
            ticket=holding.ticket,
            symbol=holding.symbol,
            direction=holding.direction.value,
            lot=holding.left,
            price=holding.price,
            sl=holding.sl if shown is None else shown.sl,
            tp=holding.tp if shown is None else shown.tp,
            opened=holding.opened,
            fire_id=holding.fire_id,
            profit=None if shown is None else shown.profit,
            session="" if session is None else session.machine.state.value,
            under_way=", ".join(_under_way(book, holding.ticket)),
        )


def _under_way(book: Book, ticket: int) -> Iterator[str]:
    for action in ("close", "modify"):
        command = book.under_way(ticket, action)
        if command is not None:
            yield f"{action} {command.intent.id}"


def _command(book: Book, command: Command) -> CommandStatus:
    intent = command.intent
    return CommandStatus(
        user=book.user,
        id=intent.id,
        action=intent.action,
        symbol=intent.symbol,
        direction=intent.direction.value,
        lot=intent.lot,
        ticket=intent.ticket or command.ticket,
        life=command.life.value,
    )
