"""What patterns are told about the market."""

from math import isnan

import pytest

from bitten.messages import Timeframe
from bitten.rules.venom import indicators
from bitten.rules.venom.shapes import graded, share, unswept_peaks
from tests.rules.venom.drawn import QUIET, Row, drawn, flipped, seen

UP: list[Row] = [(place, place + 6, place - 1, place + 5, 100) for place in range(0, 200, 5)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(UP, "trend_up"), (flipped(UP), "trend_down"), ([QUIET] * 40, "range"), (UP[:28], "range"), (UP[:29], "trend_up")],
)
def test_the_regime_is_wilders(rows: list[Row], expected: str) -> None:
    assert indicators.regime(drawn(rows)) == expected


def test_a_regime_that_cannot_be_told_is_a_range() -> None:
    assert seen(drawn(UP)).regime == "range"  # there is no M15 in a drawing


def test_twenty_bars_are_warm() -> None:
    assert seen(drawn([QUIET] * 20)).warm(Timeframe.M5)
    assert not seen(drawn([QUIET] * 19)).warm(Timeframe.M5)
    assert not seen(drawn([QUIET] * 20)).warm(Timeframe.H1)


@pytest.mark.parametrize("count", [0, 14])
def test_indicators_of_too_few_bars_are_nan(count: int) -> None:
    bars = drawn([QUIET] * count)
    found = (indicators.atr(bars), indicators.rsi(bars), *indicators.bollinger(bars))
    assert all(isnan(value) for value in found)


def test_indicators_of_a_market_whose_numbers_are_plain() -> None:
    market = seen(drawn([QUIET] * 30))
    assert market.atr == pytest.approx(0.0004)
    assert indicators.bollinger(market.m5) == pytest.approx((1.1, 1.1))
    assert seen(drawn(UP)).rsi == pytest.approx(100)


def test_only_the_last_twenty_bars_say_whether_there_is_volume() -> None:
    busy, thin = (0, 2, -2, 0, 21), (0, 2, -2, 0, 20)
    assert seen(drawn([busy, *[thin] * 19])).has_volume
    assert not seen(drawn([busy, *[thin] * 20])).has_volume
    assert not seen(drawn([])).has_volume


@pytest.mark.parametrize(
    ("highs", "places"),
    [
        ([1, 2, 3, 2, 1], [2]),
        ([1, 3, 3, 2, 1], []),
        ([1, 2, 3, 3, 1], [2]),
        ([1, 2, 3, 2, 1, 2, 3], [2]),
        ([1, 2, 3, 2, 1, 2, 4], []),
        ([1, 2, 5, 2, 1, 3, 1, 1], [2, 5]),
        ([1, 2, 3, 2], []),
        ([], []),
    ],
)
def test_swings_that_nothing_traded_beyond(highs: list[float], places: list[int]) -> None:
    bars = drawn([(0, high, -1, 0, 1) for high in highs])
    assert unswept_peaks(bars.high).tolist() == places


def test_parts_and_grades() -> None:
    assert share(0.3, 0.1) == 3.0
    assert share(1, 0) == 0.0
    assert [graded(value, 1, 3) for value in (0, 1, 2, 3, 4)] == [0, 0, 0.5, 1, 1]
    assert graded(1, 0, 0) == graded(1, 0, float("nan")) == 0.0
