"""A halt that flattens: closes what is open or is filled later and cancels what waits, until nothing is left.

Receives: `Look`, somebody asked for it.
Sends: closes and cancels, through the order router.
Journals: nothing of its own; the halt stands in the ledger, and each close has its intent there.
Fails as: itself alone; begun anew it finds in the ledger what is still open.
"""

from collections.abc import Iterator, Sequence
from math import inf
from typing import Literal

import attrs
import trio
from loguru import logger

from bitten.actors.order_router import OrderRouter
from bitten.actors.roster import Roster
from bitten.actors.scribe import Scribe
from bitten.clock import HubClock
from bitten.mailbox import Bounded
from bitten.rules.book import Book
from bitten.rules.facts import TradingSet
from bitten.rules.orders import Author, CancelWish, CloseWish, OrderRefused
from bitten.units import LONGEST_TEXT, MINUTE_MS, SECOND_MS

ROUND_S = 1.0
"""Between two looks while a halt flattens: what was filled meanwhile, and who is back, is closed then."""
LONGEST_WAIT_MS = MINUTE_MS
"""Between two tries of one position: a market that is closed refuses for a whole weekend."""


@attrs.frozen
class Look:
    """A halt that flattens may have begun."""


@attrs.define
class _Try:
    wait: int
    next_at: int
    """Hub time."""


@attrs.define(eq=False)
class Flattener:
    """Looks once a second while a halt flattens, and never else."""

    clock: HubClock
    scribe: Scribe
    roster: Roster
    orders: OrderRouter
    mailbox: Bounded[Look] = attrs.field(factory=lambda: Bounded[Look]("flattener", 64))
    _tries: dict[tuple[str, int], _Try] = attrs.field(factory=dict)

    async def run(self) -> None:
        """Flatten whenever a halt says so, for ever."""
        while True:
            at_work = self.look()
            with trio.move_on_after(ROUND_S if at_work else inf):
                await self.mailbox.receive()

    def look(self) -> bool:
        """Close what is to be closed now. True: a halt flattens."""
        halts = self.scribe.flattening()
        for user, book, halt in self._concerned(halts):
            for ticket in list(book.holdings):
                if book.under_way(ticket, "close") is None and self._may_try(user, ticket):
                    self._end(user, ticket, halt, "close")
            for ticket in book.orders():
                if book.under_way(ticket, "cancel") is None and self._may_try(user, ticket):
                    self._end(user, ticket, halt, "cancel")
        if not halts:
            self._tries.clear()
        return bool(halts)

    def _concerned(self, halts: Sequence[TradingSet]) -> Iterator[tuple[str, Book, TradingSet]]:
        for session in self.roster:
            halt = next((each for each in halts if each.user in ("", session.user)), None)
            if halt is not None:
                yield session.user, self.scribe.ledger.book(session.account, session.user), halt

    def _may_try(self, user: str, ticket: int) -> bool:
        """Each time after twice as long, since who refuses is not to be asked for ever."""
        now, last = self.clock.now(), self._tries.get((user, ticket))
        if last is not None and now < last.next_at:
            return False
        wait = SECOND_MS if last is None else min(2 * last.wait, LONGEST_WAIT_MS)
        self._tries[user, ticket] = _Try(wait, now + wait)
        return True

    def _end(self, user: str, ticket: int, halt: TradingSet, action: Literal["close", "cancel"]) -> None:
        by = Author(halt.who, f"flatten: {halt.why}"[:LONGEST_TEXT])
        try:
            if action == "close":
                self.orders.close(CloseWish(user=user, ticket=ticket, by=by))
            else:
                self.orders.cancel(CancelWish(user=user, ticket=ticket, by=by))
        except OrderRefused as refused:
            logger.warning("{} is not flat yet: {}", user, refused)
        else:
            logger.warning("{}: {} {}: flatten: {}", user, action, ticket, halt.why)
