"""What holds for every broker's book, whatever is asked and however the market runs."""

from decimal import Decimal

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from bitten.paper.broker import Broker
from bitten.paper.broker_values import BrokerPosition, Deal, DealReason, OrderRequest, Result
from bitten.paper.market import MarketTick
from bitten.units import Direction, Quote
from tests.paper.broker_samples import ACCOUNT, EURUSD, NOON

POINT = 0.00001
HOME = 110_000
"""Points: prices are drawn around it, so that stops, targets and pending orders are met."""

prices = st.integers(HOME - 300, HOME + 300).map(lambda points: round(points * POINT, 5))
levels = st.one_of(st.just(0.0), prices)
lots = st.integers(0, 900).map(lambda cents: cents / 100)
tickets = st.integers(1, 8)


@attrs.frozen
class Quoted:
    """The next quote: half a spread of -20 is a crossed one."""

    middle: int
    spread: int


@attrs.frozen
class Close:
    ticket: int
    lot: float


@attrs.frozen
class Modify:
    ticket: int
    sl: float
    tp: float


@attrs.frozen
class Cancel:
    ticket: int


Step = Quoted | OrderRequest | Close | Modify | Cancel

requests = st.builds(
    OrderRequest,
    symbol=st.just("EURUSD"),
    direction=st.sampled_from(Direction),
    kind=st.sampled_from(["market", "market", "limit", "stop"]),
    lot=lots,
    entry=prices,
    sl=levels,
    tp=levels,
    deviation=st.sampled_from([0, 100, 1000]),
    good_till=st.sampled_from([0, NOON + 5, NOON + 5000]),
)
steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(Quoted, st.integers(HOME - 300, HOME + 300), st.integers(-5, 40)),
    requests,
    st.builds(Close, tickets, lots),
    st.builds(Modify, tickets, levels, levels),
    st.builds(Cancel, tickets),
)
runs = st.lists(steps, max_size=60)


class Run:
    """Plays steps on a broker and keeps, for every deal, the quote it was made at."""

    def __init__(self) -> None:
        self.broker = Broker(attrs.evolve(ACCOUNT, commission=3.33), {"EURUSD": EURUSD})
        self.made_at: dict[int, Quote] = {}
        self.closed_from: dict[int, BrokerPosition] = {}

    def play(self, steps: list[Step]) -> None:
        for step in (Quoted(HOME, 10), *steps):
            known = len(self.broker.deals_since(0))
            positions = {position.ticket: position for position in self.broker.positions()}
            self._step(step)
            quote = self.broker.quote("EURUSD")
            assert quote is not None
            for deal in self.broker.deals_since(0)[known:]:
                self.made_at[deal.deal] = quote
                if deal.entry == "out":
                    self.closed_from[deal.deal] = positions[deal.ticket]

    def _step(self, step: Step) -> list[Deal] | Result:
        match step:
            case Quoted(middle, spread):
                bid, ask = round(middle * POINT, 5), round((middle + spread) * POINT, 5)
                return self.broker.tick(MarketTick("EURUSD", bid, ask, max(self.broker.time, NOON) + 1))
            case OrderRequest():
                return self.broker.open(step)
            case Close(ticket, lot):
                return self.broker.close(ticket, lot)
            case Modify(ticket, sl, tp):
                return self.broker.modify(ticket, sl=sl, tp=tp)
            case Cancel(ticket):
                return self.broker.cancel(ticket)


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
    assert exact(broker.account().balance) == exact(ACCOUNT.deposit) + booked
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
        position = run.closed_from.get(deal.deal)
        if position is not None and deal.reason is DealReason.SL:
            assert (deal.price - position.sl) * deal.direction.sign <= 0
        if position is not None and deal.reason is DealReason.TP:
            assert deal.price == position.tp


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
    assert level is None or level > ACCOUNT.stop_out_level
