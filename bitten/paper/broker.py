"""A simulated MetaTrader 5 broker with one hedging, swap-free account.

It knows nothing of the wire, of fires or of the hub. It has no clock and no randomness: market time comes with the
ticks (or `advance`), tickets and deals are counted from 1, so that the same requests and ticks give the same book.

Choices, where brokers differ:

- Nothing is filled on a crossed quote, outside the symbol's hours, or on a disabled symbol; stops and targets wait.
- A stop slips with a gap, a target or limit does not gain by one (`broker_rules.exit_fill`).
- What is filled at the market is `slippage` points worse than the quote; a pending stop order is not.
- Every position needs its own margin, at its opening price: opposite positions give no discount.
- At a margin level at or below the account's stop-out level the position with the largest loss is closed, and the
  next one, until the level is above. Balance may fall below zero: there is no protection against debt.
- A position that a pending order opened is looked at for its stop and target from the next tick on.
"""

from collections.abc import Mapping
from decimal import Decimal

import attrs

from bitten.paper import broker_rules as rules
from bitten.paper.broker_book import Book
from bitten.paper.broker_rules import Refused
from bitten.paper.broker_values import (
    AccountState,
    BrokerAccount,
    BrokerOrder,
    BrokerPosition,
    Deal,
    DealReason,
    OrderEnd,
    OrderRequest,
    Result,
    Retcode,
)
from bitten.paper.market.tick import MarketTick
from bitten.units import Quote, SymbolSpec


