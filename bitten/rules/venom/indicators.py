"""Indicators at the newest bar, by TA-Lib. NaN where there are too few bars."""

from math import nan

import talib

from bitten.rules.series import Bars

REGIME_PERIOD = 14
TREND_ADX = 25.0
"""Wilder's reading of his own index: above it there is a trend."""


def atr(bars: Bars, period: int = 14) -> float:
    """Average true range, a price distance."""
    return float(talib.ATR(bars.high, bars.low, bars.close, period)[-1]) if len(bars) > period else nan


def rsi(bars: Bars, period: int = 14) -> float:
    """Relative strength index, 0 to 100."""
    return float(talib.RSI(bars.close, period)[-1]) if len(bars) > period else nan


def bollinger(bars: Bars, period: int = 20, deviations: float = 2.0) -> tuple[float, float]:
    """Lower and upper Bollinger band, prices."""
    if len(bars) < period:
        return nan, nan
    upper, _, lower = talib.BBANDS(bars.close[-period:], period, deviations, deviations)
    return float(lower[-1]), float(upper[-1])


def regime(bars: Bars) -> str:
    """`trend_up`, `trend_down` or `range`: where ADX14 is at least 25, the larger directional index says which way."""
    if len(bars) <= 2 * REGIME_PERIOD:
        return "range"
    columns = (bars.high, bars.low, bars.close, REGIME_PERIOD)
    if not talib.ADX(*columns)[-1] >= TREND_ADX:
        return "range"
    return "trend_up" if talib.PLUS_DI(*columns)[-1] >= talib.MINUS_DI(*columns)[-1] else "trend_down"
