"""The broker's fills: the right side of the spread, stops that slip, margin, and a book that survives a restart."""

import json

import attrs
import pytest

from bitten.errors import BittenError
from bitten.paper.broker import Broker
from bitten.paper.broker_values import BrokerAccount, DealReason, OrderEnd, PendingKind, Retcode
from bitten.paper.market import MarketTick
from bitten.units import DAY_MS, HOUR_MS, Direction
from tests.paper.broker_samples import (
    ACCOUNT,
    ASK,
    BID,
    BUY,
    EURUSD,
    GBPUSD,
    NOON,
    SELL,
    broker_with,
    market,
    pending,
    quote,
)

# In and out at the market


@pytest.mark.parametrize(("direction", "price"), [(BUY, ASK), (SELL, BID)])
def test_opened_on_the_entry_side(direction: Direction, price: float) -> None:
    broker = broker_with()
    result = broker.open(attrs.evolve(market(direction, 0.5), magic=42, comment="b"))
    assert (result.retcode, result.ticket, result.deal) == (Retcode.DONE, 1, 1)
    assert (result.price, result.lot, result.accepted) == (price, 0.5, True)
    (position,) = broker.positions()
    assert (position.open_price, position.open_time, position.magic, position.comment) == (price, NOON, 42, "b")
    assert position.profit == -5.0  # the spread: 10 points of half a lot
    (deal,) = broker.deals_since(0)
    assert (deal.entry, deal.reason, deal.direction, deal.profit) == ("in", DealReason.OPEN, direction, 0.0)


@pytest.mark.parametrize(("direction", "price", "profit"), [(BUY, 1.1021, 200.0), (SELL, 1.1022, -220.0)])
def test_closed_on_the_exit_side(direction: Direction, price: float, profit: float) -> None:
    broker = broker_with()
    broker.open(market(direction))
    quote(broker, 1.1021, 1.1022)
    result = broker.close(1)
    assert (result.retcode, result.price, result.lot) == (Retcode.DONE, price, 1.0)
    assert broker.positions() == ()
    deal = broker.deals_since(0)[-1]
    assert (deal.entry, deal.ticket, deal.profit, deal.reason) == ("out", 1, profit, DealReason.CLOSE)
    assert broker.account().balance == 10_000 + profit


def test_partly_closed_keeps_its_ticket_and_the_rest() -> None:
    broker = broker_with()
    broker.open(market(BUY, 0.3))
    quote(broker, 1.1011, 1.1012)
    assert broker.close(1, 0.1).lot == 0.1
    (position,) = broker.positions()
    assert (position.ticket, position.lot, position.profit) == (1, 0.2, 20.0)
    assert broker.close(1, 0.2).retcode == Retcode.DONE
    assert [deal.lot for deal in broker.deals_since(0)] == [0.3, 0.1, 0.2]
    assert broker.account().balance == 10_030.0


def test_closed_by_hand_says_so() -> None:
    broker = broker_with()
    broker.open(market())
    broker.close(1, reason=DealReason.MANUAL)
    assert broker.deals_since(0)[-1].reason == DealReason.MANUAL


def test_hedging_keeps_both_sides() -> None:
    broker = broker_with()
    broker.open(market(BUY))
    broker.open(market(SELL))
    assert [position.direction for position in broker.positions()] == [BUY, SELL]
    assert broker.account().margin == 2200.1


def test_commission_is_charged_in_and_out() -> None:
    broker = broker_with(account=attrs.evolve(ACCOUNT, commission=3.5))
    assert broker.open(market(BUY, 0.5)).commission == -1.75
    assert broker.account().balance == 9998.25
    assert broker.close(1).commission == -1.75
    assert broker.account().balance == 9998.25 - 1.75 - 5.0


def test_account_at_the_newest_quote() -> None:
    broker = broker_with()
    assert broker.account().margin_level is None
    broker.open(market(BUY))
    quote(broker, 1.1011, 1.1012)
    account = broker.account()
    assert (account.balance, account.profit, account.equity) == (10_000.0, 100.0, 10_100.0)
    assert (account.margin, account.free_margin) == (1100.1, 8999.9)  # 100,000 euros at 1.1001 over 100
    assert account.margin_level == pytest.approx(918.1, abs=0.1)


def test_a_tick_of_an_unknown_symbol_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="a tick of XAUUSD"):
        broker_with().tick(MarketTick("XAUUSD", 1, 2, NOON))


# Stops and targets


@pytest.mark.parametrize(
    ("direction", "bid", "ask", "price", "reason"),
    [
        (BUY, 1.09900, 1.09910, 1.09900, DealReason.SL),  # to the point
        (BUY, 1.09850, 1.09860, 1.09850, DealReason.SL),  # a gap slips
        (BUY, 1.10200, 1.10210, 1.10200, DealReason.TP),
        (BUY, 1.10300, 1.10310, 1.10200, DealReason.TP),  # a gap gives nothing
        (SELL, 1.10090, 1.10110, 1.10110, DealReason.SL),
        (SELL, 1.10190, 1.10200, 1.10200, DealReason.SL),
        (SELL, 1.09790, 1.09800, 1.09800, DealReason.TP),
        (SELL, 1.09690, 1.09700, 1.09800, DealReason.TP),
    ],
)
def test_stop_and_target_fills(direction: Direction, bid: float, ask: float, price: float, reason: DealReason) -> None:
    broker = broker_with()
    broker.open(market(BUY, sl=1.099, tp=1.102) if direction is BUY else market(SELL, sl=1.1011, tp=1.098))
    (deal,) = quote(broker, bid, ask)
    assert (deal.entry, deal.price, deal.reason, deal.time) == ("out", price, reason, NOON + 1000)
    assert broker.positions() == ()


