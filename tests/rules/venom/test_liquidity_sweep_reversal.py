"""LIQUIDITY_SWEEP_REVERSAL from drawn bars: each threshold from both sides, for highs and for lows."""

import pytest

from bitten.rules.venom.liquidity_sweep_reversal import LiquiditySweepReversal
from bitten.rules.venom.pattern import Candidate, NoSignal
from bitten.units import Direction
from tests.rules.venom.drawn import M5_MS, QUIET, START, Row, drawn, facing, price, seen

SWING: Row = (0, 20, -2, 0, 100)
SWEEP: Row = (8, 23, 3, 13, 100)  # 3 pips beyond, half of it wick
TURN: Row = (13, 14, 9, 12.9, 100)


def market(
    sweep: Row = SWEEP, turn: Row = TURN, before: int = 30, swing: Row = SWING, after: tuple[Row, ...] = (QUIET,) * 10
) -> list[Row]:
    return [QUIET] * before + [swing, *after, sweep, turn]


def look(rows: list[Row], direction: Direction = Direction.SELL) -> Candidate | NoSignal | None:
    return LiquiditySweepReversal().detect(seen(drawn(facing(direction, rows, Direction.SELL))))


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(
    ("fires", "fires_not"),
    [
        pytest.param(market(), market(sweep=(8, 22.9, 3.1, 12.9, 100), turn=(13, 14, 9, 12.8, 100)), id="depth"),
        pytest.param(market(), market(sweep=(8, 23, 3, 13.1, 100)), id="wick"),
        pytest.param(market((19, 23, 18, 19.9, 100)), market((19, 23, 18, 20, 100)), id="close-inside"),
        pytest.param(market(turn=(13, 14, 9, 12.9, 100)), market(turn=(13, 14, 9, 13, 100)), id="turn"),
        pytest.param(
            market(after=(QUIET, QUIET, QUIET, SWING, QUIET, QUIET)),
            market(after=(QUIET, QUIET, QUIET, (0, 20.1, -2, 0, 100), QUIET, QUIET)),
            id="swept-before",
        ),
        pytest.param(market(after=(QUIET,) * 97), market(after=(QUIET,) * 98), id="last-100"),
        pytest.param(market(after=(QUIET,) * 2), market(after=(QUIET,) * 1), id="five-bars-right"),
        pytest.param(market(before=2), market(before=1), id="five-bars-left"),
        pytest.param(
            market(after=((0, 20, -2, 0, 100), *(QUIET,) * 5)),
            market(swing=QUIET, after=((0, 2.1, -2, 0, 100), *(QUIET,) * 5), sweep=(2, 5, 1, 3, 100)),
            id="a-swing-at-all",
        ),
    ],
)
def test_threshold(fires: list[Row], fires_not: list[Row], direction: Direction) -> None:
    found = look(fires, direction)
    assert isinstance(found, Candidate)
    assert found.direction is direction
    assert look(fires_not, direction) is None


@pytest.mark.parametrize("direction", Direction)
def test_the_evidence_is_the_swing_the_sweep_and_the_turn(direction: Direction) -> None:
    found = look(market(), direction)
    assert isinstance(found, Candidate)
    sign = -direction.sign
    assert [each.what for each in found.evidence] == ["swing", "sweep", "turn"]
    assert [(each.bar_time - START) // M5_MS for each in found.evidence] == [30, 41, 42]
    expected = [price(sign * pips) for pips in (20, 23, 12.9)]
    assert [each.price for each in found.evidence] == pytest.approx(expected)


def test_of_several_swings_the_outermost_that_qualifies_counts() -> None:
    outer, inner = (0, 21, -2, 0, 100), (0, 19, -2, 0, 100)
    rows = [*[QUIET] * 10, outer, *[QUIET] * 5, inner, *[QUIET] * 5]
    for high, level in ((24, 21), (23.9, 19)):
        found = look([*rows, (8, high, 3, 12, 100), (12, 14, 9, 11, 100)])
        assert isinstance(found, Candidate)
        assert found.evidence[0].price == pytest.approx(price(level))


def test_the_sweep_and_its_turn_must_be_neighbours_in_time() -> None:
    bars = drawn(market(), skip_before=-1)
    assert LiquiditySweepReversal().detect(seen(bars)) == NoSignal("gap")


def test_the_score_is_the_base_at_the_threshold_and_the_cap_at_best() -> None:
    least = look(market(turn=(13, 14, 9, 12.999, 100)))
    best = look(market(sweep=(1, 60, 0, 2, 100), turn=(2, 2, -60, -60, 100)))
    assert isinstance(least, Candidate)
    assert isinstance(best, Candidate)
    assert least.score == pytest.approx(55, abs=0.01)
    assert best.score == 90
