"""The made-up market: the same for ever, a market by a market's rules, and one that traders' patterns are found in."""

import functools
import hashlib
import itertools
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st

from bitten.errors import BittenError
from bitten.messages import Bar, Timeframe
from bitten.paper.market import MarketTick, SeededMarket
from bitten.units import DAY_MS, HOUR_MS, MINUTE_MS

START = 1_700_042_400_000
"""Wednesday 2023-11-15 10:00 UTC."""
PIP = 0.0001
SEEDS = range(4)


@functools.cache
def eurusd(seed: int) -> SeededMarket:
    """One instance a seed: it keeps the past that it has drawn."""
    return SeededMarket(seed, "EURUSD", START)


def ticks_until(market: SeededMarket, end: int) -> list[MarketTick]:
    return list(itertools.takewhile(lambda tick: tick.time < end, market.ticks()))


def bars_of(ticks: list[MarketTick]) -> list[Bar]:
    """M5 bars of the bid."""
    return m5(Bar(tick.time, tick.bid, tick.bid, tick.bid, tick.bid, 1.0) for tick in ticks)


def m5(parts: Iterable[Bar]) -> list[Bar]:
    """M5 bars composed of shorter ones."""
    bars = []
    for open_time, group in itertools.groupby(parts, lambda part: Timeframe.M5.open_time(part.open_time)):
        rows = list(group)
        high, low = max(row.high for row in rows), min(row.low for row in rows)
        bars.append(Bar(open_time, rows[0].open, high, low, rows[-1].close, sum(row.volume for row in rows)))
    return bars


def past(market: SeededMarket, count: int) -> list[Bar]:
    """The last `count` M5 bars before the market's start."""
    return m5(Bar(*row) for row in market.history(5 * count))


def fingerprint(market: SeededMarket) -> str:
    first = list(itertools.islice(market.ticks(), 500))
    return hashlib.sha256(repr((market.history(250), first)).encode()).hexdigest()


def test_same_seed_same_market() -> None:
    one, other = SeededMarket(7, "EURUSD", START), SeededMarket(7, "EURUSD", START)
    assert fingerprint(one) == fingerprint(other)
    assert list(itertools.islice(one.ticks(), 100)) == list(itertools.islice(one.ticks(), 100))


def test_seed_symbol_and_start_each_make_another_market() -> None:
    markets = [
        SeededMarket(7, "EURUSD", START),
        SeededMarket(8, "EURUSD", START),
        SeededMarket(-7, "EURUSD", START),
        SeededMarket(7, "GBPUSD", START),
        SeededMarket(7, "EURUSD", START + DAY_MS),
    ]
    assert len({fingerprint(market) for market in markets}) == len(markets)


@pytest.mark.process
def test_same_market_in_every_process() -> None:
    code = "from tests.paper.test_market_seeded import *; print(fingerprint(SeededMarket(7, 'EURUSD', START)))"
    prints = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }
    assert prints == {fingerprint(SeededMarket(7, "EURUSD", START))}


@settings(max_examples=10)
@given(seed=st.integers(), symbol=st.sampled_from(["EURUSD", "USDJPY", "EURGBP"]), day=st.integers(0, 6))
def test_ticks_are_a_markets(seed: int, symbol: str, day: int) -> None:
    market = SeededMarket(seed, symbol, START + day * DAY_MS)
    spec = market.spec
    ticks = list(itertools.islice(market.ticks(), 2000))
    for before, tick in itertools.pairwise(ticks):
        assert before.time <= tick.time
        assert 8 <= round(spec.points(tick.ask - tick.bid), 6) <= 14
        assert spec.round_price(tick.bid) == tick.bid
        assert spec.round_price(tick.ask) == tick.ask
        assert spec.is_open(tick.time)
    assert ticks[0].time >= market.start
    assert all(24 <= bar.volume <= 68 for bar in bars_of(ticks)[:-1])


def test_a_start_within_a_bar_moves_back_to_its_beginning() -> None:
    assert fingerprint(SeededMarket(7, "EURUSD", START + 299_999)) == fingerprint(SeededMarket(7, "EURUSD", START))


def test_closed_over_the_weekend() -> None:
    friday_2150 = START + 2 * DAY_MS + 11 * HOUR_MS + 50 * MINUTE_MS
    opens = [
        bar.open_time for bar in bars_of(list(itertools.islice(SeededMarket(1, "EURUSD", friday_2150).ticks(), 300)))
    ]
    sunday_2100 = friday_2150 + 47 * HOUR_MS + 10 * MINUTE_MS
    assert opens[:4] == [friday_2150, friday_2150 + 5 * MINUTE_MS, sunday_2100, sunday_2100 + 5 * MINUTE_MS]


