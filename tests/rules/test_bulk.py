"""Bars made many at once are those that are made tick by tick, whatever came before and comes after."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bitten.messages import Bar, Timeframe
from bitten.rules.bars import BULK_MS, BarsSettings, SymbolBars
from bitten.units import HOUR_MS, MINUTE_MS

START = 1_704_067_200_000
"""A Monday, 00:00 UTC: a boundary of every frame."""
Ticks = list[tuple[int, float]]

steps = st.one_of(
    st.integers(0, 1_000),
    st.integers(0, 2 * MINUTE_MS),
    st.sampled_from([MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, 60 * HOUR_MS]),
)
moves = st.lists(st.tuples(steps, st.integers(1, 9).map(float)), min_size=1, max_size=150)


def ticks_of(offset: int, made: list[tuple[int, float]]) -> Ticks:
    time, ticks = START + offset, []
    for step, bid in made:
        time += step
        ticks.append((time, bid))
    return ticks


def cut(ticks: Ticks, places: list[int]) -> list[Ticks]:
    """In parts at these places, and wherever a part would span too much."""
    parts: list[Ticks] = [[]]
    for place, tick in enumerate(ticks):
        if parts[-1] and (place in places or tick[0] - parts[-1][0][0] > BULK_MS):
            parts.append([])
        parts[-1].append(tick)
    return parts


def shown(bars: SymbolBars, until: int) -> dict[str, list[Bar]]:
    """All that a view can show, in every frame."""
    return {timeframe: bars.view(timeframe, until, 10_000).values() for timeframe in Timeframe}


@settings(max_examples=200)
@given(st.integers(0, 4 * HOUR_MS), moves, st.lists(st.integers(0, 150), max_size=8), st.booleans())
def test_many_ticks_at_once_make_the_bars_that_they_make_one_by_one(
    offset: int, made: list[tuple[int, float]], places: list[int], history: bool
) -> None:
    one_by_one, at_once = SymbolBars(BarsSettings(keep=600)), SymbolBars(BarsSettings(keep=600))
    ticks = ticks_of(offset, made)
    if history:
        past = [Bar(START - minute * MINUTE_MS, 5.0, 6.0, 4.0, 5.5, 7.0) for minute in range(700, 0, -1)]
        for bars in (one_by_one, at_once):
            bars.seed(Timeframe.M1, past)
    for part in cut(ticks, places):
        closed = [each for time, bid in part for each in one_by_one.add(time, bid)]
        ends = at_once.add_all(np.array([time for time, _ in part]), np.array([bid for _, bid in part]))
        assert ends == [c.bar.open_time + c.timeframe.ms for c in closed if c.timeframe is Timeframe.M5]
        assert shown(at_once, part[-1][0]) == shown(one_by_one, part[-1][0])
    # What is being built is the same, too.
    later = ticks[-1][0] + 9 * HOUR_MS
    assert at_once.advance(later) == one_by_one.advance(later)
    assert at_once.closed == one_by_one.closed
    assert shown(at_once, later) == shown(one_by_one, later)


def test_bars_of_a_long_market_are_kept_as_long_as_a_view_needs_them() -> None:
    times = np.arange(START, START + 40 * HOUR_MS, 15_000)
    bids = np.random.default_rng(1).integers(1, 99, len(times)).astype(np.float64)
    one_by_one, at_once = SymbolBars(BarsSettings(keep=600)), SymbolBars(BarsSettings(keep=600))
    taken = 0
    for begin in range(START, int(times[-1]), BULK_MS):
        part = (begin <= times) & (times < begin + BULK_MS)
        for end in at_once.add_all(times[part], bids[part]):
            # By then one knew this much: what comes later in the part must not be seen.
            known = int(np.searchsorted(times, end))
            for time, bid in zip(times[taken:known].tolist(), bids[taken:known].tolist(), strict=True):
                one_by_one.add(time, bid)
            taken = known
            one_by_one.advance(end)
            for timeframe in Timeframe:
                assert at_once.view(timeframe, end).values() == one_by_one.view(timeframe, end).values()
    assert len(at_once.view(Timeframe.M1, int(times[-1]))) == 300


def test_nothing_at_once_is_nothing() -> None:
    assert SymbolBars().add_all(np.array([], np.int64), np.array([])) == []
