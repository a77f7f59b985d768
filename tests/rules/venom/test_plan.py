"""Stops, targets and ids."""

import re
from itertools import product

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.messages import Signal, SignalKind, Timeframe
from bitten.rules.venom.pattern import Candidate, Plan
from bitten.rules.venom.plan import planned, signal, signal_id
from bitten.rules.venom.settings import VenomSettings
from bitten.units import MINUTE_MS, Direction, Quote, SymbolSpec
from tests.rules.venom.drawn import QUIET, SPEC, Row, drawn, price, seen
from tests.rules.venom.patterns import Says

WIDE: Row = (0, 10, -10, 0, 100)  # ATR14 is 20 pips


@pytest.mark.parametrize(
    ("kind", "stop", "reward", "minutes"),
    [(SignalKind.RAPID_ASSAULT, 30, 1.5, 30), (SignalKind.PRECISION_STRIKE, 40, 2.0, 60)],
)
def test_a_kind_is_its_stop_its_target_and_its_life(kind: SignalKind, stop: int, reward: float, minutes: int) -> None:
    plan = planned(kind, seen(drawn([WIDE] * 30)), VenomSettings())
    assert plan is not None
    assert plan.stop == pytest.approx(stop * 0.0001)
    assert plan.target == pytest.approx(stop * reward * 0.0001)
    assert plan.life_ms == minutes * MINUTE_MS


@pytest.mark.parametrize(
    ("level", "spread", "pips"),
    [(0, 1, 10), (90, 1, 10), (91, 1, 10.1), (200, 2.5, 22.5)],
)
def test_a_stop_is_at_least_ten_pips_and_the_stops_level_with_the_spread(
    level: int, spread: float, pips: float
) -> None:
    view = seen(drawn([QUIET] * 30), attrs.evolve(SPEC, stops_level=level), quote=Quote(price(0), price(spread), 1))
    plan = planned(SignalKind.RAPID_ASSAULT, view, VenomSettings())
    assert plan is not None
    assert plan.stop == pytest.approx(pips * 0.0001)


def test_without_an_atr_there_is_no_plan() -> None:
    assert planned(SignalKind.RAPID_ASSAULT, seen(drawn([QUIET] * 14)), VenomSettings()) is None


def make(direction: Direction, plan: Plan, spec: SymbolSpec = SPEC) -> Signal | None:
    view = seen(drawn([WIDE] * 30), spec, quote=Quote(1.1, 1.1002, 1))
    return signal(Says("P"), Candidate(direction, score=70.04), plan, view, "alice")


def test_a_buy_enters_at_the_ask_and_a_sell_at_the_bid() -> None:
    plan = Plan(stop=0.0010, target=0.0015, life_ms=1000)
    buy, sell = make(Direction.BUY, plan), make(Direction.SELL, plan)
    assert buy is not None
    assert sell is not None
    assert (buy.entry, buy.sl, buy.tp) == (1.1002, 1.0992, 1.1017)
    assert (sell.entry, sell.sl, sell.tp) == (1.1, 1.101, 1.0985)
    assert (buy.score, buy.source, buy.expires - buy.made_at) == (70.0, "alice", 1000)
    assert buy.regime == "range"


@given(st.floats(0.00001, 0.05), st.sampled_from([0.00001, 0.00005, 0.0001]), st.sampled_from(Direction))
def test_prices_are_on_the_tick_size_and_never_nearer_than_planned(
    stop: float, size: float, direction: Direction
) -> None:
    made = make(direction, Plan(stop=stop, target=stop, life_ms=1), attrs.evolve(SPEC, tick_size=size))
    assert made is not None
    for value in (made.sl, made.tp):
        assert value / size == pytest.approx(round(value / size), abs=1e-6)
        assert stop - 1e-9 <= abs(value - made.entry) < stop + size + 1e-9
    assert direction.sign * (made.entry - made.sl) > 0
    assert direction.sign * (made.tp - made.entry) > 0


def test_a_plan_that_leaves_no_price_makes_no_signal() -> None:
    assert make(Direction.BUY, Plan(stop=1.2, target=0.1, life_ms=1)) is None


def test_an_id_is_readable_where_names_allow() -> None:
    made = signal_id("BAND_FADE", "EURUSD", Timeframe.M5, 1_325_491_200_000, Direction.BUY)
    assert made == "BAND_FADE:EURUSD:M5:1325491200000:B"


names = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=32)
finds = st.tuples(names, names, st.sampled_from(Timeframe), st.integers(0, 2**53 - 1), st.sampled_from(Direction))


@given(finds, finds)
def test_an_id_is_well_formed_and_another_for_another_find(
    one: tuple[str, str, Timeframe, int, Direction], other: tuple[str, str, Timeframe, int, Direction]
) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._:-]{1,64}", signal_id(*one))
    assert (signal_id(*one) == signal_id(*other)) is (one == other)


def test_symbols_that_differ_only_in_what_an_id_may_not_hold_have_different_ids() -> None:
    symbols = ("EURUSD", "EURUSD+", "EURUSD#", "EUR:USD", "EUR/USD")
    ids = {signal_id(pattern, symbol, Timeframe.M5, 1, Direction.BUY) for pattern, symbol in product("AB", symbols)}
    assert len(ids) == 10
