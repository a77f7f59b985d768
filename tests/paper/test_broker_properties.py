"""What holds for every broker's book, whatever is asked and however the market runs."""

from decimal import Decimal

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from bitten.paper.broker import Broker
from bitten.paper.broker_values import BrokerPosition, Deal, DealReason, OrderKind, OrderRequest, Result
from bitten.paper.market import MarketTick
from bitten.units import Direction, Quote
from tests.paper.broker_samples import ACCOUNT, EURUSD, NOON

LEVERED = attrs.evolve(ACCOUNT, commission=3.33, deposit=1000.0, leverage=1000)
"""Little money and much leverage, so that stop-outs happen."""
POINT = 0.00001
HOME = 110_000
"""Points: prices are drawn around it, so that stops, targets and pending orders are met."""

lots = st.sampled_from([0.0, 0.01, 0.05, 0.1, 0.29, 1.0, 3.0, 7.0])
tickets = st.integers(1, 6)
distances = st.sampled_from([0, 15, 40, 100, -30])
"""Points from the newest bid to a stop or target: 0 none, negative the wrong side."""


@attrs.frozen
class Quoted:
    """The next quote, in points; a negative spread is a crossed one."""

    bid: int
    spread: int


@attrs.frozen
class Ask:
    """A request with prices relative to the newest quote, so that most are accepted and later met by the market."""

    direction: Direction
    kind: OrderKind
    lot: float
    away: int
    """Points from the quote to `entry`."""
    sl: int
    tp: int
    lives: int
    """Milliseconds that a pending order stands, 0 without end."""


@attrs.frozen
class Close:
    ticket: int
    lot: float


@attrs.frozen
class Modify:
    ticket: int
    sl: int
    tp: int


@attrs.frozen
class Cancel:
    ticket: int


Step = Quoted | Ask | Close | Modify | Cancel

quotes = st.builds(Quoted, st.integers(HOME - 150, HOME + 150), st.integers(-2, 30))
asks = st.builds(
    Ask,
    direction=st.sampled_from(Direction),
    kind=st.sampled_from(["market", "limit", "stop"]),
    lot=lots,
    away=st.sampled_from([0, 40, 80]),
    sl=distances,
    tp=distances,
    lives=st.sampled_from([0, 1, 3]),
)
steps: st.SearchStrategy[Step] = st.one_of(
    quotes,
    quotes,
    asks,
    asks,
    st.builds(Close, tickets, lots),
    st.builds(Modify, tickets, distances, distances),
    st.builds(Cancel, tickets),
)
runs = st.lists(steps, min_size=20, max_size=60)


class Run:
    """Plays steps on a broker and keeps, for every deal, the quote it was made at."""

    def __init__(self) -> None:
        self.broker = Broker(LEVERED, {"EURUSD": EURUSD})
        self.made_at: dict[int, Quote] = {}
        self.closed_from: dict[int, BrokerPosition] = {}
        """By deal out: the position as it was before the step; none where one step opened and stopped it out."""

    def play(self, steps: list[Step]) -> None:
        for step in (Quoted(HOME, 10), *steps):
            known = len(self.broker.deals_since(0))
            positions = {position.ticket: position for position in self.broker.positions()}
            self._step(step)
            for deal in self.broker.deals_since(0)[known:]:
                self.made_at[deal.deal] = self._quote()
                if deal.entry == "out" and deal.ticket in positions:
                    self.closed_from[deal.deal] = positions[deal.ticket]

    def _step(self, step: Step) -> list[Deal] | Result:
        match step:
            case Quoted(bid, spread):
                time = max(self.broker.time, NOON) + 1
                return self.broker.tick(MarketTick("EURUSD", _price(bid), _price(bid + spread), time))
            case Ask():
                return self.broker.open(self._request(step))
            case Close(ticket, lot):
                return self.broker.close(ticket, lot)
            case Modify(ticket, sl, tp):
                directions = {position.ticket: position.direction for position in self.broker.positions()}
                sign = directions.get(ticket, Direction.BUY).sign
                return self.broker.modify(ticket, sl=self._level(-sign * sl), tp=self._level(sign * tp))
            case Cancel(ticket):
                return self.broker.cancel(ticket)

    def _request(self, ask: Ask) -> OrderRequest:
        quote = self._quote()
        sign = ask.direction.sign
        away = 0 if ask.kind == "market" else ask.away * (sign if ask.kind == "stop" else -sign)
        return OrderRequest(
            symbol="EURUSD",
            direction=ask.direction,
            kind=ask.kind,
            lot=ask.lot,
            entry=round(quote.entry(ask.direction) + away * POINT, 5),
            sl=self._level(-sign * ask.sl, away),
            tp=self._level(sign * ask.tp, away),
            good_till=self.broker.time + ask.lives if ask.lives else 0,
        )

    def _level(self, distance: int, away: int = 0) -> float:
        """The price `distance` points beyond the nearer side of the quote, moved by `away`; 0 for none."""
        quote = self._quote()
        reference = quote.bid if distance < 0 else quote.ask
        return round(reference + (distance + away) * POINT, 5) if distance else 0.0

    def _quote(self) -> Quote:
        quote = self.broker.quote("EURUSD")
        assert quote is not None
        return quote


