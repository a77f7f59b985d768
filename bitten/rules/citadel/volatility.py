"""volatility: ATR14 of M5 is at or above the 95th percentile of its own recent values (a day's, about)."""

from functools import lru_cache

from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points
from bitten.rules.series import Bars
from bitten.rules.venom.indicators import KEPT, atr_rank

_PERIOD = 14


class Volatility:
    """The rule above."""

    name = "volatility"

    def __init__(self, settings: CitadelSettings) -> None:
        self._points = settings.volatility
        self._percentile = settings.volatility_percentile
        self._least = settings.volatility_bars

    def judge(self, scene: Scene) -> Points | None:
        """All points or none; nothing to say with too few values to compare."""
        return _extreme(scene.market.m5, self._least, self._percentile, self._points)


@lru_cache(KEPT)
def _extreme(bars: Bars, least: int, percentile: float, points: float) -> Points | None:
    """Of closed bars alone: between two closes it stays what it is."""
    if len(bars) < _PERIOD + least:
        return None
    rank = atr_rank(bars, _PERIOD)
    if rank < percentile:
        return None
    return Points(points, f"volatility is extreme: ATR14 is above {rank:.0f} % of its recent values")
