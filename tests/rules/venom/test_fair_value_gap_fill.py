"""FAIR_VALUE_GAP_FILL from drawn bars: each threshold from both sides, upwards and downwards."""

import pytest

from bitten.rules.venom.fair_value_gap_fill import FairValueGapFill, FairValueGapFillSettings
from bitten.rules.venom.pattern import Candidate
from bitten.units import Direction
from tests.rules.venom.drawn import M5_MS, START, Row, drawn, facing, price, seen

FIRST: Row = (0, 2, -2, 1, 100)
MIDDLE: Row = (1, 18, -2, 13, 100)  # rises, body 12 of 20
THIRD: Row = (13, 20, 12, 18, 100)  # the gap is 2 to 12, its half 7
LEFT: Row = (19, 25, 18, 20, 100)
BACK: Row = (20, 21, 17, 18, 100)  # comes to 10 pips of the half


def market(*after: Row, first: Row = FIRST, middle: Row = MIDDLE, third: Row = THIRD) -> list[Row]:
    return [FIRST] * 5 + [first, middle, third, *after]


def look(rows: list[Row], direction: Direction = Direction.BUY) -> Candidate | None:
    found = FairValueGapFill().detect(seen(drawn(facing(direction, rows, Direction.BUY))))
    assert found is None or isinstance(found, Candidate)
    return found


def test_the_thresholds_are_those_of_the_rule() -> None:
    assert FairValueGapFillSettings() == FairValueGapFillSettings(
        gap_pips=10.0, body_share=0.6, near_pips=10.0, score_base=72.0, score_cap=92.0
    )


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(
    ("fires", "fires_not"),
    [
        pytest.param(market(LEFT, BACK), market(LEFT, BACK, first=(0, 2.1, -2, 1, 100)), id="gap"),
        pytest.param(market(LEFT, BACK), market(LEFT, BACK, middle=(1, 18, -2, 12.9, 100)), id="body"),
        pytest.param(market(LEFT, BACK), market(LEFT, BACK, middle=(13, 18, -2, 1, 100)), id="falling middle"),
        pytest.param(market(LEFT, BACK), market(LEFT, (20, 21, 17.1, 18, 100)), id="near"),
        pytest.param(market(LEFT, BACK), market((18, 19, 17, 18, 100), BACK), id="it was left"),
        pytest.param(market(LEFT, BACK), market(LEFT, BACK, LEFT, BACK), id="the first to come back"),
        pytest.param(
            market(LEFT, (18, 18, 0, 2.1, 100)), market(LEFT, (18, 18, 0, 2, 100)), id="closed above the lower end"
        ),
        pytest.param(market(*[LEFT] * 49, BACK), market(*[LEFT] * 50, BACK), id="recent"),
    ],
)
def test_threshold(fires: list[Row], fires_not: list[Row], direction: Direction) -> None:
    found = look(fires, direction)
    assert found is not None
    assert found.direction is direction
    assert look(fires_not, direction) is None


def test_of_several_gaps_the_newest_counts() -> None:
    higher = [(o + 25, high + 25, low + 25, close + 25, volume) for o, high, low, close, volume in market()[-3:]]
    away: Row = (45, 50, 43.5, 45, 100)
    found = look([*market(LEFT), *higher, away, (43, 43, 40, 41, 100)])
    assert found is not None
    assert found.evidence[0].price == pytest.approx(price(27))


def test_bars_that_do_not_follow_one_another_leave_no_gap() -> None:
    bars = drawn(market(LEFT, BACK), skip_before=-3)
    assert FairValueGapFill().detect(seen(bars)) is None
    assert FairValueGapFill().detect(seen(drawn(market(LEFT, BACK), skip_before=-2))) is not None


def test_too_few_bars_are_no_gap() -> None:
    assert look([]) is None
    assert look([FIRST, MIDDLE, THIRD]) is None


@pytest.mark.parametrize("direction", Direction)
def test_the_evidence_is_the_gap_and_the_fill(direction: Direction) -> None:
    found = look(market(LEFT, BACK), direction)
    assert found is not None
    assert [each.what for each in found.evidence] == ["gap_low", "gap_high", "fill"]
    assert [each.bar_time for each in found.evidence] == [START + place * M5_MS for place in (5, 7, 9)]
    assert [each.price for each in found.evidence] == pytest.approx([price(p * direction.sign) for p in (2, 12, 17)])


def test_the_score_goes_from_base_to_cap() -> None:
    least = look(market(LEFT, BACK))
    wide = market(middle=(1, 27, 1, 27, 100), third=(27, 30, 27, 29, 100))  # from 2 to 27, its half 14.5
    best = look([*wide, (30, 45, 29, 40, 100), (28, 30, 14.5, 20, 100)])
    assert least is not None
    assert best is not None
    assert least.score == pytest.approx(72)
    assert best.score == pytest.approx(92)
