"""A made-up market: the same ticks for the same seed, symbol and start, on every machine and in every process."""

import itertools
import zlib
from collections.abc import Iterator
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from bitten.paper.market.outline import Outline, OutlineBar
from bitten.paper.market.specs import default_spec, typical_price
from bitten.paper.market.tick import MarketTick
from bitten.units import DAY_MS, HOUR_MS, MINUTE_MS, SymbolSpec
from bitten.wire.market import BarRow

_M5 = 5 * MINUTE_MS
_PAST = 14 * DAY_MS
"""The market begins this long before its start: 20 bars of H4 need 80 open hours."""
_SPREAD = (8, 14)
"""Points, both ends included."""
_JITTER = 4.0
"""Points by which a tick leaves the straight way, one standard deviation."""


@attrs.frozen
class _Drawn:
    """The ticks of one M5 bar: times in milliseconds, prices in points."""

    times: NDArray[np.int64]
    bids: NDArray[np.int64]
    asks: NDArray[np.int64]


class SeededMarket:
    """One symbol's endless market from `start` (ms, moved back to its M5 bar's beginning), and the past before it.

    24 to 68 ticks an M5 bar, as many as its volume; never crossed; only within the spec's hours, in UTC.
    """

    def __init__(self, seed: int, symbol: str, start: int, spec: SymbolSpec | None = None) -> None:
        price = typical_price(symbol)
        self.symbol = symbol
        self.spec = spec or default_spec(symbol, price)
        self.start = start - start % _M5
        self._home = round(price / self.spec.point)
        self._entropy = (abs(seed), int(seed < 0), zlib.crc32(symbol.encode()), self.start)

    def ticks(self) -> Iterator[MarketTick]:
        """The ticks from `start` on, without end; every call begins anew."""
        outline = self._outline()
        outline.past(len(self._past_times))
        for open_time, bar in zip(self._open_times(self.start), outline.future(), strict=False):
            drawn = self._draw(open_time, bar)
            for time, bid, ask in zip(drawn.times.tolist(), drawn.bids.tolist(), drawn.asks.tolist(), strict=True):
                yield MarketTick(self.symbol, self._price(bid), self._price(ask), time)

    def history(self, count: int) -> tuple[BarRow, ...]:
        """The last `count` one-minute bars of the bid before `start`, oldest first; fewer where the past is shorter.

        The volume is the number of ticks.
        """
        times, bids = self._past
        opens = times - times % MINUTE_MS
        begins = np.flatnonzero(np.diff(opens, prepend=-1))
        ends = np.append(begins[1:], len(bids))
        highs, lows = np.maximum.reduceat(bids, begins), np.minimum.reduceat(bids, begins)
        rows = zip(opens[begins], bids[begins], highs, lows, bids[ends - 1], ends - begins, strict=True)
        bars = [
            (int(time), self._price(open_), self._price(high), self._price(low), self._price(close), float(volume))
            for time, open_, high, low, close, volume in rows
        ]
        return tuple(bars[max(0, len(bars) - count) :])

    @cached_property
    def _past(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Times and bids of every tick before the start."""
        bars = self._outline().past(len(self._past_times))
        drawn = [self._draw(time, bar) for time, bar in zip(self._past_times, bars, strict=True)]
        return np.concatenate([bar.times for bar in drawn]), np.concatenate([bar.bids for bar in drawn])

    @cached_property
    def _past_times(self) -> list[int]:
        begin = self.start - _PAST
        begin -= begin % (4 * HOUR_MS)
        return list(itertools.takewhile(lambda time: time < self.start, self._open_times(begin)))

    def _open_times(self, begin: int) -> Iterator[int]:
        """The open times of M5 bars from `begin` on, those in the spec's hours."""
        return (time for time in itertools.count(begin, _M5) if self.spec.is_open(time))

    def _outline(self) -> Outline:
        return Outline(np.random.default_rng(self._entropy), self._home)

    def _draw(self, open_time: int, bar: OutlineBar) -> _Drawn:
        """The bar's ticks: from the open to the near extreme, to the far one, to the close, at uneven times.

        A random generator of its own makes a bar's ticks independent of what was drawn before.
        """
        rng = np.random.default_rng((*self._entropy, open_time))
        count = bar.ticks
        extremes = (bar.low, bar.high) if bar.close >= bar.open else (bar.high, bar.low)
        turns = [0, int(rng.integers(count // 6, count // 3)), int(rng.integers(count // 2, count - 4)), count - 1]
        prices = [bar.open, *extremes, bar.close]
        number = np.arange(count)
        wandering = np.interp(number, turns, prices) + rng.normal(0, _JITTER, count)
        bids = np.clip(np.rint(wandering), bar.low, bar.high).astype(np.int64)
        bids[turns] = prices
        times = open_time + ((number + rng.random(count)) * (_M5 / count)).astype(np.int64)
        return _Drawn(times, bids, bids + rng.integers(*_SPREAD, count, endpoint=True))

    def _price(self, points: int) -> float:
        return round(float(points) * self.spec.point, self.spec.digits)