def _price(points: int) -> float:
    return round(points * POINT, 5)


def played(steps: list[Step]) -> Run:
    run = Run()
    run.play(steps)
    return run


def exact(amount: float) -> Decimal:
    return Decimal(str(amount))


@given(runs)
def test_the_balance_is_the_deposit_and_its_deals(steps: list[Step]) -> None:
    broker = played(steps).broker
    booked = sum((exact(d.profit) + exact(d.commission) + exact(d.swap) for d in broker.deals_since(0)), Decimal(0))
    assert exact(broker.account().balance) == exact(LEVERED.deposit) + booked
    account = broker.account()
    assert exact(account.equity) == exact(account.balance) + sum(
        (exact(p.profit) for p in broker.positions()), Decimal(0)
    )
    assert exact(account.free_margin) == exact(account.equity) - exact(account.margin)


@given(runs)
def test_volume_in_is_volume_out_and_open(steps: list[Step]) -> None:
    broker = played(steps).broker
    volume: dict[int, Decimal] = {}
    for deal in broker.deals_since(0):
        volume[deal.ticket] = volume.get(deal.ticket, Decimal(0)) + exact(deal.lot) * (1 if deal.entry == "in" else -1)
    assert {ticket: lot for ticket, lot in volume.items() if lot} == {
        p.ticket: exact(p.lot) for p in broker.positions()
    }
    assert all(lot >= 0 for lot in volume.values())


@given(runs)
def test_no_fill_is_better_than_its_side_of_the_spread(steps: list[Step]) -> None:
    run = played(steps)
    for deal in run.broker.deals_since(0):
        quote = run.made_at[deal.deal]
        assert not quote.crossed
        bought = (deal.direction is Direction.BUY) == (deal.entry == "in")
        assert deal.price >= quote.ask if bought else deal.price <= quote.bid


@given(runs)
def test_a_stop_never_fills_better_than_its_price_nor_a_target_worse(steps: list[Step]) -> None:
    run = played(steps)
    for deal in run.broker.deals_since(0):
        if deal.reason is DealReason.SL:
            assert (deal.price - run.closed_from[deal.deal].sl) * deal.direction.sign <= 0
        if deal.reason is DealReason.TP:
            assert deal.price == run.closed_from[deal.deal].tp


@given(runs)
def test_numbers_are_counted_and_every_position_has_one_deal_in(steps: list[Step]) -> None:
    broker = played(steps).broker
    deals = broker.deals_since(0)
    assert [deal.deal for deal in deals] == list(range(1, len(deals) + 1))
    ins = [deal.ticket for deal in deals if deal.entry == "in"]
    assert len(ins) == len(set(ins))
    assert {position.ticket for position in broker.positions()} <= set(ins)
    assert not {order.ticket for order in broker.orders()} & set(ins)
    filled = {end.ticket: end.deal for end in broker.order_ends_since(0) if end.state == "filled"}
    assert all(deals[deal - 1].ticket == ticket for ticket, deal in filled.items())


@given(runs, runs)
def test_a_restart_between_changes_nothing(before: list[Step], after: list[Step]) -> None:
    straight, restarted = played(before), played(before)
    restarted.broker = Broker.from_state(restarted.broker.to_state(), straight.broker.specs)
    straight.play(after)
    restarted.play(after)
    assert restarted.broker.to_state() == straight.broker.to_state()


@settings(max_examples=50)
@given(runs)
def test_after_every_quote_the_margin_suffices_or_nothing_is_open(steps: list[Step]) -> None:
    run = played([*steps, Quoted(HOME, 10)])
    level = run.broker.account().margin_level
    assert level is None or level > LEVERED.stop_out_level


def test_the_runs_reach_every_kind_of_deal_and_end() -> None:
    """Without this the properties above could hold of books in which nothing happened."""
    seen: set[str] = set()

    @settings(max_examples=150, derandomize=True, database=None)
    @given(runs)
    def collect(steps: list[Step]) -> None:
        run = played(steps)
        seen.update(deal.reason for deal in run.broker.deals_since(0))
        seen.update(end.state for end in run.broker.order_ends_since(0))
        deals = run.broker.deals_since(0)
        seen.update("part" for number, position in run.closed_from.items() if deals[number - 1].lot < position.lot)

    collect()
    assert seen >= {"open", "close", "sl", "tp", "stop_out", "part", "filled", "cancelled", "expired"}
