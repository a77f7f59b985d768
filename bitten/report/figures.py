"""The figures of a run, counted by libraries: scipy for intervals, empyrical for what the account went through."""

from collections.abc import Sequence

import attrs
import empyrical
import numpy as np
import pandas as pd
from scipy import stats

from bitten.report.gathering import Point, Trade

CONFIDENCE = 0.95
FEW = 30
"""Trades below which a mean says next to nothing."""
DAYS = 20
"""Of returns, from which on a ratio of them is shown."""
BAND = 10
"""Points of score in a band of the calibration curve."""


@attrs.frozen(kw_only=True)
class Figures:
    """Of one user's closed trades and account. None: there are too few to say."""

    user: str
    trades: int
    """Closed."""
    open: int
    won: int
    win_rate: tuple[float, float, float] | None
    """With its interval of 95 % (Wilson)."""
    mean_r: tuple[float, float, float] | None
    """With its interval of 95 % (Student)."""
    gross: float
    commission: float
    swap: float
    slippage: float
    net: float
    profit_factor: float | None
    """What the winners won over what the losers lost."""
    max_drawdown: float | None
    """Of the equity, a fraction, zero or below."""
    sharpe: float | None
    """Of daily returns, for a year."""
    sortino: float | None


def figures(user: str, trades: Sequence[Trade], equity: Sequence[Point]) -> Figures:
    """Of one user."""
    closed = [each for each in trades if each.closed]
    nets = np.array([each.net for each in closed])
    results = np.array([each.r for each in closed if each.r is not None])
    won, lost = float(nets[nets > 0].sum()), float(-nets[nets < 0].sum())
    returns = _daily(equity)
    long = len(returns) >= DAYS
    return Figures(
        user=user,
        trades=len(closed),
        open=len(trades) - len(closed),
        won=int((nets > 0).sum()),
        win_rate=proportion(int((nets > 0).sum()), len(closed)),
        mean_r=_mean(results),
        gross=float(sum(each.gross for each in trades)),
        commission=float(sum(each.commission for each in trades)),
        swap=float(sum(each.swap for each in trades)),
        slippage=float(sum(each.slippage for each in trades)),
        net=float(sum(each.net for each in trades)),
        profit_factor=won / lost if lost else None,
        max_drawdown=float(drawdown(equity).min()) if equity else None,
        sharpe=float(empyrical.sharpe_ratio(returns)) if long else None,
        sortino=float(empyrical.sortino_ratio(returns)) if long else None,
    )


def proportion(hits: int, count: int) -> tuple[float, float, float] | None:
    """A rate and its interval (Wilson's score)."""
    if not count:
        return None
    interval = stats.binomtest(hits, count).proportion_ci(CONFIDENCE, method="wilson")
    return hits / count, float(interval.low), float(interval.high)


def drawdown(equity: Sequence[Point]) -> "pd.Series[float]":
    """How far the equity is below its highest so far, a fraction, by time."""
    money = _series(equity)
    return money / money.cummax() - 1.0


def _mean(results: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> tuple[float, float, float] | None:
    if len(results) < 2:
        return None
    mean, error = float(results.mean()), float(stats.sem(results))
    if not error:
        return mean, mean, mean
    low, high = stats.t.interval(CONFIDENCE, len(results) - 1, loc=mean, scale=error)
    return mean, float(low), float(high)


def _series(equity: Sequence[Point]) -> "pd.Series[float]":
    times = pd.to_datetime([each.time for each in equity], unit="ms", utc=True)
    return pd.Series([each.equity for each in equity], index=times, dtype=float)


def _daily(equity: Sequence[Point]) -> "pd.Series[float]":
    return _series(equity).resample("1D").last().dropna().pct_change().dropna()