@pytest.mark.parametrize(
    ("direction", "bid", "ask"),
    [(BUY, 1.09901, 1.09950), (BUY, 1.10199, 1.10250), (SELL, 1.10150, 1.10209), (SELL, 1.09750, 1.09801)],
)
def test_the_other_side_of_the_spread_triggers_nothing(direction: Direction, bid: float, ask: float) -> None:
    broker = broker_with()
    broker.open(market(BUY, sl=1.099, tp=1.102) if direction is BUY else market(SELL, sl=1.1021, tp=1.098))
    assert quote(broker, bid, ask) == []


def test_a_tick_moves_only_its_own_symbol() -> None:
    broker = broker_with(EURUSD, GBPUSD)
    broker.open(market(BUY, 1.0, symbol="GBPUSD", sl=1.099))
    assert quote(broker, 1.0, 1.0001) == []
    assert [deal.symbol for deal in quote(broker, 1.09, 1.0901, symbol="GBPUSD")] == ["GBPUSD"]


def test_nothing_is_filled_on_a_crossed_quote() -> None:
    broker = broker_with()
    broker.open(market(BUY, sl=1.099))
    before = broker.account()
    assert quote(broker, 1.098, 1.097) == []
    assert broker.account() == before  # nor valued
    assert broker.close(1).retcode == Retcode.NO_QUOTES
    assert broker.open(market()).retcode == Retcode.NO_QUOTES
    assert [deal.price for deal in quote(broker, 1.0985, 1.0986)] == [1.0985]


def test_stops_wait_while_the_market_is_closed() -> None:
    hours = ((3 * 1440, 3 * 1440 + 721),)  # Wednesday to 12:01
    broker = broker_with(attrs.evolve(EURUSD, hours=hours))
    broker.open(market(BUY, sl=1.099))
    assert quote(broker, 1.09, 1.0901, later=HOUR_MS) == []
    assert [deal.price for deal in quote(broker, 1.08, 1.0801, later=7 * DAY_MS - HOUR_MS)] == [1.08]


# Modify


def test_modify_moves_adds_and_removes() -> None:
    broker = broker_with()
    broker.open(market(BUY, sl=1.099))
    assert broker.modify(1, tp=1.102).retcode == Retcode.DONE
    assert broker.modify(1, sl=1.0995).retcode == Retcode.DONE
    assert [(position.sl, position.tp) for position in broker.positions()] == [(1.0995, 1.102)]
    broker.modify(1, sl=0.0, tp=0.0)
    assert [(position.sl, position.tp) for position in broker.positions()] == [(0.0, 0.0)]


def test_modify_judges_only_what_changes() -> None:
    broker = broker_with()
    broker.open(market(BUY, sl=1.0999))
    quote(broker, 1.09995, 1.10005)  # the stop is now 5 points away, inside the stops level
    assert broker.modify(1, sl=1.0999, tp=1.102).retcode == Retcode.DONE
    assert broker.modify(1, sl=1.09991).retcode == Retcode.INVALID_STOPS


# Pending orders


@pytest.mark.parametrize(
    ("kind", "direction", "entry", "bid", "ask", "price"),
    [
        ("limit", BUY, 1.0990, 1.09890, 1.09900, 1.0990),
        ("limit", BUY, 1.0990, 1.09790, 1.09800, 1.0990),
        ("limit", SELL, 1.1020, 1.10250, 1.10260, 1.1020),
        ("stop", BUY, 1.1020, 1.10190, 1.10200, 1.1020),
        ("stop", BUY, 1.1020, 1.10290, 1.10300, 1.1030),
        ("stop", SELL, 1.0990, 1.09850, 1.09860, 1.0985),
    ],
)
def test_pending_orders_fill(
    kind: PendingKind, direction: Direction, entry: float, bid: float, ask: float, price: float
) -> None:
    broker = broker_with()
    placed = broker.open(pending(kind, direction, entry))
    assert (placed.retcode, placed.ticket, placed.deal, placed.price) == (Retcode.PLACED, 1, 0, 0.0)
    assert quote(broker, 1.1, 1.1001) == []
    (deal,) = quote(broker, bid, ask)
    assert (deal.entry, deal.ticket, deal.price) == ("in", 1, price)
    assert (broker.orders(), [position.ticket for position in broker.positions()]) == ((), [1])
    assert broker.order_ends_since(0) == (OrderEnd(ticket=1, state="filled", deal=deal.deal, time=deal.time),)


