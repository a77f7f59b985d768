"""What is open and what stands, for the operator: not an actor, but the desk's look at books, terminals and signals."""

from collections.abc import Iterator

import attrs

from bitten.actors.roster import Roster
from bitten.actors.scribe import Scribe
from bitten.rules.book import Book, Command, Holding
from bitten.wire.book import CommandStatus, PositionsAnswer, PositionsRequest, PositionStatus


@attrs.frozen
class Listing:
    """Lists for `bitten positions`."""

    scribe: Scribe
    roster: Roster

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
        ticket=intent.ticket,
        life=command.life.value,
    )
