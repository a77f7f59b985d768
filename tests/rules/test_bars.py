"""Bars: equal to straightforward second implementations, and right at every edge."""

from bisect import bisect_left
from itertools import groupby, pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitten.messages import Bar, Timeframe
from bitten.rules.bars import BarsSettings, SymbolBars
from bitten.rules.frame import Closed
from bitten.units import HOUR_MS, MINUTE_MS

Ticks = list[tuple[int, float]]
START = 1_325_376_000_000  # 2012-01-01 00:00 UTC: a boundary of every timeframe
SECOND_MS = 1000
M1, M5, M15, H1, H4 = Timeframe


def run(ticks: Ticks, until: int) -> list[Closed]:
    bars = SymbolBars()
    closed = [each for time, bid in ticks for each in bars.add(time, bid)]
    return closed + list(bars.advance(until))


def of(timeframe: Timeframe, closed: list[Closed]) -> list[Bar]:
    return [each.bar for each in closed if each.timeframe is timeframe]


def fold(timeframe: Timeframe, ticks: Ticks, until: int) -> list[Bar]:
    """The plain reading of what a bar is."""
    groups = [(start, [bid for _, bid in part]) for start, part in groupby(ticks, lambda t: timeframe.open_time(t[0]))]
    return [
        Bar(start, bids[0], max(bids), min(bids), bids[-1], float(len(bids)))
        for start, bids in groups
        if start + timeframe.ms <= until
    ]


def flat(open_time: int, price: float = 1.0, volume: float = 1.0) -> Bar:
    return Bar(open_time, price, price, price, price, volume)


