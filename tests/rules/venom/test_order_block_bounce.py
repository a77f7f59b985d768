"""ORDER_BLOCK_BOUNCE from drawn bars: each threshold from both sides, above and below."""

import pytest

from bitten.rules.venom.order_block_bounce import OrderBlockBounce, OrderBlockBounceSettings
from bitten.rules.venom.pattern import Candidate, NoSignal
from bitten.units import Direction
from tests.rules.venom.drawn import M5_MS, START, Row, drawn, facing, price, seen

QUIET: Row = (0, 2, -2, 0, 100)
PEAK: Row = (2, 10, 1, 3, 100)
BLOCK: Row = (2, 6, 2, 6, 100)  # the last rising bar: 2 to 6 pips, middle 4
SWEEP: Row = (6, 13, 5, 5.5, 100)  # 3 pips beyond the peak and closed inside; it falls
DRIVE: Row = (5.5, 5.5, -6.5, -6, 200)  # 8 pips below the block, on twice the volume
AWAY: Row = (-6, -4, -8, -5, 100)
RETEST: Row = (3, 4, -1, 1, 100)  # in the block, closes below its middle, body 2 of 5


def market(*after: Row, sweep: Row = SWEEP, drive: Row = DRIVE, retest: Row = RETEST, block: Row = BLOCK) -> list[Row]:
    """A peak, its sweep, the drive away, `after`, and the retest."""
    return [QUIET] * 5 + [PEAK] + [QUIET] * 20 + [block, sweep, drive, *after, retest]


def look(rows: list[Row], direction: Direction = Direction.SELL) -> Candidate | NoSignal | None:
    return OrderBlockBounce().detect(seen(drawn(facing(direction, rows, Direction.SELL))))


def test_the_thresholds_are_those_of_the_rule() -> None:
    assert OrderBlockBounceSettings() == OrderBlockBounceSettings(
        drive_bars=3, drive_pips=8.0, volume_factor=2.0, body_share=0.4, score_base=70.0, score_cap=92.0
    )


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(
    ("fires", "fires_not"),
    [
        pytest.param(market(AWAY), market(AWAY, drive=(5.5, 5.5, -6.5, -5.9, 200)), id="drive"),
        pytest.param(market(AWAY), market(AWAY, drive=(5.5, 5.5, -6.5, -6, 199)), id="volume"),
        pytest.param(market(AWAY), market(AWAY, sweep=(6, 12.9, 5, 5.5, 100)), id="sweep"),
        pytest.param(market(AWAY), market(AWAY, sweep=(6, 13, 5, 10, 100)), id="closed beyond the swing"),
        pytest.param(market(AWAY), market(AWAY, retest=(2.9, 4, -1, 1, 100)), id="body"),
        pytest.param(
            market(AWAY, retest=(6, 6, 3, 3.9, 100)), market(AWAY, retest=(6, 6, 3, 4, 100)), id="below the middle"
        ),
        pytest.param(
            market(AWAY, retest=(1.5, 2, -1, 0, 100)), market(AWAY, retest=(1.5, 1.9, -1, 0, 100)), id="in the block"
        ),
        pytest.param(market(AWAY), market(AWAY, retest=(-1, 4, -1, 1, 100)), id="falling"),
        pytest.param(market(AWAY), market(AWAY, (0, 2, -6, -4, 100), AWAY), id="the first retest"),
        pytest.param(market(*[AWAY] * 11), market(*[AWAY] * 12), id="soon enough"),
    ],
)
def test_threshold(fires: list[Row], fires_not: list[Row], direction: Direction) -> None:
    found = look(fires, direction)
    assert isinstance(found, Candidate)
    assert found.direction is direction
    assert look(fires_not, direction) is None


def test_the_drive_may_take_three_bars_and_no_more() -> None:
    slow: Row = (5.5, 5.5, 2.5, 3, 100)
    base = [QUIET] * 5 + [PEAK] + [QUIET] * 20 + [BLOCK, SWEEP]
    assert isinstance(look([*base, slow, slow, DRIVE, AWAY, RETEST]), Candidate)
    assert look([*base, slow, slow, slow, DRIVE, AWAY, RETEST]) is None


@pytest.mark.parametrize("direction", Direction)
def test_the_swing_is_among_the_bars_before_the_sweep(direction: Direction) -> None:
    bars = seen(drawn(facing(direction, market(AWAY), Direction.SELL)))  # the peak at 5, the sweep at 27
    assert isinstance(OrderBlockBounce(OrderBlockBounceSettings(lookback=24)).detect(bars), Candidate)
    assert OrderBlockBounce(OrderBlockBounceSettings(lookback=23)).detect(bars) is None


def test_the_block_is_the_last_rising_bar_up_to_the_sweep() -> None:
    rising_sweep: Row = (4, 13, 3, 5.5, 100)  # now the block itself: 3 to 13 pips, middle 8
    found = look(market(AWAY, sweep=rising_sweep, retest=(6, 7, 1, 3.5, 100)))
    assert isinstance(found, Candidate)
    assert found.evidence[2].bar_time == START + 27 * M5_MS
    assert look(market(AWAY, block=(6, 6, 2, 2, 100), sweep=SWEEP)) is None


def test_what_cannot_be_judged_is_said() -> None:
    quiet = [(o, high, low, close, 4.0) for o, high, low, close, _ in market(AWAY)]
    assert look(quiet) == NoSignal("no_volume")
    assert OrderBlockBounce().detect(seen(drawn(market(AWAY), skip_before=-3))) is None
    assert look([RETEST]) is None


@pytest.mark.parametrize("direction", Direction)
def test_the_evidence_tells_the_story(direction: Direction) -> None:
    found = look(market(AWAY), direction)
    assert isinstance(found, Candidate)
    assert [each.what for each in found.evidence] == ["swing", "sweep", "block", "drive", "retest"]
    assert [each.bar_time for each in found.evidence] == [START + place * M5_MS for place in (5, 27, 26, 28, 30)]
    levels = [price(-each * direction.sign) for each in (10, 13, 4, -6, 1)]
    assert [each.price for each in found.evidence] == pytest.approx(levels)


def test_the_score_goes_from_base_to_cap() -> None:
    least = look(market(AWAY))
    best = look(market(AWAY, drive=(5.5, 5.5, -15, -14, 400), retest=(5, 5, 0, 1, 100)))
    assert isinstance(least, Candidate)
    assert isinstance(best, Candidate)
    assert least.score == pytest.approx(70)
    assert best.score == pytest.approx(92)