class Broker:
    """Requests answer with a `Result`, never with an exception; ticks answer with the deals that came of them."""

    def __init__(self, account: BrokerAccount, specs: Mapping[str, SymbolSpec]) -> None:
        self._book = Book(account, specs)

    # What is asked of the broker

    def open(self, request: OrderRequest) -> Result:
        """Open a position at the market (DONE) or place a pending order (PLACED), all of it or nothing."""
        try:
            return self._open_market(request) if request.kind == "market" else self._place(request)
        except Refused as refused:
            return refused.result

    def close(self, ticket: int, lot: float = 0.0, *, reason: DealReason = DealReason.CLOSE) -> Result:
        """Close `lot` lots of a position at the market, whatever the price; 0: all of it."""
        try:
            position = self._position(ticket)
            spec, quote = self._market(position.symbol)
            closing = lot or position.lot
            rules.check_close_volume(spec, closing, position.lot)
            price = quote.exit(position.direction)
            rules.check_not_frozen(spec, price, position.sl, position.tp)
        except Refused as refused:
            return refused.result
        return _done(self._book.close_position(position, closing, self._exit_price(position), reason))

    def modify(self, ticket: int, *, sl: float | None = None, tp: float | None = None) -> Result:
        """Move the stop or target of a position or pending order: None leaves it, 0 removes it.

        Only what changes is judged, so that a target may be moved while an old stop lies within the stops level.
        """
        try:
            if ticket in self._book.orders:
                self._modify_order(self._book.orders[ticket], sl, tp)
            else:
                self._modify_position(self._position(ticket), sl, tp)
        except Refused as refused:
            return refused.result
        return Result(retcode=Retcode.DONE, ticket=ticket)

    def cancel(self, ticket: int) -> Result:
        """Withdraw a pending order; ORDER_CHANGED when it was filled or ended before."""
        try:
            order = self._order(ticket)
            spec, quote = self._market(order.symbol)
            rules.check_not_frozen(spec, quote.entry(order.direction), order.price)
        except Refused as refused:
            return refused.result
        self._book.end_order(order, "cancelled")
        return Result(retcode=Retcode.DONE, ticket=ticket)

    # What the market does

    def tick(self, tick: MarketTick) -> list[Deal]:
        """Take a quote: stops and targets, then pending orders, then a stop-out. Returns the deals, oldest first.

        Raises ValueError for a symbol without a spec: market and broker were put together wrongly.
        """
        if tick.symbol not in self._book.specs:
            raise ValueError(f"a tick of {tick.symbol}, for which this broker has no spec")
        self.advance(tick.time)
        self._book.quotes[tick.symbol] = Quote(tick.bid, tick.ask, tick.time)
        before = len(self._book.deals)
        if self._fillable(tick.symbol):
            self._book.mark(tick.symbol)
            self._exit_positions(tick.symbol)
            self._trigger_orders(tick.symbol)
            self._stop_out()
        return self._book.deals[before:]

    def advance(self, time: int) -> None:
        """Move market time on without a quote: pending orders expire. A time that has passed changes nothing."""
        self._book.time = max(self._book.time, time)
        for order in self.orders():
            if 0 != order.good_till <= self._book.time:
                self._book.end_order(order, "expired")

    # What the broker knows

    @property
    def time(self) -> int:
        """The newest market time seen, milliseconds; 0 before the first tick."""
        return self._book.time

    @property
    def opened_as(self) -> BrokerAccount:
        """The account as it was opened."""
        return self._book.account

    @property
    def specs(self) -> Mapping[str, SymbolSpec]:
        """The symbols that are traded here."""
        return self._book.specs

    def quote(self, symbol: str) -> Quote | None:
        """The newest quote of `symbol`, crossed or not; None before the first."""
        return self._book.quotes.get(symbol)

    def positions(self) -> tuple[BrokerPosition, ...]:
        """Open positions, oldest first."""
        return tuple(self._book.positions.values())

    def orders(self) -> tuple[BrokerOrder, ...]:
        """Pending orders, oldest first."""
        return tuple(self._book.orders.values())

    def deals_since(self, time: int) -> tuple[Deal, ...]:
        """Deals made at or after a market time, oldest first."""
        return tuple(deal for deal in self._book.deals if deal.time >= time)

    def order_ends_since(self, time: int) -> tuple[OrderEnd, ...]:
        """Pending orders that ended at or after a market time, oldest first."""
        return tuple(end for end in self._book.order_ends if end.time >= time)

    def account(self) -> AccountState:
        """The account's money at the newest quotes that could be filled on."""
        return self._book.state()

    # Across a restart

    def to_state(self) -> dict[str, object]:
        """Account, book and quotes as JSON's own types, for `from_state`."""
        return self._book.to_state()

    @classmethod
    def from_state(cls, state: object, specs: Mapping[str, SymbolSpec]) -> "Broker":
        """The broker that `to_state` described. Raises BittenError, naming field or symbol, for anything else."""
        book = Book.from_state(state, specs)
        broker = cls(book.account, specs)
        broker._book = book
        return broker

    # Inside

    def _fillable(self, symbol: str) -> bool:
        """May anything be filled at the symbol's newest quote?"""
        try:
            self._market(symbol)
        except Refused:
            return False
        return True

    def _market(self, symbol: str) -> tuple[SymbolSpec, Quote]:
        """The symbol and the quote to fill on. Raises `Refused` where nothing can be filled now."""
        spec, quote = self._book.specs.get(symbol), self._book.quotes.get(symbol)
        if spec is None:
            raise Refused(Retcode.INVALID, f"symbol {symbol} is not known here")
        if spec.trade_mode == "disabled":
            raise Refused(Retcode.TRADE_DISABLED, f"{symbol} is not traded")
        if not spec.is_open(self._book.time + self._book.account.utc_offset):
            raise Refused(Retcode.MARKET_CLOSED, f"the market of {symbol} is closed")
        if quote is None or quote.crossed:
            raise Refused(Retcode.NO_QUOTES, f"{symbol} has {'no' if quote is None else 'a crossed'} quote")
        return spec, quote

    def _position(self, ticket: int) -> BrokerPosition:
        if ticket not in self._book.positions:
            raise Refused(Retcode.POSITION_CLOSED, f"no position {ticket} is open")
        return self._book.positions[ticket]

    def _order(self, ticket: int) -> BrokerOrder:
        if ticket not in self._book.orders:
            ended = 0 < ticket <= self._book.last_ticket
            code = Retcode.ORDER_CHANGED if ended else Retcode.INVALID_ORDER
            raise Refused(code, f"no pending order {ticket} is there")
        return self._book.orders[ticket]

    def _open_market(self, request: OrderRequest) -> Result:
        spec, quote = self._market(request.symbol)
        price = rules.slipped(spec, quote.entry(request.direction), request.direction, self.opened_as.slippage)
        rules.check_opening(spec, request, quote.exit(request.direction))
        rules.check_deviation(spec, request, price)
        self._check_margin(request, price)
        return _done(self._book.open_position(self._book.next_ticket(), request, price))

    def _place(self, request: OrderRequest) -> Result:
        spec, quote = self._market(request.symbol)
        rules.check_pending(spec, request, quote, self._book.time)
        rules.check_opening(spec, request, request.entry)
        order = self._book.place_order(request)
        return Result(retcode=Retcode.PLACED, ticket=order.ticket, lot=order.lot)

    def _check_margin(self, asked: OrderRequest | BrokerOrder, price: float) -> None:
        needed = self._book.margin(asked.symbol, asked.lot, price) + self._book.commission(asked.lot)
        free = self.account().free_margin
        if needed > Decimal(str(free)):
            raise Refused(Retcode.NO_MONEY, f"{asked.lot} lots of {asked.symbol} need {needed}, free are {free}")

    def _modify_position(self, position: BrokerPosition, sl: float | None, tp: float | None) -> None:
        spec, quote = self._market(position.symbol)
        price = quote.exit(position.direction)
        rules.check_not_frozen(spec, price, position.sl, position.tp)
        new_sl, new_tp = rules.moved_levels(spec, position, price, sl, tp)
        self._book.positions[position.ticket] = attrs.evolve(position, sl=new_sl, tp=new_tp)

    def _modify_order(self, order: BrokerOrder, sl: float | None, tp: float | None) -> None:
        spec, quote = self._market(order.symbol)
        rules.check_not_frozen(spec, quote.entry(order.direction), order.price)
        new_sl, new_tp = rules.moved_levels(spec, order, order.price, sl, tp)
        self._book.orders[order.ticket] = attrs.evolve(order, sl=new_sl, tp=new_tp)

    def _exit_positions(self, symbol: str) -> None:
        quote = self._book.quotes[symbol]
        for position in self.positions():
            if position.symbol == symbol and (fill := rules.exit_fill(position, quote)) is not None:
                price = self._exit_price(position) if fill.reason is DealReason.SL else fill.price
                self._book.close_position(position, position.lot, price, fill.reason)

    def _trigger_orders(self, symbol: str) -> None:
        quote = self._book.quotes[symbol]
        for order in self.orders():
            if order.symbol == symbol and (price := rules.pending_fill(order, quote)) is not None:
                self._trigger(order, price)

    def _trigger(self, order: BrokerOrder, price: float) -> None:
        try:
            rules.check_direction(self._book.specs[order.symbol], order.direction)
            self._check_margin(order, price)
        except Refused:
            self._book.end_order(order, "rejected")
        else:
            self._book.end_order(order, "filled", self._book.open_position(order.ticket, order, price).deal)

    def _stop_out(self) -> None:
        while (level := self.account().margin_level) is not None and level <= self.opened_as.stop_out_level:
            closable = [position for position in self.positions() if self._fillable(position.symbol)]
            if not closable:
                return
            worst = min(closable, key=lambda position: position.profit)
            self._book.close_position(worst, worst.lot, self._exit_price(worst), DealReason.STOP_OUT)

    def _exit_price(self, position: BrokerPosition) -> float:
        """What closing at the market gives."""
        price = self._book.quotes[position.symbol].exit(position.direction)
        way, slippage = position.direction.opposite, self.opened_as.slippage
        return rules.slipped(self._book.specs[position.symbol], price, way, slippage)


def _done(deal: Deal) -> Result:
    return Result(
        retcode=Retcode.DONE,
        ticket=deal.ticket,
        deal=deal.deal,
        price=deal.price,
        lot=deal.lot,
        commission=deal.commission,
    )
