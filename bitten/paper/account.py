"""The paper account: the broker, its book on disk, and its place in the market."""

from typing import Protocol

from bitten.errors import BittenError
from bitten.paper.broker import Broker
from bitten.paper.broker_values import Deal, OrderRequest, Result
from bitten.paper.ledger import Ledger
from bitten.paper.market import MarketTick


class Dealer(Protocol):
    """Who takes requests and quotes: the broker itself, or something that misbehaves on the way to it."""

    def open(self, request: OrderRequest) -> Result:
        """Open a position or place a pending order."""

    def close(self, ticket: int, lot: float) -> Result:
        """Close `lot` lots of a position; 0: all."""

    def modify(self, ticket: int, *, sl: float | None, tp: float | None) -> Result:
        """Move stop or target; None leaves it."""

    def cancel(self, ticket: int) -> Result:
        """Withdraw a pending order."""

    def tick(self, tick: MarketTick) -> list[Deal]:
        """Take a quote."""


class PaperAccount:
    """What is in the broker's book and not yet told, and what of it is on disk."""

    def __init__(self, ledger: Ledger, broker: Broker, dealer: Dealer | None = None) -> None:
        self.ledger = ledger
        self.broker = broker
        self.dealer: Dealer = dealer or broker
        self.blind = False
        """The terminal shows neither positions nor orders: it has not heard of them from its broker yet."""
        self.place = self._saved_place()
        """How many ticks of the market the broker has had."""
        deals = broker.deals_since(0)
        # The book is saved together with the events that tell its deals: what is in a saved book has been told.
        self._told = deals[-1].deal if deals else 0

    def tick(self, tick: MarketTick) -> bool:
        """Pass the market's next quote on. True: deals were made, or pending orders ended."""
        orders = self.broker.orders()
        self.place += 1
        return bool(self.dealer.tick(tick)) or orders != self.broker.orders()

    def untold(self) -> tuple[Deal, ...]:
        """The deals since the last call, oldest first."""
        deals = tuple(deal for deal in self.broker.deals_since(0) if deal.deal > self._told)
        if deals:
            self._told = deals[-1].deal
        return deals

    def save(self) -> None:
        """Write the book and the place. Inside the transaction that writes what came of it."""
        self.ledger.keep("book", self.broker.to_state())
        self.ledger.keep("place", self.place)

    def _saved_place(self) -> int:
        place = self.ledger.kept("place") or 0
        if not isinstance(place, int):
            raise BittenError(f"the account's place in the market is {place!r}; choose another --state")
        return place
