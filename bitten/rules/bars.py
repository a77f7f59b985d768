"""Bars M1 to H4 of a symbol's bid, from ticks and from history.

Only M1 is fed by ticks. A higher bar is made, when its time is over, from the closed bars of the frame below it, so
that no two frames can contradict each other and history repairs all of them in the same way.

Rules, where a choice had to be made:

- A bar holds the ticks with `open_time <= time < open_time + length`, UTC-aligned. It closes when market time reaches
  its end, by a later tick or by `advance`. A bar without ticks does not exist.
- A tick older than the minute that is being built is dropped and counted in `late`. One that is only out of order
  within that minute enters the range and the count, and is the open or the close if its time makes it so.
- A bar of which some time was not watched is *partial*: reported as such, kept out of every view. History replaces it;
  history never replaces a bar that was watched from end to end.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import attrs
import numpy as np

from bitten.messages import Bar, Timeframe
from bitten.rules import bulk
from bitten.rules.frame import Closed, Frame, compose
from bitten.rules.series import Bars, Floats, Times
from bitten.settings import setting
from bitten.units import HOUR_MS, MINUTE_MS

WINDOW = 300
"""Bars in a view. Fixed, because an indicator with a long memory depends on where its input begins."""
BULK_MS = 4 * HOUR_MS
"""Market time that `SymbolBars.add_all` may be given at once: with a view's bars, fewer minutes than are kept."""


@attrs.frozen
class BarsSettings:
    """How much is remembered."""

    keep: int = setting(1000, "Closed bars kept for each symbol and timeframe.", ge=600, le=100_000)


_LADDER = tuple(zip(Timeframe, list(Timeframe)[1:], strict=False))
_NOTHING: tuple[Closed, ...] = ()


