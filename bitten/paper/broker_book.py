"""The book of a simulated broker: money, positions, pending orders and deals. It records; `broker` decides."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import attrs
import msgspec

from bitten.errors import BittenError
from bitten.paper.broker_values import (
    AccountState,
    BrokerAccount,
    BrokerOrder,
    BrokerPosition,
    Deal,
    DealReason,
    OrderEnd,
    OrderRequest,
)
from bitten.units import Quote, SymbolSpec

_CENT = Decimal("0.01")


@attrs.frozen(kw_only=True)
class BookState:
    """All that a broker remembers across a restart; the balance is the deposit and its deals."""

    account: BrokerAccount
    time: int
    last_ticket: int
    quotes: dict[str, Quote]
    positions: tuple[BrokerPosition, ...]
    orders: tuple[BrokerOrder, ...]
    order_ends: tuple[OrderEnd, ...]
    deals: tuple[Deal, ...]


class Book:
    """Every change of the balance is a deal; every position and order has a ticket, counted from 1."""

    def __init__(self, account: BrokerAccount, specs: Mapping[str, SymbolSpec]) -> None:
        self.account = account
        self.specs = dict(specs)
        self.time = 0
        self.last_ticket = 0
        self.balance = money(account.deposit)
        self.quotes: dict[str, Quote] = {}
        self.positions: dict[int, BrokerPosition] = {}
        self.orders: dict[int, BrokerOrder] = {}
        self.order_ends: list[OrderEnd] = []
        self.deals: list[Deal] = []

    def next_ticket(self) -> int:
        """A new ticket."""
        self.last_ticket += 1
        return self.last_ticket

    def open_position(self, ticket: int, asked: OrderRequest | BrokerOrder, price: float) -> Deal:
        """A position and its deal in. Its first profit is what the spread costs."""
        position = BrokerPosition(
            ticket=ticket,
            symbol=asked.symbol,
            direction=asked.direction,
            lot=asked.lot,
            open_price=price,
            open_time=self.time,
            sl=asked.sl,
            tp=asked.tp,
            magic=asked.magic,
            comment=asked.comment,
            profit=0.0,
        )
        self._mark(position)
        return self._record(position, "in", position.lot, price, Decimal(0), DealReason.OPEN)

    def close_position(self, position: BrokerPosition, lot: float, price: float, reason: DealReason) -> Deal:
        """A deal out of `lot` lots; what remains of the position stays open under its ticket."""
        remains = float(Decimal(str(position.lot)) - Decimal(str(lot)))
        if remains:
            self._mark(attrs.evolve(position, lot=remains))
        else:
            del self.positions[position.ticket]
        return self._record(position, "out", lot, price, self._profit(position, lot, price), reason)

    def place_order(self, request: OrderRequest) -> BrokerOrder:
        """A pending order. Raises ValueError for a market request: that one is filled or refused, never placed."""
        if request.kind == "market":
            raise ValueError("a market request cannot be placed as a pending order")
        order = BrokerOrder(
            ticket=self.next_ticket(),
            symbol=request.symbol,
            direction=request.direction,
            kind=request.kind,
            lot=request.lot,
            price=request.entry,
            sl=request.sl,
            tp=request.tp,
            magic=request.magic,
            comment=request.comment,
            good_till=request.good_till,
        )
        self.orders[order.ticket] = order
        return order

    def end_order(
        self, order: BrokerOrder, state: Literal["filled", "cancelled", "expired", "rejected"], deal: int = 0
    ) -> None:
        """A pending order is no more."""
        del self.orders[order.ticket]
        self.order_ends.append(OrderEnd(ticket=order.ticket, state=state, deal=deal, time=self.time))

    def mark(self, symbol: str) -> None:
        """Value the symbol's positions at its newest quote."""
        for position in [position for position in self.positions.values() if position.symbol == symbol]:
            self._mark(position)

    def margin(self, symbol: str, lot: float, price: float) -> Decimal:
        """The margin that `lot` lots need: their value at `price` over the leverage."""
        return money(self.specs[symbol].value(price, lot) / self.account.leverage)

    def commission(self, lot: float) -> Decimal:
        """What one deal of `lot` lots costs, 0 or more."""
        return money(self.account.commission * lot)

    def state(self) -> AccountState:
        """The account's money at the values last marked."""
        profit = sum((money(position.profit) for position in self.positions.values()), Decimal(0))
        margin = sum((self.margin(p.symbol, p.lot, p.open_price) for p in self.positions.values()), Decimal(0))
        equity = self.balance + profit
        return AccountState(
            balance=float(self.balance),
            equity=float(equity),
            margin=float(margin),
            free_margin=float(equity - margin),
            profit=float(profit),
        )

    def to_state(self) -> dict[str, object]:
        """The whole book as JSON's own types, for `from_state`."""
        state: dict[str, object] = msgspec.to_builtins(
            BookState(
                account=self.account,
                time=self.time,
                last_ticket=self.last_ticket,
                quotes=self.quotes,
                positions=tuple(self.positions.values()),
                orders=tuple(self.orders.values()),
                order_ends=tuple(self.order_ends),
                deals=tuple(self.deals),
            )
        )
        return state

    @classmethod
    def from_state(cls, state: object, specs: Mapping[str, SymbolSpec]) -> "Book":
        """The book that `to_state` described. Raises BittenError, naming the field or symbol, for anything else."""
        try:
            kept = msgspec.convert(state, BookState)
        except msgspec.ValidationError as error:
            raise BittenError(f"a paper broker's state cannot be read: {error}") from error
        held = {position.symbol for position in kept.positions} | {order.symbol for order in kept.orders}
        if missing := sorted(held - set(specs)):
            raise BittenError(f"a paper broker's state holds {missing[0]}, which its market does not have")
        book = cls(kept.account, specs)
        book.time, book.last_ticket, book.quotes = kept.time, kept.last_ticket, kept.quotes
        book.positions = {position.ticket: position for position in kept.positions}
        book.orders = {order.ticket: order for order in kept.orders}
        book.order_ends, book.deals = list(kept.order_ends), list(kept.deals)
        book.balance += sum((_effect(deal) for deal in kept.deals), Decimal(0))
        return book

    def _profit(self, position: BrokerPosition, lot: float, price: float) -> Decimal:
        distance = (price - position.open_price) * position.direction.sign
        return money(self.specs[position.symbol].value(distance, lot))

    def _mark(self, position: BrokerPosition) -> None:
        price = self.quotes[position.symbol].exit(position.direction)
        profit = float(self._profit(position, position.lot, price))
        self.positions[position.ticket] = attrs.evolve(position, profit=profit)

    def _record(
        self,
        position: BrokerPosition,
        entry: Literal["in", "out"],
        lot: float,
        price: float,
        profit: Decimal,
        reason: DealReason,
    ) -> Deal:
        deal = Deal(
            deal=len(self.deals) + 1,
            ticket=position.ticket,
            entry=entry,
            symbol=position.symbol,
            direction=position.direction,
            lot=lot,
            price=price,
            profit=float(profit),
            commission=float(-self.commission(lot)),
            swap=0.0,
            reason=reason,
            magic=position.magic,
            comment=position.comment,
            time=self.time,
        )
        self.deals.append(deal)
        self.balance += _effect(deal)
        return deal


def money(amount: float) -> Decimal:
    """An amount in whole cents."""
    return Decimal(str(amount)).quantize(_CENT)


def _effect(deal: Deal) -> Decimal:
    """What the deal does to the balance."""
    return money(deal.profit) + money(deal.commission) + money(deal.swap)
