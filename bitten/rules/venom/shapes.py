"""Shapes of bars that several patterns speak of. Upward forms only: for the others a pattern looks at mirrored bars."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bitten.messages import Evidence, Timeframe
from bitten.rules.series import Bars, Floats
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.indicators import KEPT

VOLUME_BARS = 20
"""M5 bars by whose mean volume a bar's is judged."""


@lru_cache(KEPT)
def mirrored(bars: Bars) -> Bars:
    """The bars upside down (prices negated), so that what holds for highs can be asked of lows."""
    return Bars(bars.time, -bars.open, -bars.low, -bars.high, -bars.close, bars.volume)


def share(part: float, whole: float) -> float:
    """`part / whole` freed from binary noise; 0 of nothing is 0."""
    return round(float(part) / float(whole), 6) if whole > 0 else 0.0


def upper_wick_share(bars: Bars, index: int) -> float:
    """The upper wick as a part of the bar's range, 0 to 1."""
    top = max(bars.open[index], bars.close[index])
    return share(bars.high[index] - top, bars.high[index] - bars.low[index])


def body_share(bars: Bars, index: int) -> float:
    """The body as a part of the bar's range, 0 to 1."""
    return share(abs(bars.close[index] - bars.open[index]), bars.high[index] - bars.low[index])


def consecutive(bars: Bars, count: int) -> bool:
    """The newest `count` M5 bars follow one another without a gap."""
    return len(bars) >= count and int(bars.time[-1] - bars.time[-count]) == (count - 1) * Timeframe.M5.ms


def adjacent(bars: Bars, first: int, last: int) -> bool:
    """The M5 bars from place `first` to `last` follow one another without a gap."""
    return int(bars.time[last] - bars.time[first]) == (last - first) * Timeframe.M5.ms


def volume_factor(bars: Bars, place: int) -> float:
    """A bar's volume, times the mean of the 20 bars before it."""
    return share(bars.volume[place], bars.volume[place - VOLUME_BARS : place].mean())


def swept_swing(market: MarketView, bars: Bars, sweep: int, lookback: int, least_pips: float) -> int | None:
    """The place of the swing high that the bar at `sweep` traded beyond and closed below again.

    It is the middle of 5 of the `lookback` bars before, and nothing traded above it before the sweep; of several the
    outermost counts.
    """
    first = max(0, sweep - lookback)
    qualified = [
        first + int(place)
        for place in unswept_peaks(bars.high[first:sweep])
        if market.pips(bars.high[sweep] - bars.high[first + place]) >= least_pips
        and bars.close[sweep] < bars.high[first + place]
    ]
    return max(qualified, key=lambda place: float(bars.high[place]), default=None)


def evidence_of(bars: Bars, sign: int, *found: tuple[str, int, float]) -> tuple[Evidence, ...]:
    """What a pattern saw: its name, the place of the bar, the price. `sign` is -1 where the bars are mirrored ones."""
    return tuple(
        Evidence(what=what, bar_time=int(bars.time[place]), price=sign * float(level)) for what, place, level in found
    )


def unswept_peaks(highs: Floats) -> NDArray[np.intp]:
    """Places of the swing highs that no later bar traded above.

    A swing is the middle of five bars: higher than the two before it, not lower than the two after it.
    """
    middle = highs[2:-2]
    peak = (middle > highs[:-4]) & (middle > highs[1:-3]) & (middle >= highs[3:-1]) & (middle >= highs[4:])
    highest_later = np.maximum.accumulate(highs[::-1])[::-1][3:-1]
    return np.flatnonzero(peak & (middle >= highest_later)) + 2


def graded(value: float, least: float, best: float) -> float:
    """How far `value` is from `least` (0) to `best` (1), clamped; 0 where there is no such way (NaN, a flat market)."""
    if not best > least:
        return 0.0
    return min(max((float(value) - least) / (best - least), 0.0), 1.0)
