"""What is open and what stands, for the operator: not an actor, but the desk's look at books, terminals and signals."""

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


@attrs.frozen
class Listing:
    """Lists for `bitten positions` and `bitten signals`."""

    scribe: Scribe
    roster: Roster
    router: FireRouter
    current: Current

    def signals(self) -> SignalsAnswer:
        """What may still be fired, by the newest market time that any session has told."""
        now = max((session.view.market_now for session in self.roster), default=0)
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
