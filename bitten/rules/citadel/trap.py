"""trap: stops wait just beyond the entry, and price likes to turn where they were taken.

unswept swing ───┬───          of M5 in its last 100 bars,
               ┌─┤             at most 15 pips beyond the entry
entry     ─────┘ └──── →
"""

from bitten.messages import Timeframe
from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points


class Trap:
    """The rule above."""

    name = "trap"

    def __init__(self, settings: CitadelSettings) -> None:
        self._points = settings.trap
        self._pips = settings.trap_pips

    def judge(self, scene: Scene) -> Points | None:
        """All points or none; the sentence names the nearest swing."""
        distances = scene.all_ahead(scene.swings_ahead(Timeframe.M5))
        nearest = min((pips for pips in distances if 0 < pips <= self._pips), default=None)
        if nearest is None:
            return None
        return Points(self._points, f"an unswept swing waits {nearest:.1f} pips beyond the entry")
