"""Each shield from drawn markets: its boundary from both sides, for a BUY and, upside down, for a SELL."""

import math

import attrs
import pytest

from bitten.messages import Timeframe
from bitten.rules.citadel import CitadelSettings, Points, Veto
from bitten.rules.citadel.kill_zone import KillZone
from bitten.rules.citadel.off_session import OffSession
from bitten.rules.citadel.regime import Regime
from bitten.rules.citadel.reward import Reward
from bitten.rules.citadel.structure import Structure
from bitten.rules.citadel.sweep import Sweep
from bitten.rules.citadel.timeframes import Timeframes
from bitten.rules.citadel.trap import Trap
from bitten.rules.citadel.volatility import Volatility
from bitten.rules.citadel.weekend import Weekend, minutes_to_close
from bitten.units import DAY_MS, HOUR_MS, MINUTE_MS, Direction
from tests.rules.citadel.scenes import QUIET, high_at, low_at, points, scene
from tests.rules.venom.drawn import SPEC, START, Row

SETTINGS = CitadelSettings()
MIDNIGHT = START - 8 * HOUR_MS  # of a Monday
both_ways = pytest.mark.parametrize("direction", Direction)


@both_ways
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (low_at(-10), 0.5),
        (low_at(-19), 0.5),
        (low_at(-19.1), None),  # beyond the stop, 19 pips below the bid
        (low_at(-18) + low_at(-10), 1.0),
        (low_at(-18) + low_at(-12) + low_at(-6), 1.0),
        (low_at(-10) + low_at(-18), 0.5),  # the first was swept by the second
        (high_at(10), None),
        ([QUIET] * 3, None),
        ([], None),
    ],
)
def test_structure(rows: list[Row], expected: float | None, direction: Direction) -> None:
    assert points(Structure(SETTINGS), scene({Timeframe.M15: rows}, direction, stop=20)) == expected


SWEPT: Row = (0, 2, -13, 0, 100)


@both_ways
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([*low_at(-10), SWEPT], 2.0),
        ([*low_at(-10), (0, 2, -12.9, 0, 100)], None),
        ([*low_at(-10), SWEPT, QUIET, QUIET], 2.0),
        ([*low_at(-10), SWEPT, QUIET, QUIET, QUIET], None),
        ([*low_at(-10), (0, 2, -13, -9.9, 100)], 2.0),
        ([*low_at(-10), (0, 2, -13, -10, 100)], None),  # it did not close inside
        ([*low_at(-10), SWEPT, (0, 2, -11, -10, 100)], None),  # and left again
        ([*low_at(-10, after=101), SWEPT], None),  # too old
        ([*low_at(-10, after=98), SWEPT], None),  # of the newest 100 bars it lacks its left side
        ([*low_at(-10, after=97), SWEPT], 2.0),
        ([*high_at(10), (0, 13, -2, 0, 100)], None),  # the other side
        ([], None),
    ],
)
def test_sweep(rows: list[Row], expected: float | None, direction: Direction) -> None:
    assert points(Sweep(SETTINGS), scene({Timeframe.M5: rows}, direction)) == expected


def trending(step: float, count: int = 20) -> list[Row]:
    return [(n * step, n * step + 1, n * step - 1, n * step, 100.0) for n in range(count)]


UP, DOWN, FLAT = trending(1), trending(-1), trending(0)
M5, M15, H1, H4 = Timeframe.M5, Timeframe.M15, Timeframe.H1, Timeframe.H4


@both_ways
@pytest.mark.parametrize(
    ("rows", "expected", "sentence"),
    [
        ({M5: UP, M15: UP, H1: UP, H4: UP}, 2.0, "M5, M15, H1, H4 agree"),
        ({M5: UP, M15: UP, H1: UP}, 1.5, "M5, M15, H1 agree"),
        ({M5: UP, M15: UP, H1: UP, H4: trending(1, count=19)}, 1.5, "M5, M15, H1 agree"),
        ({M5: UP, M15: UP, H1: UP, H4: DOWN}, 1.0, "M5, M15, H1 agree, H4 not"),
        ({M5: UP, M15: UP, H1: DOWN, H4: DOWN}, None, ""),
        ({M5: UP, M15: DOWN}, None, ""),
        ({M5: DOWN}, None, ""),
        ({M5: UP, M15: DOWN, H1: DOWN}, -1.0, "M15, H1 are against it"),
        ({M5: DOWN, M15: DOWN, H1: FLAT}, -1.0, "M5, M15 are against it"),
        ({}, None, ""),
    ],
)
def test_timeframes(
    rows: dict[Timeframe, list[Row]], expected: float | None, sentence: str, direction: Direction
) -> None:
    answer = Timeframes(SETTINGS).judge(scene(rows, direction))
    assert answer == (None if expected is None else Points(expected, sentence))


@pytest.mark.parametrize(
    ("direction", "regime", "expected"),
    [
        (Direction.BUY, "trend_up", 1.0),
        (Direction.BUY, "trend_down", None),
        (Direction.BUY, "range", None),
        (Direction.SELL, "trend_down", 1.0),
        (Direction.SELL, "trend_up", None),
    ],
)
def test_regime(direction: Direction, regime: str, expected: float | None) -> None:
    assert points(Regime(SETTINGS), scene(direction=direction, regime=regime)) == expected


@both_ways
@pytest.mark.parametrize(("target", "expected"), [(10, None), (20, None), (30, 0.5), (40, 1.0), (100, 1.0)])
def test_reward(target: float, expected: float | None, direction: Direction) -> None:
    assert points(Reward(SETTINGS), scene(direction=direction, stop=20, target=target)) == expected


