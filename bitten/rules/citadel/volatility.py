"""volatility: ATR14 of M5 is at or above the 95th percentile of its own recent values (a day's, about)."""

from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points
from bitten.rules.venom.indicators import atr_rank

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
        bars = scene.market.m5
        if len(bars) < _PERIOD + self._least:
            return None
        rank = atr_rank(bars, _PERIOD)
        if rank < self._percentile:
            return None
        return Points(self._points, f"volatility is extreme: ATR14 is above {rank:.0f} % of its recent values")
