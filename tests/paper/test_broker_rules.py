"""Every request that the broker refuses, by its retcode; a refusal changes nothing."""

import attrs
import pytest

from bitten.paper.broker import Broker
from bitten.paper.broker_values import OrderRequest, Result, Retcode
from bitten.units import Direction, SymbolSpec
from tests.paper.broker_samples import ACCOUNT, ASK, BUY, EURUSD, NOON, SELL, broker_with, market, pending, quote


def refused(broker: Broker, request: OrderRequest) -> Result:
    """The answer to a request that must change nothing."""
    before = broker.to_state()
    result = broker.open(request)
    assert broker.to_state() == before
    assert not result.accepted
    assert (result.ticket, result.deal, result.lot) == (0, 0, 0.0)
    assert result.message
    assert "\n" not in result.message
    return result


NAN = float("nan")


@pytest.mark.parametrize(
    ("request_", "retcode"),
    [
        (market(symbol="XAUUSD"), Retcode.INVALID),
        # volume: 0.01 to 50 in steps of 0.01
        (market(lot=0.0), Retcode.INVALID_VOLUME),
        (market(lot=-1.0), Retcode.INVALID_VOLUME),
        (market(lot=0.005), Retcode.INVALID_VOLUME),
        (market(lot=0.015), Retcode.INVALID_VOLUME),
        (market(lot=50.01), Retcode.INVALID_VOLUME),
        (market(lot=NAN), Retcode.INVALID_VOLUME),
        # stops: sides, then 10 points from bid 1.10000 (BUY) and ask 1.10010 (SELL)
        (market(BUY, sl=1.10000), Retcode.INVALID_STOPS),
        (market(BUY, sl=1.09991), Retcode.INVALID_STOPS),
        (market(BUY, sl=1.10500), Retcode.INVALID_STOPS),
        (market(BUY, tp=1.10009), Retcode.INVALID_STOPS),
        (market(BUY, tp=1.09000), Retcode.INVALID_STOPS),
        (market(SELL, sl=1.10019), Retcode.INVALID_STOPS),
        (market(SELL, tp=1.10001), Retcode.INVALID_STOPS),
        (market(BUY, sl=1.099005), Retcode.INVALID_STOPS),
        (market(BUY, sl=-1.0), Retcode.INVALID_STOPS),
        (market(BUY, tp=NAN), Retcode.INVALID_STOPS),
        # entry
        (market(BUY, entry=0.0), Retcode.INVALID_PRICE),
        (market(BUY, entry=NAN), Retcode.INVALID_PRICE),
        (market(BUY, entry=1.1002), Retcode.REQUOTE),
        # pending orders: sides and 10 points from the price that fills them
        (pending("limit", BUY, 1.10001), Retcode.INVALID_PRICE),
        (pending("limit", BUY, 1.10500), Retcode.INVALID_PRICE),
        (pending("limit", SELL, 1.10009), Retcode.INVALID_PRICE),
        (pending("stop", BUY, 1.10019), Retcode.INVALID_PRICE),
        (pending("stop", SELL, 1.09991), Retcode.INVALID_PRICE),
        (pending("limit", BUY, 1.090005), Retcode.INVALID_PRICE),
        (pending("limit", BUY, -1.0), Retcode.INVALID_PRICE),
        (pending("limit", BUY, NAN), Retcode.INVALID_PRICE),
        (pending("limit", BUY, 1.09, sl=1.08991), Retcode.INVALID_STOPS),
        (pending("limit", BUY, 1.09, good_till=NOON), Retcode.INVALID_EXPIRATION),
        # 9 lots need 9,900.9, 10 lots 11,001 of margin
        (market(lot=10.0), Retcode.NO_MONEY),
    ],
)
def test_refused(request_: OrderRequest, retcode: Retcode) -> None:
    assert refused(broker_with(), request_).retcode == retcode


@pytest.mark.parametrize(
    "request_",
    [
        market(lot=0.01),
        market(lot=9.0),
        market(lot=0.29),  # 0.29 / 0.01 is 28.999… in binary
        market(BUY, sl=1.0999, tp=1.1001),
        market(SELL, sl=1.1002, tp=1.1),
        pending("limit", BUY, 1.1, sl=1.0999, tp=1.1001, good_till=NOON + 1),
        pending("limit", SELL, 1.1001),
        pending("stop", BUY, 1.1002),
        pending("stop", SELL, 1.0999),
    ],
)
def test_accepted_at_the_limit(request_: OrderRequest) -> None:
    assert broker_with().open(request_).accepted


def test_a_requote_names_the_price_and_deviation_allows_it() -> None:
    broker = broker_with()
    result = refused(broker, attrs.evolve(market(BUY, entry=1.1), deviation=9))
    assert (result.retcode, result.price) == (Retcode.REQUOTE, ASK)
    assert broker.open(attrs.evolve(market(BUY, entry=1.1), deviation=10)).price == ASK
    assert broker.open(attrs.evolve(market(BUY, entry=1.1002), deviation=10)).price == ASK


def test_no_quote_yet() -> None:
    assert refused(broker_with(quoted=False), market()).retcode == Retcode.NO_QUOTES