class SymbolBars:
    """The bars of one symbol from one source of ticks at a time."""

    def __init__(self, settings: BarsSettings | None = None) -> None:
        keep = (settings or BarsSettings()).keep
        self._frames = {timeframe: Frame(timeframe, keep) for timeframe in Timeframe}
        self._m1 = self._frames[Timeframe.M1]
        self._floor = 0  # start of the minute that market time is in: what is older is closed
        self._fast_end = 0  # end of the M1 bar being built; 0 where the next tick needs a closer look
        self._first = self._newest = 0  # times of the oldest and the newest tick in the M1 bar being built
        self._open = self._high = self._low = self._close = 0.0
        self._count = 0  # ticks in the M1 bar being built; 0: none is being built
        self._watching = False
        self.late = 0
        """Ticks dropped because the bar they belong to is closed."""
        self.refused = 0
        """Bars of history dropped because they are off the grid, contradict themselves or are not closed."""

    @property
    def market_time(self) -> int:
        """Start of the minute that market time is in, ms; 0 before the first tick."""
        return self._floor

    @property
    def closed(self) -> Mapping[Timeframe, int]:
        """Bars closed from ticks so far, partial ones included."""
        return MappingProxyType({timeframe: frame.closed for timeframe, frame in self._frames.items()})

    def add(self, time: int, bid: float) -> tuple[Closed, ...]:
        """Take a tick; what it closed, lower timeframes first. Called for every tick received, hence so flat."""
        if self._newest <= time < self._fast_end:
            self._newest = time
            self._close = bid
            if bid > self._high:
                self._high = bid
            elif bid < self._low:
                self._low = bid
            self._count += 1
            return _NOTHING
        return self._add_with_care(time, bid)

    def add_all(self, times: Times, bids: Floats) -> list[int]:
        """Take ticks as `add` would one after the other; the ends of the M5 bars that they closed.

        Their times must not go back, nor span more than `BULK_MS`: what is kept then still holds the bars that a view
        at the first of these ends shows.
        """
        if not len(times):
            return []
        begins = np.flatnonzero(np.diff(times // MINUTE_MS, prepend=-1))
        first = int(begins[1]) if len(begins) > 1 else len(times)
        ends = self._add_each(times[:first], bids[:first])
        if first == len(times):
            return ends
        if not self._whole_since_long():
            return ends + self._add_each(times[first:], bids[first:])
        return ends + self._add_minutes(times[first:], bids[first:], begins[1:] - first)

    def advance(self, time: int) -> tuple[Closed, ...]:
        """Market time is `time`, whether or not a tick came: close what is over."""
        if time < self._floor + MINUTE_MS:
            return _NOTHING
        start, self._floor, self._fast_end = self._floor, time - time % MINUTE_MS, 0
        closed = [self._close_minute(start)] if self._count else []
        for below, above in _LADDER:
            lower, upper = self._frames[below], self._frames[above]
            if closed and closed[-1].timeframe is below and not upper.due:
                upper.due = above.open_time(closed[-1].bar.open_time) + above.ms
            if 0 < upper.due <= time:
                closed += self._close_due(lower, upper)
        return tuple(closed)

    def interrupt(self) -> None:
        """The source is gone or another takes over: until the next tick, time is not watched."""
        for frame in self._frames.values():
            frame.seeded_to = -1
            if self._watching:
                frame.coverage.lose(max(self._newest, self._floor))
        self._watching = False
        self._fast_end = 0

    def seed(self, timeframe: Timeframe, bars: Sequence[Bar]) -> None:
        """Join closed bars of the past, oldest first, in one or several parts (protocol 3.2).

        Between two interruptions there is one history: where a part begins later than the last one ended, the time in
        between is taken to have been without ticks, as a weekend is.
        """
        frame = self._frames[timeframe]
        taken = [bar for bar in bars if self._acceptable(bar, timeframe)]
        self.refused += len(bars) - len(taken)
        if not taken:
            return
        first, end = min(bar.open_time for bar in taken), max(bar.open_time for bar in taken) + timeframe.ms
        if timeframe is Timeframe.M1 and end > self._floor:
            # History holds the minute that ticks were building: theirs is partial, or it was not begun.
            self._floor, self._fast_end, self._count = end, 0, 0
        frame.series.merge(taken)
        frame.coverage.fill(frame.seeded_to if 0 <= frame.seeded_to <= first else first, end)
        frame.coverage.forget(frame.series.kept_from)
        frame.seeded_to = max(frame.seeded_to, end)
        frame.partial = {time: bar for time, bar in frame.partial.items() if not first <= time < end}
        for below, above in _LADDER:
            if above.ms > timeframe.ms:
                self._compose_missing(self._frames[below], self._frames[above])

    def view(self, timeframe: Timeframe, end: int, count: int = WINDOW) -> Bars:
        """The last `count` whole bars that had closed by market time `end`, whatever was added since."""
        return self._frames[timeframe].series.until(end - timeframe.ms, count)

    def _add_with_care(self, time: int, bid: float) -> tuple[Closed, ...]:
        if time < self._floor:
            self.late += 1
            return _NOTHING
        if not self._watching:
            self._watching = True
            for frame in self._frames.values():
                # A tick of the same minute may be older than the last one; something was missed all the same.
                frame.coverage.resume(max(time, self._newest + 1))
        closed = self.advance(time)
        if self._count == 0:
            self._open = self._high = self._low = self._close = bid
            self._first = self._newest = time
        else:
            self._enter(time, bid)
        self._count += 1
        self._fast_end = self._floor + MINUTE_MS
        return closed

    def _add_each(self, times: Times, bids: Floats) -> list[int]:
        closed = [each for time, bid in zip(times.tolist(), bids.tolist(), strict=True) for each in self.add(time, bid)]
        return [each.bar.open_time + Timeframe.M5.ms for each in closed if each.timeframe is Timeframe.M5]

    def _whole_since_long(self) -> bool:
        """A minute is being built, and nothing was missed since the oldest bar began that is not closed yet."""
        frames = self._frames.values()
        oldest = min([Timeframe.H4.open_time(self._floor), *(f.due - f.timeframe.ms for f in frames if f.due)])
        return self._count > 0 and all(frame.whole_since(oldest) for frame in frames)

    def _add_minutes(self, times: Times, bids: Floats, begins: Times) -> list[int]:
        """Close the minute that is being built, and all of these but the last one, which is being built then."""
        minutes = np.array([self._floor, *(times[begins] - times[begins] % MINUTE_MS)])
        built = (self._open, self._high, self._low, self._close, float(self._count))
        values = np.column_stack([built, bulk.minutes(bids, begins)])
        self._m1.extend(minutes[:-1], values[:, :-1])
        newest = int(times[begins[-1]])
        ends = [
            bulk.close_due(self._frames[below], self._frames[above], newest, int(minutes[0]))
            for below, above in _LADDER
        ]
        self._floor = int(minutes[-1])
        self._fast_end = self._floor + MINUTE_MS
        self._open, self._high, self._low, self._close = values[:4, -1].tolist()
        self._count = int(values[4, -1])
        self._first, self._newest = newest, int(times[-1])
        return ends[0]

    def _enter(self, time: int, bid: float) -> None:
        self._high = max(self._high, bid)
        self._low = min(self._low, bid)
        if time < self._first:
            self._first, self._open = time, bid
        if time >= self._newest:
            self._newest, self._close = time, bid

    def _close_minute(self, start: int) -> Closed:
        bar = Bar(start, self._open, self._high, self._low, self._close, float(self._count))
        self._count = 0
        return self._m1.store(bar, self._m1.coverage.whole(start, start + MINUTE_MS))

    def _close_due(self, lower: Frame, upper: Frame) -> list[Closed]:
        start, upper.due = upper.due - upper.timeframe.ms, 0
        if start <= upper.series.newest:  # history had it already
            return []
        return [upper.store(compose(lower, upper, start), lower.coverage.whole(start, start + upper.timeframe.ms))]

    def _compose_missing(self, lower: Frame, upper: Frame) -> None:
        """Make the whole bars that the frame below allows for and the frame above lacks."""
        known = set(upper.series.slice(0).time.tolist())
        times = {upper.timeframe.open_time(time) for time in (*lower.series.slice(0).time.tolist(), *lower.partial)}
        closed_to = max(self._floor, lower.series.newest + lower.timeframe.ms)
        made = []
        upper.coverage.learn(lower.coverage)
        upper.due = 0
        for start in sorted(times - known):
            if start + upper.timeframe.ms > closed_to:
                upper.due = start + upper.timeframe.ms
            elif lower.coverage.whole(start, start + upper.timeframe.ms):
                made.append(compose(lower, upper, start))
                upper.partial.pop(start, None)
        upper.series.merge(made)

    def _acceptable(self, bar: Bar, timeframe: Timeframe) -> bool:
        consistent = bar.low <= min(bar.open, bar.close) and max(bar.open, bar.close) <= bar.high
        return consistent and bar.open_time % timeframe.ms == 0 and self._closed_by_now(bar, timeframe)

    def _closed_by_now(self, bar: Bar, timeframe: Timeframe) -> bool:
        if not self._watching:
            return True
        end = bar.open_time + timeframe.ms
        if end <= self._floor:
            return True
        # Ticks may lag behind history by the minute that they are building, not by more.
        building_whole = self._count > 0 and self._m1.coverage.whole(self._floor, self._floor + MINUTE_MS)
        return end <= self._floor + MINUTE_MS and not (timeframe is Timeframe.M1 and building_whole)
