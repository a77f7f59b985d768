"""Indicators at the newest bar, by TA-Lib. NaN where there are too few bars.

Between two closes a series shows the same `Bars`, and what was computed of it once is kept: a tick's signal must not
wait for the same arithmetic again.
"""

from functools import lru_cache
from math import nan

import talib

from bitten.rules.series import Bars

KEPT = 1_024
"""Results kept of each indicator: a few timeframes of each symbol."""
REGIME_PERIOD = 14
TREND_ADX = 25.0
"""Wilder's reading of his own index: above it there is a trend."""


@lru_cache(KEPT)
def atr(bars: Bars, period: int = 14) -> float:
    """Average true range, a price distance."""
    return float(talib.ATR(bars.high, bars.low, bars.close, period)[-1]) if len(bars) > period else nan


@lru_cache(KEPT)
def rsi(bars: Bars, period: int = 14) -> float:
    """Relative strength index, 0 to 100."""
    return float(talib.RSI(bars.close, period)[-1]) if len(bars) > period else nan


def bollinger(bars: Bars, period: int = 20, deviations: float = 2.0) -> tuple[float, float]:
    """Lower and upper Bollinger band, prices."""
    if len(bars) < period:
        return nan, nan
    upper, _, lower = talib.BBANDS(bars.close[-period:], period, deviations, deviations)
    return float(lower[-1]), float(upper[-1])


def bollinger_widths(bars: Bars, period: int, deviations: float, count: int) -> tuple[float, ...]:
    """Upper minus lower Bollinger band at each of the newest `count` bars, oldest first, price distances."""
    upper, _, lower = talib.BBANDS(bars.close[-period - count + 1 :], period, deviations, deviations)
    return tuple((upper - lower)[-count:].tolist())


@lru_cache(KEPT)
def regime(bars: Bars) -> str:
    """`trend_up`, `trend_down` or `range`: where ADX14 is at least 25, the larger directional index says which way."""
    if len(bars) <= 2 * REGIME_PERIOD:
        return "range"
    columns = (bars.high, bars.low, bars.close, REGIME_PERIOD)
    if not talib.ADX(*columns)[-1] >= TREND_ADX:
        return "range"
    return "trend_up" if talib.PLUS_DI(*columns)[-1] >= talib.MINUS_DI(*columns)[-1] else "trend_down"


@lru_cache(KEPT)
def above_ema(bars: Bars, period: int) -> float:
    """The newest close minus the exponential moving average, a price distance."""
    return float(bars.close[-1] - talib.EMA(bars.close, period)[-1])


def atr_rank(bars: Bars, period: int) -> float:
    """How much of the earlier average true ranges the newest one is above, in %; needs `period` + 2 bars."""
    *earlier, newest = talib.ATR(bars.high, bars.low, bars.close, period)[period:].tolist()
    return float(sum(each < newest for each in earlier) / len(earlier) * 100)
