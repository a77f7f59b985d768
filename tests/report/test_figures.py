"""The figures of a report."""

from math import isclose

import attrs
import pytest

from bitten.report.figures import DAYS, drawdown, figures, proportion
from bitten.report.gathering import Point, Trade
from bitten.units import DAY_MS
from tests.report.test_gathering import TRADE


def closed(*grosses: float) -> list[Trade]:
    return [attrs.evolve(TRADE, gross=gross, closed=1, commission=-10.0) for gross in grosses]


def points(*equities: float, every_ms: int = DAY_MS) -> list[Point]:
    return [Point(time=place * every_ms, balance=each, equity=each) for place, each in enumerate(equities)]


def test_of_nothing_there_is_nothing_to_say() -> None:
    found = figures("amy", [], [])
    assert (found.trades, found.open, found.net) == (0, 0, 0.0)
    assert [found.win_rate, found.mean_r, found.profit_factor, found.max_drawdown, found.sharpe] == [None] * 5


def test_of_some_trades() -> None:
    found = figures("amy", [*closed(1_010.0, -490.0, -490.0), TRADE], points(10_000.0, 11_000.0, 9_900.0))
    assert (found.trades, found.open, found.won) == (3, 1, 1)
    assert (found.net, found.gross, found.commission) == (0.0, 30.0, -30.0)
    assert found.profit_factor == pytest.approx(1.0)
    assert found.mean_r is not None
    mean, low, high = found.mean_r
    assert mean == pytest.approx(0.0)
    assert low < -1 < 1 < high  # Three results tell next to nothing.
    assert found.max_drawdown == pytest.approx(-0.1)
    assert found.sharpe is None  # Nor do two days.


def test_costs_decide_whether_a_trade_won() -> None:
    assert figures("amy", closed(5.0), []).won == 0


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)]
)
def test_a_rate_has_wilsons_interval(hits: int, count: int, low: float, high: float) -> None:
    """Against the table in Newcombe, "Two-sided confidence intervals for the single proportion" (1998), method 3."""
    found = proportion(hits, count)
    assert found is not None
    assert found == pytest.approx((hits / count, low, high), abs=1e-4)


def test_without_trials_there_is_no_rate() -> None:
    assert proportion(0, 0) is None


def test_a_drawdown_is_from_the_highest_so_far() -> None:
    way = drawdown(points(100.0, 120.0, 90.0, 130.0, 117.0)).to_list()
    assert way == pytest.approx([0.0, 0.0, -0.25, 0.0, -0.1])


def test_ratios_come_with_enough_days() -> None:
    equity = [10_000.0 * (1.001 if place % 2 else 0.999) ** place for place in range(DAYS + 1)]
    found = figures("amy", [], points(*equity))
    assert found.sharpe is not None
    assert found.sortino is not None
    assert isclose(found.sharpe, found.sharpe)  # A number.
    assert figures("amy", [], points(*equity[:-1])).sharpe is None
