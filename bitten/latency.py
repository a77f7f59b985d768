"""How long something takes: a histogram of HdrHistogram's, whose memory does not grow, to 1 %.

Recording takes about a microsecond and reading some tenths of a millisecond, so it is done where something is over, a
fire or a commit, and not for each tick; for those the time of their arrival is taken, once a burst.
"""

from collections.abc import Callable
from itertools import accumulate
from time import perf_counter_ns

import attrs
from hdrh.histogram import HdrHistogram

from bitten.wire.latency import LatencyStatus

LONGEST_US = 60_000_000
"""What took longer counts as a minute."""
BOUNDS_US = (
    *(50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000),
    *(1_000_000, 2_500_000, 5_000_000, 10_000_000),
)
"""Upper bounds of the buckets for Prometheus, which must be the same for ever."""
_DIGITS = 2


@attrs.define
class Heard:
    """When the newest burst of messages was read."""

    ns: int = 0
    """By the clock that counts latencies."""
    clock: Callable[[], int] = perf_counter_ns

    def now(self) -> None:
        """A burst was read."""
        self.ns = self.clock()


class Latency:
    """One stage's, since the hub's start."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._histogram = HdrHistogram(1, LONGEST_US, _DIGITS)
        self._sum_us = 0
        self._max_us = 0
        self._shown: LatencyStatus | None = None

    def record(self, ns: int) -> None:
        """It took so many nanoseconds."""
        us = min(max(ns // 1_000, 1), LONGEST_US)
        self._histogram.record_value(us)
        self._sum_us += us
        self._max_us = max(self._max_us, us)

    def status(self) -> LatencyStatus:
        """What was recorded."""
        if self._shown is None or self._shown.count != self._histogram.total_count:
            self._shown = self._read()
        return self._shown

    def _read(self) -> LatencyStatus:
        histogram, count = self._histogram, int(self._histogram.total_count)
        at = histogram.get_percentile_to_value_dict([50.0, 99.0]) if count else {}
        upto = list(accumulate(histogram.counts))
        ends = [histogram.get_counts_array_index(bound) for bound in BOUNDS_US]
        return LatencyStatus(
            name=self.name,
            count=count,
            p50_us=min(at[50.0], self._max_us) if count else None,
            p99_us=min(at[99.0], self._max_us) if count else None,
            max_us=self._max_us if count else None,
            sum_us=self._sum_us,
            buckets={str(bound): upto[end] for bound, end in zip(BOUNDS_US, ends, strict=True)},
        )