def every(step: int, start: int, end: int) -> Ticks:
    return [(time, 1 + (time // step % 7) / 100) for time in range(start, end, step)]


# --- equal to others ------------------------------------------------------------------------------------------------

steps = st.integers(0, 40_000) | st.sampled_from([MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, 50 * HOUR_MS])
prices = st.integers(1, 50).map(float)
streams = st.lists(st.tuples(steps, prices), min_size=1, max_size=120)


def stream(start: int, moves: list[tuple[int, float]]) -> Ticks:
    ticks, time = [], start
    for step, bid in moves:
        time += step
        ticks.append((time, bid))
    return ticks


@settings(deadline=None)
@given(st.integers(0, 4 * HOUR_MS), streams, st.integers(0, 5 * HOUR_MS))
def test_bars_are_the_fold_of_their_ticks(offset: int, moves: list[tuple[int, float]], rest: int) -> None:
    ticks = stream(START + offset, moves)
    until = ticks[-1][0] + rest
    closed = run(ticks, until)
    for timeframe in Timeframe:
        assert of(timeframe, closed) == fold(timeframe, ticks, until)
    for each in closed:
        assert each.whole == (each.bar.open_time >= ticks[0][0])


@settings(max_examples=50, deadline=None)
@given(streams, st.lists(st.integers(0, 200), max_size=60))
def test_heartbeats_change_when_a_bar_closes_but_never_what_is_in_it(
    moves: list[tuple[int, float]], beats: list[int]
) -> None:
    ticks = stream(START, moves)
    bars = SymbolBars()
    closed: list[Closed] = []
    for (time, bid), (following, _) in pairwise([*ticks, (ticks[-1][0] + 8 * HOUR_MS, 0.0)]):
        closed += bars.add(time, bid)
        for beat in beats:
            closed += bars.advance(time + (following - time) * beat // 200)
    until = ticks[-1][0] + 8 * HOUR_MS
    closed += bars.advance(until)
    for timeframe in Timeframe:
        assert of(timeframe, closed) == of(timeframe, run(ticks, until))


@given(st.permutations(range(0, 60_000, 7_000)))
def test_the_order_in_which_the_ticks_of_a_minute_arrive_does_not_matter(order: list[int]) -> None:
    closed = run([(START + time, 1.0 + time) for time in order], START + MINUTE_MS)
    assert of(M1, closed) == [Bar(START, 1.0, 56_001.0, 1.0, 56_001.0, 9.0)]


def polars_bars(timeframe: Timeframe, ticks: pl.DataFrame) -> list[Bar]:
    grouped = ticks.group_by((pl.col("time") // timeframe.ms * timeframe.ms).alias("start"), maintain_order=True).agg(
        pl.col("bid").first().alias("open"),
        pl.col("bid").max().alias("high"),
        pl.col("bid").min().alias("low"),
        pl.col("bid").last().alias("close"),
        pl.len().cast(pl.Float64).alias("volume"),
    )
    return [Bar(*row) for row in grouped.sort("start").iter_rows()]


def tick_export(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, separator="\t").select(
        (pl.col("<DATE>") + " " + pl.col("<TIME>"))
        .str.to_datetime("%Y.%m.%d %H:%M:%S%.3f", time_unit="ms")
        .cast(pl.Int64)
        .alias("time"),
        pl.col("<BID>").alias("bid"),
    )


def minute_bars(path: Path) -> pl.DataFrame:
    """Four ticks a minute: open, high, low, close at seconds 0, 15, 30, 59."""
    rows = pl.read_csv(path).with_columns(
        pl.col("timestamp").str.slice(0, 19).str.to_datetime(time_unit="ms").cast(pl.Int64).alias("start")
    )
    seconds = {"open": 0, "high": 15, "low": 30, "close": 59}
    parts = [
        rows.select((pl.col("start") + second * SECOND_MS).alias("time"), pl.col(name).alias("bid"))
        for name, second in seconds.items()
    ]
    return pl.concat(parts).sort("time")


@pytest.mark.data
@pytest.mark.parametrize("name", ["EURUSD_2019-01-01_ticks", "GBPUSD_2012-02_M1_bid", "GBPUSD_2012-02_M1_ask"])
def test_bars_of_recorded_markets_are_exactly_those_of_polars(name: str, market_data: Path) -> None:
    read = tick_export if name.endswith("ticks") else minute_bars
    ticks = read(market_data / f"{name}.csv.gz")
    rows = list(ticks.iter_rows())
    closed = run(rows, rows[-1][0] + 4 * HOUR_MS)
    for timeframe in Timeframe:
        assert of(timeframe, closed) == polars_bars(timeframe, ticks)


# --- edges ----------------------------------------------------------------------------------------------------------


def test_a_tick_exactly_on_a_boundary_belongs_to_the_next_bar() -> None:
    bars = SymbolBars()
    bars.add(START, 1.0)
    assert bars.add(START + MINUTE_MS - 1, 2.0) == ()
    (closed,) = bars.add(START + MINUTE_MS, 3.0)
    assert closed == Closed(M1, Bar(START, 1.0, 2.0, 1.0, 2.0, 2.0), whole=True)


def test_a_first_tick_exactly_on_a_boundary_makes_a_whole_bar_and_one_past_it_a_partial_one() -> None:
    for offset, whole in ((0, True), (1, False)):
        closed = run([(START + offset, 1.0)], START + 4 * HOUR_MS)
        assert [(each.timeframe, each.whole) for each in closed] == [(timeframe, whole) for timeframe in Timeframe]


def test_a_partial_bar_is_in_no_view() -> None:
    bars = SymbolBars()
    for time, bid in every(SECOND_MS, START + 1, START + 12 * MINUTE_MS):
        bars.add(time, bid)
    assert bars.view(M1, START + 5 * MINUTE_MS).time.tolist() == [START + n * MINUTE_MS for n in (1, 2, 3, 4)]
    assert bars.view(M5, START + 15 * MINUTE_MS).time.tolist() == [START + 5 * MINUTE_MS]
    assert bars.closed == {M1: 11, M5: 2, M15: 0, H1: 0, H4: 0}


@pytest.mark.parametrize(("offset", "closes"), [(-1, False), (0, True), (1, True)])
def test_a_heartbeat_closes_a_bar_when_market_time_reaches_its_end(offset: int, closes: bool) -> None:
    bars = SymbolBars()
    bars.add(START + 3, 1.0)
    assert bool(bars.advance(START + MINUTE_MS + offset)) is closes


def test_a_higher_bar_closes_by_heartbeat_though_its_last_minutes_had_no_tick() -> None:
    bars = SymbolBars()
    bars.add(START, 1.0)
    assert [each.timeframe for each in bars.advance(START + 2 * MINUTE_MS)] == [M1]
    assert bars.advance(START + 5 * MINUTE_MS - 1) == ()
    assert [each.timeframe for each in bars.advance(START + 5 * MINUTE_MS)] == [M5]


def test_a_tick_of_a_closed_minute_is_counted_and_changes_nothing() -> None:
    bars = SymbolBars()
    bars.add(START, 1.0)
    bars.advance(START + MINUTE_MS)
    assert bars.add(START + MINUTE_MS - 1, 9.0) == ()
    assert bars.late == 1
    assert bars.view(M1, START + MINUTE_MS).values() == [flat(START)]


def test_time_without_ticks_is_a_gap_and_no_bar() -> None:
    closed = run([(START, 1.0), (START + 49 * HOUR_MS, 2.0)], START + 53 * HOUR_MS)
    for timeframe in Timeframe:
        assert [bar.open_time for bar in of(timeframe, closed)] == [START, timeframe.open_time(START + 49 * HOUR_MS)]


def test_a_view_ends_where_it_is_asked_to_whatever_came_later() -> None:
    bars, views = SymbolBars(BarsSettings(keep=600)), {}
    for time, bid in every(30 * SECOND_MS, START, START + 30 * HOUR_MS):
        if bars.add(time, bid) and time % HOUR_MS == 0:
            view = bars.view(M1, time)
            views[time] = (view, view.values())
            assert view.time[-1] == time - MINUTE_MS
    for end, (kept, values) in views.items():
        assert kept.values() == values  # what was handed out is never overwritten
        if end > START + 30 * HOUR_MS - 300 * MINUTE_MS:
            assert bars.view(M1, end).values() == values


def test_memory_is_bounded() -> None:
    bars = SymbolBars(BarsSettings(keep=600))
    for time, bid in every(MINUTE_MS, START, START + 40 * HOUR_MS):
        bars.add(time, bid)
    assert 600 <= len(bars.view(M1, START + 40 * HOUR_MS, count=10**6)) <= 1200


# --- history and live -----------------------------------------------------------------------------------------------

BEGAN = START + 4 * HOUR_MS + 34 * MINUTE_MS + 20 * SECOND_MS
ENDED = START + 9 * HOUR_MS
ALL = every(SECOND_MS * 5, START, ENDED + SECOND_MS)
TRUE = {timeframe: fold(timeframe, ALL, ENDED + 4 * HOUR_MS) for timeframe in Timeframe}


def history(timeframe: Timeframe, before: int) -> list[Bar]:
    return [bar for bar in TRUE[timeframe] if bar.open_time + timeframe.ms <= before]


def live(bars: SymbolBars, start: int, end: int) -> None:
    for time, bid in ALL[bisect_left(ALL, (start, 0.0)) : bisect_left(ALL, (end, 0.0))]:
        bars.add(time, bid)


def expect_exact(bars: SymbolBars, missing: dict[Timeframe, list[int]]) -> None:
    for timeframe in Timeframe:
        expected = [bar for bar in fold(timeframe, ALL, ENDED) if bar.open_time not in missing.get(timeframe, [])]
        assert bars.view(timeframe, ENDED, count=10**6).values() == expected


@pytest.mark.parametrize("delay", [45 * SECOND_MS, 3 * MINUTE_MS, 40 * MINUTE_MS, 3 * HOUR_MS])
def test_history_that_comes_after_ticks_began_joins_without_a_doubled_or_missing_bar(delay: int) -> None:
    bars = SymbolBars()
    live(bars, BEGAN, BEGAN + delay)
    for timeframe in (M1, M5, M15, H1):
        bars.seed(timeframe, history(timeframe, BEGAN + delay))
    live(bars, BEGAN + delay, ENDED + SECOND_MS)
    expect_exact(bars, {})
    assert bars.refused == 0


def test_history_in_several_parts_and_doubled_is_history() -> None:
    bars = SymbolBars()
    live(bars, BEGAN, BEGAN + MINUTE_MS)
    for timeframe in (H1, M15, M5, M1):
        past = history(timeframe, BEGAN + MINUTE_MS)
        for part in (past[:7], past[7:], past):
            bars.seed(timeframe, part)
    live(bars, BEGAN + MINUTE_MS, ENDED + SECOND_MS)
    expect_exact(bars, {})


def test_seconds_between_history_and_the_first_tick_cost_the_bars_that_hold_them() -> None:
    bars = SymbolBars()
    for timeframe in (M1, M5, M15, H1):
        bars.seed(timeframe, history(timeframe, BEGAN))
    live(bars, BEGAN, ENDED + SECOND_MS)
    expect_exact(bars, {timeframe: [timeframe.open_time(BEGAN)] for timeframe in Timeframe})


def test_a_break_in_the_source_makes_its_bars_partial_until_history_has_them() -> None:
    bars = SymbolBars()
    live(bars, START, BEGAN)
    bars.interrupt()
    back = BEGAN + 7 * MINUTE_MS
    live(bars, back, back + 2 * MINUTE_MS)
    assert bars.view(M5, ENDED).time[-1] == M5.open_time(BEGAN) - M5.ms
    for timeframe in (M1, M5, M15, H1):
        bars.seed(timeframe, history(timeframe, back + 2 * MINUTE_MS))
    live(bars, back + 2 * MINUTE_MS, ENDED + SECOND_MS)
    expect_exact(bars, {})


def test_a_break_between_two_minutes_is_remembered_too() -> None:
    bars = SymbolBars()
    live(bars, START, START + 61 * MINUTE_MS)
    bars.advance(START + 61 * MINUTE_MS)
    bars.interrupt()
    live(bars, START + 63 * MINUTE_MS, ENDED + SECOND_MS)
    gone = [START + 61 * MINUTE_MS, START + 62 * MINUTE_MS]
    expect_exact(bars, {M1: gone, **{tf: [tf.open_time(gone[0])] for tf in (M5, M15, H1, H4)}})


def test_a_break_within_a_minute_is_not_healed_by_an_older_tick_of_that_minute() -> None:
    bars = SymbolBars()
    bars.add(START, 1.0)
    bars.add(START + 30_000, 1.0)
    bars.interrupt()
    bars.add(START + 10_000, 1.0)
    assert not bars.advance(START + MINUTE_MS)[0].whole


def test_history_never_replaces_a_bar_that_was_watched() -> None:
    bars = SymbolBars()
    live(bars, START, START + 6 * MINUTE_MS)
    bars.seed(M1, [flat(START + n * MINUTE_MS, 99.0) for n in range(5)])
    bars.seed(M5, [flat(START, 99.0)])
    live(bars, START + 6 * MINUTE_MS, ENDED + SECOND_MS)
    expect_exact(bars, {})


def test_a_bar_that_ticks_are_still_building_is_not_taken_from_history() -> None:
    bars = SymbolBars()
    live(bars, START, START + 62 * MINUTE_MS)
    bars.seed(M5, [flat(START + 60 * MINUTE_MS, 99.0)])
    bars.seed(M1, [flat(START + 61 * MINUTE_MS, 99.0)])
    assert bars.refused == 2
    live(bars, START + 62 * MINUTE_MS, ENDED + SECOND_MS)
    expect_exact(bars, {})


def test_a_weekend_within_history_is_no_gap_in_what_was_watched() -> None:
    bars = SymbolBars()
    friday, sunday = START + 21 * HOUR_MS, START + 70 * HOUR_MS
    bars.seed(H1, [flat(START + 20 * HOUR_MS), flat(friday)])
    bars.seed(H1, [flat(sunday), flat(sunday + HOUR_MS)])
    assert bars.view(H4, sunday + 2 * HOUR_MS).time.tolist() == [START + 20 * HOUR_MS, START + 68 * HOUR_MS]


def test_the_first_bar_of_history_may_be_half_of_a_higher_one() -> None:
    bars = SymbolBars()
    bars.seed(H1, [flat(START + n * HOUR_MS) for n in range(1, 9)])
    assert bars.view(H4, START + 9 * HOUR_MS).time.tolist() == [START + 4 * HOUR_MS]


steps_of_a_life = st.lists(
    st.tuples(
        st.sampled_from(["live", "away", "beat", "history"]),
        st.integers(0, 90 * 60),
        st.integers(1, 40),
        st.sampled_from([0, 0, 30, 70, 130]),
    ),
    max_size=14,
)


@settings(max_examples=100, deadline=None)
@given(steps_of_a_life)
def test_whatever_breaks_and_whatever_history_comes_no_view_holds_a_wrong_bar(
    life: list[tuple[str, int, int, int]],
) -> None:
    bars, now, told = SymbolBars(), START, False
    for what, seconds, count, ahead in life:
        then = min(now + seconds * SECOND_MS, ENDED)
        if what == "live":
            live(bars, now, then)
            now = then
        elif what == "away":
            bars.interrupt()
            now, told = then, False
        elif what == "beat":
            bars.advance(now)
        elif not told:  # once a session the terminal's last bars, of which the ticks may still be on their way
            told = True
            for timeframe in (M1, M5, M15, H1):
                past = history(timeframe, now + ahead * SECOND_MS)[-count:]
                bars.seed(timeframe, past[: count // 2])
                bars.seed(timeframe, past[count // 2 :])
    bars.advance(now)
    for timeframe in Timeframe:
        true = {bar.open_time: bar for bar in TRUE[timeframe]}
        view = bars.view(timeframe, ENDED + HOUR_MS, count=10**6).values()
        assert view == [true[bar.open_time] for bar in view]
        assert all(one.open_time < other.open_time for one, other in pairwise(view))


@pytest.mark.parametrize(
    "bar",
    [
        flat(START + 1),
        Bar(START, 1.0, 0.9, 0.8, 0.85, 1.0),
        Bar(START, 1.0, 1.2, 1.1, 1.0, 1.0),
    ],
)
def test_history_off_the_grid_or_in_contradiction_with_itself_is_refused(bar: Bar) -> None:
    bars = SymbolBars()
    bars.seed(M1, [bar])
    assert (bars.refused, len(bars.view(M1, ENDED))) == (1, 0)


def test_between_two_closes_a_view_is_the_same_object_so_that_what_is_made_of_it_can_be_kept() -> None:
    bars = SymbolBars()
    for minute in range(4):
        bars.add(START + minute * MINUTE_MS, 1.0 + minute)
    end = START + 3 * MINUTE_MS
    first = bars.view(Timeframe.M1, end)
    bars.add(end + 1, 2.0)
    assert bars.view(Timeframe.M1, end) is first
    bars.add(end + MINUTE_MS, 2.0)
    assert bars.view(Timeframe.M1, end + MINUTE_MS) is not first
