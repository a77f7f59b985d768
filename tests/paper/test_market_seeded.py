"""The made-up market: the same for ever, a market by a market's rules, and one that traders' patterns are found in."""

import functools
import hashlib
import itertools
import os
import subprocess
import sys

import numpy as np
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st

from bitten.errors import BittenError
from bitten.messages import Bar, Timeframe
from bitten.paper.broker_rules import is_open
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


def bars_of(ticks: list[MarketTick], timeframe: Timeframe) -> list[Bar]:
    bars = []
    for open_time, group in itertools.groupby(ticks, lambda tick: timeframe.open_time(tick.time)):
        bids = [tick.bid for tick in group]
        bars.append(Bar(open_time, bids[0], max(bids), min(bids), bids[-1], len(bids)))
    return bars


def fingerprint(market: SeededMarket) -> str:
    first = list(itertools.islice(market.ticks(), 500))
    return hashlib.sha256(repr((market.history(Timeframe.M5, 50), first)).encode()).hexdigest()


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
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
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
        assert is_open(spec, tick.time)
    assert ticks[0].time >= market.start
    assert all(24 <= bar.volume <= 68 for bar in bars_of(ticks, Timeframe.M5)[:-1])


def test_a_start_within_a_bar_moves_back_to_its_beginning() -> None:
    assert fingerprint(SeededMarket(7, "EURUSD", START + 299_999)) == fingerprint(SeededMarket(7, "EURUSD", START))


def test_closed_over_the_weekend() -> None:
    friday_2150 = START + 2 * DAY_MS + 11 * HOUR_MS + 50 * MINUTE_MS
    opens = [
        bar.open_time
        for bar in bars_of(list(itertools.islice(SeededMarket(1, "EURUSD", friday_2150).ticks(), 300)), Timeframe.M5)
    ]
    sunday_2100 = friday_2150 + 47 * HOUR_MS + 10 * MINUTE_MS
    assert opens[:4] == [friday_2150, friday_2150 + 5 * MINUTE_MS, sunday_2100, sunday_2100 + 5 * MINUTE_MS]


def test_the_past_joins_the_present() -> None:
    market = eurusd(7)
    (last,) = market.history(Timeframe.M1, 1)
    first = next(market.ticks())
    assert last.open_time == START - MINUTE_MS
    assert first.bid == last.close
    assert START <= first.time < START + 15_000


@pytest.mark.parametrize("timeframe", [Timeframe.M5, Timeframe.M15, Timeframe.H1, Timeframe.H4])
def test_longer_bars_are_made_of_the_minutes(timeframe: Timeframe) -> None:
    market = eurusd(7)
    minutes = market.history(Timeframe.M1, 10**6)
    composed = []
    for open_time, group in itertools.groupby(minutes, lambda bar: timeframe.open_time(bar.open_time)):
        bars = list(group)
        high, low = max(bar.high for bar in bars), min(bar.low for bar in bars)
        volume = sum(bar.volume for bar in bars)
        composed.append(Bar(open_time, bars[0].open, high, low, bars[-1].close, volume))
    closed = [bar for bar in composed if bar.open_time + timeframe.ms <= START]
    assert list(market.history(timeframe, 10**6)) == closed


def test_history_gives_the_newest_and_every_timeframe_is_warm() -> None:
    market = eurusd(7)
    for timeframe in Timeframe:
        bars = market.history(timeframe, 20)
        assert len(bars) == 20
        assert bars == market.history(timeframe, 40)[-20:]
        assert bars[-1].open_time + timeframe.ms <= START < bars[-1].open_time + 2 * timeframe.ms
    assert market.history(Timeframe.M5, 0) == ()


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
        present = bars_of(ticks_until(market, START + HOUR_MS), Timeframe.M5)
        assert sweeps([*market.history(Timeframe.M5, 100), *present]) >= 1, seed


def test_every_pattern_is_found_in_half_a_day() -> None:
    for seed in SEEDS:
        market = eurusd(seed)
        present = bars_of(ticks_until(market, START + 10 * HOUR_MS), Timeframe.M5)
        bars = [*market.history(Timeframe.M5, 100), *present]
        assert min(sweeps(bars), bursts(bars), fades(bars)) >= 1, seed


def test_the_past_has_them_too() -> None:
    bars = list(eurusd(7).history(Timeframe.M5, 2000))
    assert min(sweeps(bars), bursts(bars), fades(bars)) >= 10
