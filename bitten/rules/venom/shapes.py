"""Shapes of bars that several patterns speak of. Upward forms only: for the others a pattern looks at mirrored bars."""

from functools import lru_cache

import attrs
import numpy as np
from numpy.typing import NDArray

from bitten.messages import Timeframe
from bitten.rules.series import Bars, Floats
from bitten.rules.venom.indicators import KEPT


@lru_cache(KEPT)
def mirrored(bars: Bars) -> Bars:
    """The bars upside down (prices negated), so that what holds for highs can be asked of lows."""
    return attrs.evolve(bars, open=-bars.open, high=-bars.low, low=-bars.high, close=-bars.close)


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
