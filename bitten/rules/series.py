"""Closed bars kept in arrays, and the account of which market times were watched: what `rules.bars` is made of."""

from collections.abc import Iterable, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from bitten.messages import Bar

Floats = NDArray[np.float64]
Times = NDArray[np.int64]
FOREVER = 2**62


@attrs.frozen(eq=False)
class Bars:
    """Closed bars of one timeframe, oldest first, as arrays of one length. Treat them as read-only."""

    time: Times
    """Open times, ms of market time. A bar without ticks does not exist: neighbours need not be adjacent in time."""
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        return len(self.time)

    def bar(self, index: int) -> Bar:
        """One bar as a value; negative indices count from the newest. Raises IndexError where there is none."""
        return Bar(
            int(self.time[index]),
            float(self.open[index]),
            float(self.high[index]),
            float(self.low[index]),
            float(self.close[index]),
            float(self.volume[index]),
        )

    def until(self, place: int) -> "Bars":
        """The bars before the one at `place`."""
        prices = (each[:place] for each in (self.open, self.high, self.low, self.close, self.volume))
        return Bars(self.time[:place], *prices)

    def values(self) -> list[Bar]:
        """All bars as values."""
        columns = (self.time, self.open, self.high, self.low, self.close, self.volume)
        return [Bar(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


class Series:
    """The newest `keep` bars (at least), in order of time. A slice that was handed out is never written to again."""

    _shown: Bars
    _shown_place: tuple[int, int]

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self.kept_from = 0
        """Market time before which bars may have been dropped for want of room."""
        self.newest = -1
        """The newest bar's open time; -1 where there is none."""
        self._allocate()

    def __len__(self) -> int:
        return self._size

    def append(self, bar: Bar) -> None:
        """Add a bar that is newer than all others."""
        if self._size == len(self._time):
            # New arrays instead of a shift: whoever holds a slice of the old ones keeps what was in it.
            self._load(self.slice(0).values())
        self._time[self._size] = bar.open_time
        self._values[:, self._size] = (bar.open, bar.high, bar.low, bar.close, bar.volume)
        self._size += 1
        self.newest = bar.open_time

    def extend(self, time: Times, values: Floats) -> None:
        """Add bars that are newer than all others, at most as many as are kept; `values` has a row for each price."""
        if self._size + len(time) > len(self._time):
            kept, first = self._keep, max(0, self._size - self._keep)
            time_before, values_before = self._time[first : self._size], self._values[:, first : self._size]
            if self._size > kept:
                self.kept_from = int(time_before[0])
            self._allocate()
            self.extend(time_before, values_before)
        place = slice(self._size, self._size + len(time))
        self._time[place], self._values[:, place] = time, values
        self._size += len(time)
        if len(time):
            self.newest = int(time[-1])

    def merge(self, bars: Iterable[Bar]) -> None:
        """Put bars in their places. A bar that is here already stays as it is."""
        merged = {bar.open_time: bar for bar in bars} | {bar.open_time: bar for bar in self.slice(0).values()}
        self._load([merged[time] for time in sorted(merged)])

    def between(self, start: int, end: int) -> Bars:
        """The bars that opened at or after `start` and before `end`, market times."""
        first, last = np.searchsorted(self._time[: self._size], (start, end))
        return self.slice(int(first), int(last))

    def until(self, newest: int, count: int) -> Bars:
        """The last `count` bars that opened at or before market time `newest`."""
        if newest >= self.newest:  # as it mostly is
            last = self._size
        else:
            last = int(np.searchsorted(self._time[: self._size], newest, side="right"))
        first = last - count if last > count else 0
        # The same place is the same object again, so that what was computed of it can be kept.
        if self._shown_place != (first, last):
            self._shown_place, self._shown = (first, last), self.slice(first, last)
        return self._shown

    def columns(self, start: int) -> tuple[Times, Floats]:
        """Times and values, a row for each price, of the bars that opened at or after market time `start`."""
        first = int(np.searchsorted(self._time[: self._size], start))
        return self._time[first : self._size], self._values[:, first : self._size]

    def slice(self, first: int, last: int | None = None) -> Bars:
        """Bars by place, the oldest being 0."""
        place = slice(first, self._size if last is None else last)
        return Bars(self._time[place], *self._values[:, place])

    def _allocate(self) -> None:
        self._time: Times = np.zeros(2 * self._keep, np.int64)
        self._values: Floats = np.zeros((5, 2 * self._keep))
        self._size, self.newest = 0, -1
        self._shown_place, self._shown = (0, 0), self.slice(0, 0)

    def _load(self, bars: list[Bar]) -> None:
        self._allocate()
        if len(bars) > self._keep:
            bars = bars[-self._keep :]
            self.kept_from = bars[0].open_time
        for bar in bars:
            self.append(bar)


class Coverage:
    """Which market times were watched without a break, kept as the gaps [from, to) where something may be missing."""

    def __init__(self) -> None:
        self._gaps = [(0, FOREVER)]

    def whole(self, start: int, end: int) -> bool:
        """Nothing of [start, end) was missed."""
        return not any(begin < end and start < stop for begin, stop in self._gaps)

    def lose(self, time: int) -> None:
        """From now on nothing is seen."""
        if not self._gaps or self._gaps[-1][1] != FOREVER:
            self._gaps.append((time, FOREVER))

    def resume(self, time: int) -> None:
        """The watch goes on."""
        self.fill(time, FOREVER)

    def fill(self, start: int, end: int) -> None:
        """What [start, end) held is known after all."""
        halves = [half for begin, stop in self._gaps for half in ((begin, min(stop, start)), (max(begin, end), stop))]
        self._gaps = [half for half in halves if half[0] < half[1]]

    def learn(self, other: "Coverage") -> None:
        """Know what another knows: only what both missed is missing."""
        both = [(max(mine[0], its[0]), min(mine[1], its[1])) for mine in self._gaps for its in other._gaps]
        self._gaps = [gap for gap in both if gap[0] < gap[1]]

    def forget(self, before: int) -> None:
        """What came before is not kept any more."""
        if before:
            self._gaps = [(0, before), *(gap for gap in self._gaps if gap[1] > before)]


def bars_of(values: Sequence[Bar]) -> Bars:
    """Bars as arrays."""
    rows = np.array([(bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in values]).reshape(-1, 5)
    return Bars(np.array([bar.open_time for bar in values], np.int64), *np.ascontiguousarray(rows.T))
