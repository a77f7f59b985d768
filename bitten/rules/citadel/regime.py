"""regime: M15 is in a trend, the signal's way (`Signal.regime`, by ADX14)."""

from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points
from bitten.units import Direction

_WITH = {Direction.BUY: "trend_up", Direction.SELL: "trend_down"}


class Regime:
    """The rule above."""

    name = "regime"

    def __init__(self, settings: CitadelSettings) -> None:
        self._points = settings.regime

    def judge(self, scene: Scene) -> Points | None:
        """All points or none."""
        regime = scene.signal.regime
        if regime != _WITH[scene.signal.direction]:
            return None
        return Points(self._points, f"the regime is {regime.replace('_', ' ')}")
