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
        nearest = scene.next_swing(Timeframe.M5)
        if nearest > self._pips:
            return None
        return Points(self._points, f"an unswept swing waits {nearest:.1f} pips beyond the entry")
