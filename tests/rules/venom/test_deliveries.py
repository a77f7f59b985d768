"""Bars of whatever a source may deliver, as VENOM shows them to patterns, held against those that polars makes."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitten.messages import Bar, Timeframe
from bitten.rules.bars import WINDOW
from bitten.rules.venom import Venom, VenomSettings
from bitten.units import HOUR_MS, MINUTE_MS
from tests.rules.venom.drawn import SPEC

SYMBOL = SPEC.symbol
SUMMER_BEGINS = int(datetime(2024, 3, 31, 1, tzinfo=UTC).timestamp() * 1_000)
"""Brokers on European time put their clocks on by an hour, from UTC+2 to UTC+3."""
Ticks = list[tuple[int, float]]


def offset(time: int) -> int:
    """Broker time minus UTC."""
    return (3 if time >= SUMMER_BEGINS else 2) * HOUR_MS


def delivered(ticks: Ticks, until: int) -> dict[Timeframe, list[Bar]]:
    """What a pattern is shown after these ticks, in this order, and a heartbeat. The broker's offset is told anew."""
    venom, told = Venom(VenomSettings(), []), 0
    for time, bid in ticks:
        if offset(time) != told:
            told = offset(time)
            venom.spec("alice", SPEC, told)
        venom.tick("alice", SYMBOL, time, bid, bid + 0.0001)
    venom.heartbeat("alice", until)
    return {timeframe: venom.closed(timeframe, until + 1)[SYMBOL].values() for timeframe in Timeframe}


def expected(ticks: Ticks, until: int) -> dict[Timeframe, list[Bar]]:
    """The same by polars: what came for a closed minute, or was told again, left out; the rest in order of time."""
    rows = pl.DataFrame(ticks, schema={"time": pl.Int64, "bid": pl.Float64}, orient="row").with_columns(
        (pl.col("time") // MINUTE_MS).alias("minute")
    )
    kept = rows.filter(
        pl.col("minute") >= pl.col("minute").cum_max(),
        ((pl.col("time") != pl.col("time").shift(1)) | (pl.col("bid") != pl.col("bid").shift(1))).fill_null(value=True),
    ).sort("time", maintain_order=True)
    return {timeframe: bars_of(kept, timeframe, ticks[0][0], until) for timeframe in Timeframe}


def bars_of(kept: pl.DataFrame, timeframe: Timeframe, first: int, until: int) -> list[Bar]:
    """Whole bars that are over, as many as a view holds."""
    grouped = (
        kept.group_by((pl.col("time") // timeframe.ms * timeframe.ms).alias("start"), maintain_order=True)
        .agg(
            pl.col("bid").first().alias("open"),
            pl.col("bid").max().alias("high"),
            pl.col("bid").min().alias("low"),
            pl.col("bid").last().alias("close"),
            pl.len().cast(pl.Float64).alias("volume"),
        )
        .filter(pl.col("start") >= first, pl.col("start") + timeframe.ms <= until)
        .sort("start")
        .tail(WINDOW)
    )
    return [Bar(*row) for row in grouped.iter_rows()]


steps = st.one_of(
    st.integers(1, 20_000),
    st.sampled_from([MINUTE_MS, 5 * MINUTE_MS, 7 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 49 * HOUR_MS]),
)
moves = st.lists(
    st.tuples(steps, st.integers(1, 40), st.sampled_from(["once", "once", "twice", "late"])), min_size=1, max_size=150
)


@settings(max_examples=50, deadline=None)
@given(
    # From two days before the clocks are put on; on a boundary, right after and right before one, and anywhere.
    start=st.integers(0, 60).map(lambda hours: SUMMER_BEGINS - 48 * HOUR_MS + hours * HOUR_MS),
    past=st.sampled_from([0, 0, 1, MINUTE_MS - 1, 61_234]),
    moves=moves,
    rest=st.sampled_from([0, 1, MINUTE_MS, 5 * MINUTE_MS, 5 * HOUR_MS]),
)
def test_bars_of_any_delivery_are_those_of_polars(
    start: int, past: int, moves: list[tuple[int, int, str]], rest: int
) -> None:
    """Gaps, weekends, summer time, ticks told twice, late and out of order, bars that no tick closes."""
    ticks: Ticks = [(start + past, 1.0)]
    for place, (step, pips, how) in enumerate(moves):
        newest, bid = max(time for time, _ in ticks), 1 + (pips * 1_000 + place) / 10_000_000
        ticks.append((newest + step, bid) if how != "late" else (newest - step, bid))
        ticks += [ticks[-1]] if how == "twice" else []
    until = max(time for time, _ in ticks) + rest
    assert delivered(ticks, until) == expected(ticks, until)


@pytest.mark.parametrize("offset_ms", [0, 1])
def test_a_first_tick_on_the_boundary_of_every_timeframe_begins_whole_bars_of_all(offset_ms: int) -> None:
    """And the last of them is closed by no tick."""
    start = SUMMER_BEGINS // (4 * HOUR_MS) * 4 * HOUR_MS
    ticks = [(start + offset_ms + place * 20_000, 1 + place / 10_000) for place in range(3 * 4 * 60)]
    shown = delivered(ticks, start + 4 * HOUR_MS)
    assert shown == expected(ticks, start + 4 * HOUR_MS)
    assert [len(shown[timeframe]) for timeframe in Timeframe] == (
        [240, 48, 16, 4, 1] if offset_ms == 0 else [239, 47, 15, 3, 0]
    )
