"""One timeframe of a symbol: its bars, what of it was watched, and the bar that is being built."""

import attrs

from bitten.messages import Bar, Timeframe
from bitten.rules.series import FOREVER, Coverage, Floats, Series, Times


@attrs.frozen
class Closed:
    """A bar was closed. `whole`: no part of its time went unwatched."""

    timeframe: Timeframe
    bar: Bar
    whole: bool


class Frame:
    """What `SymbolBars` keeps of one timeframe."""

    def __init__(self, timeframe: Timeframe, keep: int) -> None:
        self.timeframe = timeframe
        self.keep = keep
        self.series = Series(keep)
        self.partial: dict[int, Bar] = {}
        self.coverage = Coverage()
        self.closed = 0
        self.due = 0  # end of the bar that is being built from lower ones; 0: none is
        self.seeded_to = -1  # end of the history seen since the last interruption

    def store(self, bar: Bar, whole: bool) -> Closed:
        """Keep a bar that was closed just now."""
        if whole:
            self.series.append(bar)
            self.coverage.forget(self.series.kept_from)
        else:
            self.partial[bar.open_time] = bar
            if len(self.partial) > self.keep:
                del self.partial[min(self.partial)]
        self.closed += 1
        return Closed(self.timeframe, bar, whole)

    def whole_since(self, time: int) -> bool:
        """Nothing was missed from market time `time` on."""
        return self.coverage.whole(time, FOREVER) and not any(start >= time for start in self.partial)

    def extend(self, times: Times, values: Floats) -> None:
        """Keep whole bars that were closed just now, oldest first."""
        self.series.extend(times, values)
        self.coverage.forget(self.series.kept_from)
        self.closed += len(times)

    def between(self, start: int, end: int) -> list[Bar]:
        """Whole and partial bars that opened in [start, end), in order."""
        bars = self.series.between(start, end).values()
        if self.partial:
            bars += [bar for time, bar in self.partial.items() if start <= time < end]
            bars.sort(key=lambda bar: bar.open_time)
        return bars


def compose(lower: Frame, upper: Frame, start: int) -> Bar:
    """The bar of `upper` that began at `start`, from the bars of `lower`, of which there is at least one."""
    parts = lower.between(start, start + upper.timeframe.ms)
    return Bar(
        start,
        parts[0].open,
        max(part.high for part in parts),
        min(part.low for part in parts),
        parts[-1].close,
        sum(part.volume for part in parts),
    )