def test_pending_orders_expire_with_a_tick_or_without() -> None:
    broker = broker_with()
    broker.open(pending("limit", BUY, 1.09, good_till=NOON + 1000))
    broker.open(pending("limit", BUY, 1.09, good_till=NOON + 2000))
    assert quote(broker, 1.08, 1.0801, later=1000)[0].ticket == 2  # the first was not filled any more
    assert [end.state for end in broker.order_ends_since(0)] == ["expired", "filled"]
    broker.open(pending("limit", BUY, 1.07, good_till=NOON + 5000))
    broker.advance(NOON + 5000)
    assert broker.order_ends_since(NOON + 2000) == (OrderEnd(ticket=3, state="expired", deal=0, time=NOON + 5000),)


def test_pending_orders_are_cancelled_and_modified() -> None:
    broker = broker_with()
    broker.open(pending("limit", BUY, 1.09))
    assert broker.modify(1, sl=1.089).retcode == Retcode.DONE
    assert broker.modify(1, sl=1.0905).retcode == Retcode.INVALID_STOPS  # from the order's price, not the market's
    assert broker.orders()[0].sl == 1.089
    assert broker.cancel(1).retcode == Retcode.DONE
    assert (broker.orders(), broker.order_ends_since(0)[0].state) == ((), "cancelled")
    assert broker.cancel(1).retcode == Retcode.ORDER_CHANGED
    assert broker.cancel(99).retcode == Retcode.INVALID_ORDER


def test_a_pending_order_without_margin_is_rejected_when_its_price_comes() -> None:
    broker = broker_with()
    broker.open(attrs.evolve(pending("limit", BUY, 1.09), lot=20.0))
    assert quote(broker, 1.0899, 1.09) == []
    assert (broker.orders(), broker.order_ends_since(0)[0].state) == ((), "rejected")


# Margin


def test_stop_out_closes_the_worst_first_and_no_more_than_needed() -> None:
    broker = broker_with()
    broker.open(market(BUY, 1.0))
    broker.open(market(BUY, 7.0))
    # margin 8,800.8; at 1.0930 the loss is 5,680: level 49 %; without the larger position it is above
    (deal,) = quote(broker, 1.0930, 1.0931)
    assert (deal.reason, deal.ticket, deal.price, deal.profit) == (DealReason.STOP_OUT, 2, 1.0930, -4970.0)
    assert [position.ticket for position in broker.positions()] == [1]


def test_stop_out_at_the_level_and_not_above() -> None:
    broker = broker_with()
    broker.open(market(BUY, 8.0))
    # margin 8,800.8; half of it is left after a loss of 5,599.6
    assert quote(broker, 1.09311, 1.09321) == []
    assert broker.account().equity == 4408.0
    assert [deal.reason for deal in quote(broker, 1.09310, 1.09320)] == [DealReason.STOP_OUT]


def test_stop_out_does_not_fill_on_a_crossed_quote_of_another_symbol() -> None:
    broker = broker_with(EURUSD, GBPUSD)
    broker.open(market(BUY, 4.0))
    broker.open(market(BUY, 4.0, symbol="GBPUSD"))
    quote(broker, 1.08, 1.07, symbol="GBPUSD")
    assert [deal.symbol for deal in quote(broker, 1.0860, 1.0861)] == ["EURUSD"]


# Across a restart


def test_the_same_book_after_a_restart() -> None:
    broker = broker_with(account=attrs.evolve(ACCOUNT, commission=3.5))
    broker.open(market(BUY, 0.5, sl=1.099))
    broker.open(pending("limit", BUY, 1.0985, good_till=NOON + DAY_MS))
    broker.close(1, 0.1)
    again = Broker.from_state(json.loads(json.dumps(broker.to_state())), broker.specs)
    assert again.to_state() == broker.to_state()
    assert (again.account(), again.opened_as, again.time) == (broker.account(), broker.opened_as, broker.time)
    for one in (broker, again):
        quote(one, 1.0984, 1.0985)
        one.open(market(SELL, entry=1.0984))
    assert again.to_state() == broker.to_state()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("time", "noon", r"Expected `int`, got `str` - at `\$.time`"),
        ("positions", [{}], "missing required field `ticket`"),
    ],
)
def test_a_damaged_state_is_named(field: str, value: object, message: str) -> None:
    state = {**broker_with().to_state(), field: value}
    with pytest.raises(BittenError, match=f"a paper broker's state cannot be read: .*{message}"):
        Broker.from_state(state, {})


def test_a_state_of_another_market_is_refused() -> None:
    broker = broker_with()
    broker.open(market())
    with pytest.raises(BittenError, match="holds EURUSD, which its market does not have"):
        Broker.from_state(broker.to_state(), {"GBPUSD": GBPUSD})


def test_what_it_can_be_asked() -> None:
    broker = Broker(BrokerAccount(server="Paper-1", login=7), {"EURUSD": EURUSD})
    assert (broker.time, broker.quote("EURUSD"), dict(broker.specs)) == (0, None, {"EURUSD": EURUSD})
    quote(broker, 1.2, 1.1, later=NOON)
    crossed = broker.quote("EURUSD")
    assert crossed is not None
    assert crossed.crossed
    assert broker.time == NOON
