"""regime: M15 is in a trend, the signal's way (`Signal.regime`, by ADX14)."""

from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points
from bitten.units import Direction

_WITH = {Direction.BUY: "up", Direction.SELL: "down"}


class Regime:
    """The rule above."""

    name = "regime"

    def __init__(self, settings: CitadelSettings) -> None:
        self._answers = {
            (f"trend_{way}", direction): Points(settings.regime, f"the regime is trend {way}")
            for direction, way in _WITH.items()
        }

    def judge(self, scene: Scene) -> Points | None:
        """All points or none."""
        return self._answers.get((scene.signal.regime, scene.signal.direction))