def test_without_a_target_there_is_no_reward() -> None:
    of = scene()
    assert Reward(SETTINGS).judge(attrs.evolve(of, signal=attrs.evolve(of.signal, tp=0.0))) is None


@pytest.mark.parametrize(
    ("hour", "minute", "in_kill_zone", "off_session"),
    [
        (6, 59, False, True),
        (7, 0, True, False),
        (9, 59, True, False),
        (10, 0, False, False),
        (11, 59, False, False),
        (12, 0, True, False),
        (14, 59, True, False),
        (15, 0, False, False),
        (20, 59, False, False),
        (21, 0, False, True),
        (0, 0, False, True),
    ],
)
def test_hours(hour: int, minute: int, in_kill_zone: bool, off_session: bool) -> None:
    of = scene(at=MIDNIGHT + hour * HOUR_MS + minute * MINUTE_MS)
    assert points(KillZone(SETTINGS), of) == (0.5 if in_kill_zone else None)
    assert points(OffSession(SETTINGS), of) == (-0.5 if off_session else None)


def test_hours_may_go_past_midnight() -> None:
    night = OffSession(CitadelSettings(sessions=("22-02",)))
    inside = [hour for hour in range(24) if night.judge(scene(at=MIDNIGHT + hour * HOUR_MS)) is None]
    assert inside == [0, 1, 22, 23]


@pytest.mark.parametrize("wrong", ["7-10", "07-25", "07:00-10:00", "", "24-02", "07-10\n"])
def test_hours_that_cannot_be_read_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"kill_zones: .* must be hours"):
        CitadelSettings(kill_zones=(wrong,))


@both_ways
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (high_at(15), -1.5),
        (high_at(15.1), None),
        (high_at(2.1), -1.5),
        (low_at(-10), None),
        ([*high_at(10), (0, 10.1, -2, 0, 100)], None),  # swept
        ([*high_at(10, after=1)], None),  # no swing yet
        ([], None),
    ],
)
def test_trap(rows: list[Row], expected: float | None, direction: Direction) -> None:
    quiet = [(0.0, min(high, 0.0) if high == 2 else high, low, 0.0, 100.0) for _, high, low, _, _ in rows]
    assert points(Trap(SETTINGS), scene({Timeframe.M5: quiet}, direction)) == expected


def test_a_trap_names_the_nearest_swing() -> None:
    assert Trap(SETTINGS).judge(scene({Timeframe.M5: high_at(12) + high_at(7.5)})) == Points(
        -1.5, "an unswept swing waits 7.5 pips beyond the entry"
    )


def ranging(*ranges: float) -> list[Row]:
    return [(0.0, size / 2, -size / 2, 0.0, 100.0) for size in ranges]


def test_extreme_volatility() -> None:
    calm = [4 + math.sin(n) for n in range(150)]
    assert points(Volatility(SETTINGS), scene({Timeframe.M5: ranging(*calm, 60)})) == -1.5
    assert points(Volatility(SETTINGS), scene({Timeframe.M5: ranging(*calm, 4)})) is None


def test_volatility_needs_values_to_compare_with() -> None:
    assert points(Volatility(SETTINGS), scene({Timeframe.M5: ranging(*[4.0] * 112, 60)})) is None
    assert points(Volatility(SETTINGS), scene({Timeframe.M5: ranging(*[4.0] * 113, 60)})) == -1.5


def test_an_even_market_is_not_extreme() -> None:
    assert points(Volatility(SETTINGS), scene({Timeframe.M5: ranging(*[4.0] * 200)})) is None


SUNDAY = MIDNIGHT - DAY_MS
FOREX = ((21 * 60, 5 * 1_440 + 22 * 60),)
"""Sunday 21:00 to Friday 22:00."""


@pytest.mark.parametrize(
    ("hour", "minute", "offset_hours", "vetoed"),
    [
        (19, 59, 0, False),
        (20, 0, 0, True),
        (21, 59, 0, True),
        (17, 59, 2, False),
        (18, 0, 2, True),
    ],
)
def test_weekend(hour: int, minute: int, offset_hours: int, vetoed: bool) -> None:
    at = SUNDAY + 5 * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS
    of = scene(at=at, spec=attrs.evolve(SPEC, hours=FOREX), utc_offset=offset_hours * HOUR_MS)
    answer = Weekend(SETTINGS).judge(of)
    assert isinstance(answer, Veto) is vetoed


def test_a_weekend_says_when() -> None:
    at = SUNDAY + 5 * DAY_MS + 21 * HOUR_MS
    assert Weekend(SETTINGS).judge(scene(at=at, spec=attrs.evolve(SPEC, hours=FOREX))) == Veto(
        "EURUSD closes in 60 minutes, for 24 hours or more"
    )


NIGHTLY = tuple((day * 1_440 + 60, (day + 1) * 1_440) for day in range(1, 6))
"""Monday to Friday, closed from 00:00 to 01:00."""


@pytest.mark.parametrize(
    ("hours", "minute", "expected"),
    [
        ((), 100, None),
        (((0, 10_080),), 100, None),
        (((0, 5_000), (5_000, 10_080)), 100, None),
        (((0, 5_000), (4_000, 10_080)), 100, None),
        (FOREX, 5 * 1_440, 22 * 60),
        (NIGHTLY, 5 * 1_440 - 1, 1_441),  # the close of the night is none
        (NIGHTLY, 6 * 1_440 - 1, 1),
        (((0, 1_440),), 1_439, 1),
        (((8_640, 10_080), (0, 1_440)), 10_079, 1_441),  # open over the end of the broker's week
    ],
)
def test_the_week_ends_with_the_next_long_close(
    hours: tuple[tuple[int, int], ...], minute: int, expected: int | None
) -> None:
    assert minutes_to_close(hours, minute, 24 * 60) == expected
