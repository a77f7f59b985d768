"""SWEEP_RETURN from drawn bars: each threshold from both sides, above and below."""

import pytest

from bitten.rules.venom.pattern import Candidate, NoSignal
from bitten.rules.venom.sweep_return import SweepReturn, SweepReturnSettings
from bitten.units import Direction
from tests.rules.venom.drawn import M5_MS, START, Row, drawn, facing, price, seen

QUIET: Row = (0, 2, -2, 0, 100)
PEAK: Row = (2, 10, 1, 3, 100)


GOOD: Row = (7, 13, 3, 7, 130)  # 3 pips beyond, wick 6 of 10, closes 3 inside, 1.3 times the volume
ALL_DAY = SweepReturnSettings(hours=("00-24",))


def market(newest: Row) -> list[Row]:
    """A peak at 10 pips, and the bar that sweeps it 21 bars later, at 09:55."""
    return [QUIET] * 2 + [PEAK] + [QUIET] * 20 + [newest]


def look(
    rows: list[Row], direction: Direction = Direction.SELL, settings: SweepReturnSettings | None = None
) -> Candidate | NoSignal | None:
    return SweepReturn(settings).detect(seen(drawn(facing(direction, rows, Direction.SELL))))


def test_the_thresholds_are_those_of_the_rule() -> None:
    assert SweepReturnSettings() == SweepReturnSettings(
        hours=("07-10", "12-15"),
        sweep_pips=3.0,
        wick_share=0.6,
        return_pips=2.0,
        volume_factor=1.3,
        score_base=68.0,
        score_cap=94.0,
    )


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(
    ("fires", "fires_not"),
    [
        pytest.param(GOOD, (6.9, 12.9, 2.9, 6.9, 130), id="sweep"),
        pytest.param(GOOD, (7, 13, 3, 7.1, 130), id="wick"),
        pytest.param((7, 20, 3, 8, 130), (7, 20, 3, 8.1, 130), id="return"),
        pytest.param(GOOD, (7, 13, 3, 7, 129), id="volume"),
    ],
)
def test_threshold(fires: Row, fires_not: Row, direction: Direction) -> None:
    found = look(market(fires), direction)
    assert isinstance(found, Candidate)
    assert found.direction is direction
    assert look(market(fires_not), direction) is None


def test_only_in_its_hours() -> None:
    rows = market(GOOD)
    assert isinstance(look(rows), Candidate)
    assert look([QUIET, *rows]) == NoSignal("off_hours")  # 10:00
    assert isinstance(look([QUIET, *rows], settings=SweepReturnSettings(hours=("22-11",))), Candidate)


def test_its_hours_begin_with_a_bar_that_opens_in_them() -> None:
    later = SweepReturnSettings(hours=("10-12",))
    assert isinstance(look([QUIET, *market(GOOD)], settings=later), Candidate)  # 10:00
    assert look(market(GOOD), settings=later) == NoSignal("off_hours")  # 09:55


@pytest.mark.parametrize("direction", Direction)
def test_the_swing_is_among_the_bars_before_the_sweep(direction: Direction) -> None:
    """The peak at 2, the sweep at 23."""
    assert isinstance(look(market(GOOD), direction, SweepReturnSettings(lookback=23)), Candidate)
    assert look(market(GOOD), direction, SweepReturnSettings(lookback=22)) is None


def test_a_peak_that_was_swept_before_is_none() -> None:
    rows = [QUIET] * 5 + [PEAK] + [QUIET] * 10 + [(7, 11, 3, 7, 100)] + [QUIET] * 9 + [GOOD]
    assert look(rows, settings=ALL_DAY) is None


def test_what_cannot_be_judged_is_said() -> None:
    quiet = [(o, high, low, close, 4.0) for o, high, low, close, _ in market(GOOD)]
    assert look(quiet) == NoSignal("no_volume")
    assert look(market(GOOD)[-20:]) == NoSignal("gap")


@pytest.mark.parametrize("direction", Direction)
def test_the_evidence_is_the_swing_and_the_sweep(direction: Direction) -> None:
    found = look(market(GOOD), direction, ALL_DAY)
    assert isinstance(found, Candidate)
    swing, sweep = found.evidence
    assert [swing.bar_time, sweep.bar_time] == [START + 2 * M5_MS, START + 23 * M5_MS]
    assert [swing.price, sweep.price] == pytest.approx([price(-10 * direction.sign), price(-13 * direction.sign)])


def test_the_score_goes_from_base_to_cap() -> None:
    least, best = look(market(GOOD), settings=ALL_DAY), look(market((6.5, 20, 5, 6.5, 260)), settings=ALL_DAY)
    assert isinstance(least, Candidate)
    assert isinstance(best, Candidate)
    assert least.score == pytest.approx(68)
    assert best.score == pytest.approx(94)
