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

from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np

from bitten.messages import Conflict, Signal, Timeframe
from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Conflicts
from bitten.rules.series import Bars, Floats
from bitten.rules.venom.indicators import KEPT

_NOISE = 1e-12
"""Of binary fractions: returns that differ by no more are all the same."""


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
        found = tuple(self._conflicts(scene.signal, scene.all_bars(self._frame)))
        return Conflicts(found) if found else None

    def _conflicts(self, signal: Signal, all_bars: Mapping[str, Bars]) -> Iterator[Conflict]:
        if self._own:
            sentence = f"{signal.direction} {signal.symbol} is the same bet again"
            yield Conflict(symbol=signal.symbol, direction=signal.direction, sentence=sentence)
        mine = all_bars.get(signal.symbol)
        if mine is None:
            return
        for symbol in sorted(all_bars.keys() - {signal.symbol}):
            measured = correlation(mine, all_bars[symbol], self._bars, self._least)
            if measured is None or abs(measured[0]) < self._least_r:
                continue
            r, count = measured
            direction = signal.direction if r > 0 else signal.direction.opposite
            sentence = f"{direction} {symbol} is the same bet: r = {r:+.2f} over {count} returns of {self._frame}"
            yield Conflict(symbol=symbol, direction=direction, sentence=sentence)


@lru_cache(KEPT)
def correlation(one: Bars, other: Bars, most: int, least: int) -> tuple[float, int] | None:
    """r of the returns of two symbols between the bars that both have, and how many these are.

    None for fewer than `least`, or where one of the two did not move.
    """
    first, second = one.time[-most - 1 :], other.time[-most - 1 :]
    if len(first) == len(second) and (first == second).all():
        mine, its = _shape(one, most), _shape(other, most)  # as it mostly is; the hub has a fire to send
    else:
        _, places, others = np.intersect1d(one.time, other.time, assume_unique=True, return_indices=True)
        mine = _shape_of(one.close[places[-most - 1 :]])
        its = _shape_of(other.close[others[-most - 1 :]])
    if mine is None or its is None or len(mine) < least:
        return None
    return round(min(max(float(mine @ its), -1.0), 1.0), 6), len(mine)


@lru_cache(KEPT)
def _shape(bars: Bars, most: int) -> Floats | None:
    return _shape_of(bars.close[-most - 1 :])


def _shape_of(closes: Floats) -> Floats | None:
    """Returns without their mean and of length 1, so that r is the product of two; None where nothing moved."""
    returns = np.diff(np.log(closes))
    if not returns.any():
        return None
    apart = returns - returns.mean()
    length = float(np.sqrt(apart @ apart))
    return apart / length if length > _NOISE else None
