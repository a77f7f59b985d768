"""MOMENTUM_BURST from drawn bars: each threshold from both sides, upwards and downwards."""

import pytest

from bitten.rules.venom.momentum_burst import MomentumBurst
from bitten.rules.venom.pattern import Candidate, NoSignal
from bitten.units import Direction
from tests.rules.venom.drawn import M5_MS, START, Row, drawn, facing, price, seen

BASE: Row = (0, 5, -5, 0, 100)
BURST: Row = (0, 11.5, -1.5, 10, 150)  # 5 pips above the base, 1.3 times its range, 1.5 times its volume


def market(burst: Row = BURST, deepest: float = -5, before: int = 20) -> list[Row]:
    return [BASE] * before + [(0, 5, deepest, 0, 100)] + [BASE] * 8 + [burst]


def look(rows: list[Row], direction: Direction = Direction.BUY) -> Candidate | NoSignal | None:
    return MomentumBurst().detect(seen(drawn(facing(direction, rows, Direction.BUY))))


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(
    ("fires", "fires_not"),
    [
        pytest.param(market(), market((0, 11.5, -1.5, 9.9, 150)), id="break"),
        pytest.param(
            market((-1, 11.5, -5, 10, 150), deepest=-25), market((-1, 11.5, -5, 10, 150), deepest=-25.1), id="base"
        ),
        pytest.param(market(), market((0, 11.4, -1.5, 10, 150)), id="range"),
        pytest.param(market((-2, 14, -6, 10, 150)), market((-1.9, 14, -6, 10, 150)), id="body"),
        pytest.param(market(), market((0, 11.5, -1.5, 10, 149)), id="volume"),
    ],
)
def test_threshold(fires: list[Row], fires_not: list[Row], direction: Direction) -> None:
    found = look(fires, direction)
    assert isinstance(found, Candidate)
    assert found.direction is direction
    assert look(fires_not, direction) is None


def test_the_base_is_the_nine_bars_before_the_burst_and_no_more() -> None:
    wide: Row = (0, 40, -40, 0, 100)
    rows = [BASE] * 19 + [wide] + [BASE] * 9 + [BURST]
    assert isinstance(look(rows), Candidate)
    assert look([BASE] * 20 + [wide] + [BASE] * 8 + [BURST]) is None


def with_ticks(rows: list[Row], factor: float) -> list[Row]:
    return [(o, high, low, c, volume * factor) for o, high, low, c, volume in rows]


def test_four_ticks_a_minute_are_no_volume() -> None:
    assert look(with_ticks(market(), 20 / 150)) == NoSignal("no_volume")
    assert isinstance(look(with_ticks(market(), 21 / 150)), Candidate)


def test_a_base_with_a_gap_is_none() -> None:
    bars = drawn(market(), skip_before=-9)
    assert MomentumBurst().detect(seen(bars)) == NoSignal("gap")
    assert isinstance(MomentumBurst().detect(seen(drawn(market(), skip_before=-10))), Candidate)


@pytest.mark.parametrize("direction", Direction)
def test_the_evidence_is_the_base_and_the_burst(direction: Direction) -> None:
    found = look(market(), direction)
    assert isinstance(found, Candidate)
    base, burst = found.evidence
    assert [base.bar_time, burst.bar_time] == [START + 20 * M5_MS, START + 29 * M5_MS]
    assert [base.price, burst.price] == pytest.approx([price(5 * direction.sign), price(10 * direction.sign)])


def test_the_score_goes_from_base_to_cap() -> None:
    least, best = look(market((-2, 14, -6, 10, 150))), look(market((0, 20, 0, 20, 300)))
    assert isinstance(least, Candidate)
    assert isinstance(best, Candidate)
    assert least.score == pytest.approx(65)
    assert best.score == pytest.approx(93)