@pytest.mark.parametrize(
    ("spec", "direction", "retcode"),
    [
        (attrs.evolve(EURUSD, trade_mode="disabled"), BUY, Retcode.TRADE_DISABLED),
        (attrs.evolve(EURUSD, trade_mode="close_only"), BUY, Retcode.CLOSE_ONLY),
        (attrs.evolve(EURUSD, trade_mode="long_only"), SELL, Retcode.LONG_ONLY),
        (attrs.evolve(EURUSD, trade_mode="short_only"), BUY, Retcode.SHORT_ONLY),
        (attrs.evolve(EURUSD, hours=((0, 60),)), BUY, Retcode.MARKET_CLOSED),
    ],
)
def test_gates(spec: SymbolSpec, direction: Direction, retcode: Retcode) -> None:
    assert refused(broker_with(spec), market(direction)).retcode == retcode


@pytest.mark.parametrize(("mode", "direction"), [("long_only", BUY), ("short_only", SELL)])
def test_a_one_way_symbol_opens_that_way(mode: str, direction: Direction) -> None:
    spec = attrs.evolve(EURUSD, trade_mode="long_only" if mode == "long_only" else "short_only")
    assert broker_with(spec).open(market(direction)).accepted


def test_hours_are_the_brokers() -> None:
    # Wednesday 12:00 UTC is 14:00 for a broker two hours ahead
    spec = attrs.evolve(EURUSD, hours=((3 * 1440 + 14 * 60, 3 * 1440 + 15 * 60),))
    ahead = attrs.evolve(ACCOUNT, utc_offset=2 * 3_600_000)
    assert broker_with(spec, account=ahead).open(market()).accepted
    assert broker_with(spec).open(market()).retcode == Retcode.MARKET_CLOSED


def test_hours_include_their_first_minute_and_not_their_last() -> None:
    spec = attrs.evolve(EURUSD, hours=((3 * 1440 + 720, 3 * 1440 + 721), (0, 1)))
    assert [spec.is_open(time) for time in (NOON - 1, NOON, NOON + 59_999, NOON + 60_000)] == [
        False,
        True,
        True,
        False,
    ]
    sunday = NOON + 3 * 86_400_000 + 43_200_000
    assert [spec.is_open(time) for time in (sunday - 1, sunday, sunday + 60_000)] == [False, True, False]


def test_close_refusals() -> None:
    broker = broker_with(attrs.evolve(EURUSD, volume_min=0.1))
    broker.open(market(lot=0.5))
    before = broker.to_state()
    codes = [
        broker.close(ticket, lot).retcode for ticket, lot in ((2, 0.0), (1, 0.6), (1, 0.05), (1, 0.105), (1, -0.1))
    ]
    assert codes == [
        Retcode.POSITION_CLOSED,
        Retcode.INVALID_CLOSE_VOLUME,
        Retcode.INVALID_VOLUME,
        Retcode.INVALID_VOLUME,
        Retcode.INVALID_VOLUME,
    ]
    assert broker.close(1, NAN).retcode == Retcode.INVALID_VOLUME
    assert broker.to_state() == before


def test_what_remains_may_be_below_the_minimum_and_is_closed_whole() -> None:
    broker = broker_with(attrs.evolve(EURUSD, volume_min=0.1))
    broker.open(market(lot=0.15))
    assert broker.close(1, 0.1).accepted
    assert broker.close(1, 0.05).accepted
    assert broker.positions() == ()


def test_modify_refusals() -> None:
    broker = broker_with()
    broker.open(market(BUY, sl=1.099))
    before = broker.to_state()
    assert broker.modify(2, sl=1.098).retcode == Retcode.POSITION_CLOSED
    assert broker.modify(1).retcode == Retcode.NO_CHANGES
    assert broker.modify(1, sl=1.099, tp=0.0).retcode == Retcode.NO_CHANGES
    assert broker.modify(1, sl=1.1).retcode == Retcode.INVALID_STOPS
    assert broker.modify(1, tp=1.1).retcode == Retcode.INVALID_STOPS
    assert broker.to_state() == before


def test_frozen_near_a_stop_or_a_target() -> None:
    broker = broker_with(attrs.evolve(EURUSD, freeze_level=50))
    broker.open(market(BUY, sl=1.099, tp=1.102))
    for bid in (1.09949, 1.10151):
        quote(broker, bid, bid + 0.0001)
        before = broker.to_state()
        assert broker.close(1).retcode == Retcode.FROZEN
        assert broker.modify(1, tp=1.105).retcode == Retcode.FROZEN
        assert broker.to_state() == before
    quote(broker, 1.0995, 1.0996)
    assert broker.modify(1, tp=1.105).accepted
    assert broker.close(1).accepted


def test_frozen_near_a_pending_orders_price() -> None:
    broker = broker_with(attrs.evolve(EURUSD, freeze_level=50))
    broker.open(pending("limit", BUY, 1.099))
    quote(broker, 1.0993, 1.0994)
    assert broker.cancel(1).retcode == Retcode.FROZEN
    assert broker.modify(1, tp=1.105).retcode == Retcode.FROZEN
    quote(broker, 1.0994, 1.0995)
    assert broker.modify(1, tp=1.105).accepted
    assert broker.cancel(1).accepted


def test_closed_market_refuses_closing_too() -> None:
    broker = broker_with(attrs.evolve(EURUSD, hours=((3 * 1440 + 720, 3 * 1440 + 721),)))
    broker.open(market())
    broker.open(pending("limit", BUY, 1.09))
    broker.advance(NOON + 60_000)
    codes = {broker.close(1).retcode, broker.modify(1, sl=1.09).retcode, broker.cancel(2).retcode}
    assert codes == {Retcode.MARKET_CLOSED}