def test_the_past_joins_the_present() -> None:
    market = eurusd(7)
    ((last_open, _, _, _, close, _),) = market.history(1)
    first = next(market.ticks())
    assert last_open == START - MINUTE_MS
    assert first.bid == close
    assert START <= first.time < START + 15_000


def test_history_is_whole_minutes_in_order() -> None:
    minutes = eurusd(7).history(10**6)
    assert all(before[0] < after[0] for before, after in itertools.pairwise(minutes))
    for open_time, open_, high, low, close, volume in minutes:
        assert open_time % MINUTE_MS == 0
        assert low <= min(open_, close) <= max(open_, close) <= high
        assert volume >= 1


def test_history_gives_the_newest_and_warms_four_hour_bars() -> None:
    minutes = eurusd(7).history(10**6)
    assert eurusd(7).history(20) == minutes[-20:]
    assert eurusd(7).history(0) == ()
    assert len({row[0] // (4 * HOUR_MS) for row in minutes}) > 50


def test_a_symbol_that_is_no_pair_is_refused() -> None:
    with pytest.raises(BittenError, match="symbol DOWJONES: no conditions are known"):
        SeededMarket(1, "DOWJONES", START)


# Is there what traders look for? The triggers as VENOM's facts have them, in their strictest reading.


def mirrored(bars: list[Bar], sign: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Open, high, low, close; upside down for -1."""
    opens, highs, lows, closes = (
        np.array([getattr(b, name) for b in bars]) for name in ("open", "high", "low", "close")
    )
    return (opens, highs, lows, closes) if sign > 0 else (-opens, -lows, -highs, -closes)


def sweeps(bars: list[Bar]) -> int:
    found = 0
    for sign in (1, -1):
        opens, highs, lows, closes = mirrored(bars, sign)
        for at in range(100, len(bars) - 1):
            wick = highs[at] - max(opens[at], closes[at])
            for swing in range(at - 3, at - 96, -1):
                unswept = highs[swing] == highs[swing - 2 : at].max()
                swept = highs[at] - highs[swing] >= 3 * PIP and closes[at] < highs[swing]
                if unswept and swept and wick >= 0.5 * (highs[at] - lows[at]) and closes[at + 1] < closes[at]:
                    found += 1
                    break
    return found


def bursts(bars: list[Bar]) -> int:
    found = 0
    volume = np.array([bar.volume for bar in bars])
    for sign in (1, -1):
        opens, highs, lows, closes = mirrored(bars, sign)
        for at in range(100, len(bars)):
            base = slice(at - 9, at)
            height, reach = highs[base].max() - lows[base].min(), highs[at] - lows[at]
            broke = closes[at] - highs[base].max() >= 5 * PIP and closes[at] - opens[at] >= 0.6 * reach
            found += height <= 30 * PIP and reach >= 1.3 * height and broke and volume[at] >= 1.5 * volume[base].max()
    return found


def fades(bars: list[Bar]) -> int:
    found = 0
    for sign in (1, -1):
        opens, highs, lows, closes = mirrored(bars, sign)
        band, _, _ = talib.BBANDS(closes, 20, 2, 2)
        # RSI wants prices above zero; its mirror is 100 minus it
        rsi = talib.RSI(np.abs(closes), 14)
        overbought = rsi >= 65 if sign > 0 else rsi <= 35
        wick = highs - np.maximum(opens, closes) >= 0.6 * (highs - lows)
        found += int(np.sum((overbought & wick & (highs >= band))[100:]))
    return found


def test_a_sweep_and_its_turn_come_within_the_first_hour() -> None:
    for seed in SEEDS:
        market = eurusd(seed)
        present = bars_of(ticks_until(market, START + HOUR_MS))
        assert sweeps([*past(market, 100), *present]) >= 1, seed


def test_every_pattern_is_found_in_half_a_day() -> None:
    for seed in SEEDS:
        market = eurusd(seed)
        present = bars_of(ticks_until(market, START + 10 * HOUR_MS))
        bars = [*past(market, 100), *present]
        assert min(sweeps(bars), bursts(bars), fades(bars)) >= 1, seed


def test_the_past_has_them_too() -> None:
    bars = past(eurusd(7), 2000)
    assert min(sweeps(bars), bursts(bars), fades(bars)) >= 10
