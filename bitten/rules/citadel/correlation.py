"""correlation: the signal would open once more what is open already, under another name.

Two symbols are one bet when their returns go together: r, the correlation of the returns of their M15 bars over the
last day, is 0.85 or more, or -0.85 or less. Above 0 a position of the signal's direction is the same bet, below 0 one
of the opposite direction.

    EURUSD  BUY signal       GBPUSD  r = +0.91   not beside an open BUY
                             USDCHF  r = -0.93   not beside an open SELL

Whose positions are open differs from user to user, and changes while the signal stands. So a verdict says beside what
the signal may not be fired, which is a matter of the market alone. The gate holds that to the user's account at the
moment of the fire, and denies `correlated`.
"""

from functools import lru_cache

import numpy as np

from bitten.messages import Conflict, Timeframe
from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Conflicts
from bitten.rules.series import Bars, Floats
from bitten.rules.venom.indicators import KEPT


class Correlation:
    """The rule above."""

    name = "correlation"

    def __init__(self, settings: CitadelSettings) -> None:
        self._least_r = settings.correlation
        self._frame = Timeframe(settings.correlation_timeframe)
        self._bars, self._least = settings.correlation_bars, settings.correlation_least
        self._own = settings.correlation_own_symbol

    def judge(self, scene: Scene) -> Conflicts | None:
        """What the signal may not be fired beside, by the names of the symbols."""
        signal, all_bars = scene.signal, scene.all_bars(self._frame)
        mine = all_bars.get(signal.symbol)
        found = []
        if self._own:
            sentence = f"{signal.direction} {signal.symbol} is the same bet again"
            found.append(Conflict(symbol=signal.symbol, direction=signal.direction, sentence=sentence))
        for symbol in sorted(all_bars.keys() - {signal.symbol}) if mine is not None else ():
            measured = None if mine is None else correlation(mine, all_bars[symbol], self._bars, self._least)
            if measured is None or abs(measured[0]) < self._least_r:
                continue
            r, count = measured
            direction = signal.direction if r > 0 else signal.direction.opposite
            sentence = f"{direction} {symbol} is the same bet: r = {r:+.2f} over {count} returns of {self._frame}"
            found.append(Conflict(symbol=symbol, direction=direction, sentence=sentence))
        return Conflicts(tuple(found)) if found else None


@lru_cache(KEPT)
def correlation(one: Bars, other: Bars, most: int, least: int) -> tuple[float, int] | None:
    """r of the returns of two symbols between the bars that both have, and how many these are.

    None for fewer than `least`, or where one of the two did not move.
    """
    _, mine, its = np.intersect1d(one.time, other.time, assume_unique=True, return_indices=True)
    first, second = _returns(one.close[mine[-most - 1 :]]), _returns(other.close[its[-most - 1 :]])
    if len(first) < least or not (first.any() and second.any()):
        return None
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first @ first) * (second @ second)))
    return (round(float(first @ second) / scale, 6), len(first)) if scale > 0 else None


def _returns(closes: Floats) -> Floats:
    return np.diff(np.log(closes))
