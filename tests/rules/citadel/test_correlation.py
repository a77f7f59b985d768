"""Correlation: which symbols are the signal's bet under another name, and in which direction."""

from collections.abc import Mapping
from math import exp

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.messages import Bar, Conflict, Timeframe
from bitten.rules.citadel import Citadel, CitadelSettings, Conflicts, Points, Scene
from bitten.rules.citadel.correlation import Correlation, correlation
from bitten.rules.series import Bars, bars_of
from bitten.units import Direction
from tests.rules.citadel.scenes import scene
from tests.rules.venom.drawn import START

M15 = Timeframe.M15
NOISE = np.random.default_rng(1).normal(0, 1e-4, (2, 300))


def walk(returns: list[float], first: int = 0, skip: frozenset[int] = frozenset()) -> Bars:
    """M15 bars that close so, from the bar at `first` on, without those that are skipped."""
    closes = [1.1 * exp(sum(returns[:place])) for place in range(len(returns) + 1)]
    bars = [Bar(START + (first + n) * M15.ms, close, close, close, close, 9.0) for n, close in enumerate(closes)]
    return bars_of([bar for n, bar in enumerate(bars) if n not in skip])


def mixed(share: float, count: int = 96) -> list[float]:
    """Returns that are the first noise, and another one beside it."""
    return [float(share * NOISE[0][n] + (1 - abs(share)) * NOISE[1][n]) for n in range(count)]


ONE = mixed(1.0)


def measured(one: Bars, other: Bars) -> tuple[float, int]:
    found = correlation(one, other, 96, 48)
    assert found is not None
    return found


@pytest.mark.parametrize(("share", "sign"), [(1.0, 1), (-1.0, -1), (0.7, 1), (-0.7, -1)])
def test_r_is_what_numpy_says(share: float, sign: int) -> None:
    r, count = measured(walk(ONE), walk(mixed(share)))
    assert r == pytest.approx(float(np.corrcoef(ONE, mixed(share))[0, 1]), abs=1e-6)
    assert (r * sign > 0.8, count) == (True, 96)


def test_only_bars_that_both_have_are_compared() -> None:
    # Where one lacks a bar, both returns go over it: they stay returns of the same time.
    assert measured(walk(ONE, skip=frozenset({3, 40, 41})), walk([3 * each for each in ONE])) == (1.0, 93)
    r, count = measured(walk(ONE), walk(ONE, first=1))
    assert (abs(r) < 0.5, count) == (True, 95)


@pytest.mark.parametrize(("count", "known"), [(48, True), (47, False), (0, False)])
def test_too_few_returns_say_nothing(count: int, known: bool) -> None:
    assert (correlation(walk(ONE[:count]), walk(ONE[:count]), 96, 48) is not None) is known


def test_the_newest_are_compared() -> None:
    old, new = [float(each) for each in NOISE[1][:100]], ONE
    assert measured(walk(old + new), walk([-each for each in old] + new)) == (1.0, 96)


def test_who_did_not_move_goes_with_nobody() -> None:
    for still in ([0.0] * 96, [1e-4] * 96):
        assert correlation(walk(ONE), walk(still), 96, 48) is None


@given(share=st.floats(-1, 1))
def test_r_has_no_order_and_stays_within_one(share: float) -> None:
    one, other = walk(ONE), walk(mixed(share))
    found = measured(one, other)
    assert abs(found[0]) <= 1.0
    assert measured(other, one) == found


def among(bars: Mapping[str, Bars], direction: Direction = Direction.BUY) -> Scene:
    """A EURUSD signal in a hub that keeps these bars."""
    return attrs.evolve(scene(direction=direction), all_bars=lambda frame: bars if frame is M15 else {})


MARKET = {
    "EURUSD": walk(ONE),
    "USDCHF": walk([-each for each in ONE]),
    "GBPUSD": walk(ONE),
    "USDJPY": walk(mixed(0.3)),
    "XAUUSD": walk(ONE[:20]),
}


@pytest.mark.parametrize("direction", Direction)
def test_the_same_bet_is_the_signals_direction_above_zero_and_the_opposite_below(direction: Direction) -> None:
    answer = Correlation(CitadelSettings()).judge(among(MARKET, direction))
    assert answer == Conflicts(
        (
            Conflict(
                symbol="GBPUSD",
                direction=direction,
                sentence=f"{direction} GBPUSD is the same bet: r = +1.00 over 96 returns of M15",
            ),
            Conflict(
                symbol="USDCHF",
                direction=direction.opposite,
                sentence=f"{direction.opposite} USDCHF is the same bet: r = -1.00 over 96 returns of M15",
            ),
        )
    )


@pytest.mark.parametrize(("above", "conflicts"), [(0.0, True), (1e-6, False)])
def test_the_limit_from_both_sides(above: float, conflicts: bool) -> None:
    r, _ = measured(MARKET["EURUSD"], MARKET["USDJPY"])
    settings = CitadelSettings(correlation=round(abs(r) + above, 6))
    answer = Correlation(settings).judge(among({name: MARKET[name] for name in ("EURUSD", "USDJPY")}))
    assert (answer is not None) is conflicts


def test_above_one_nothing_is_the_same_bet() -> None:
    assert Correlation(CitadelSettings(correlation=1.01)).judge(among(MARKET)) is None


def test_the_signals_own_symbol_counts_where_the_operator_wants_it() -> None:
    answer = Correlation(CitadelSettings(correlation_own_symbol=True)).judge(among({}))
    assert answer == Conflicts(
        (Conflict(symbol="EURUSD", direction=Direction.BUY, sentence="BUY EURUSD is the same bet again"),)
    )


def test_without_bars_of_its_own_nothing_is_said() -> None:
    assert Correlation(CitadelSettings()).judge(among({"GBPUSD": MARKET["GBPUSD"]})) is None


def test_a_verdict_carries_the_conflicts_and_so_does_its_decision() -> None:
    class Fine:
        name = "fine"

        def judge(self, _: Scene) -> Points:
            return Points(3.0, "fine")

    verdict = Citadel(CitadelSettings(), [Fine(), Correlation(CitadelSettings())]).judge(among(MARKET))
    assert (verdict.vetoed, [each.symbol for each in verdict.conflicts]) == (False, ["GBPUSD", "USDCHF"])
    assert verdict.decision().conflicts == verdict.conflicts
    assert verdict.decision().parts == ()
