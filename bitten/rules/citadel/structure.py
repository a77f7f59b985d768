"""structure: the stop stands behind levels that have held.

    entry ─────────────
    level ──┬──────┬───     unswept swings of M15 in its last 100 bars, between entry and stop
    stop  ─────────────

Each such level earns its part of the points, two earn all.
"""

from bitten.messages import Timeframe
from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points


class Structure:
    """The rule above."""

    name = "structure"

    def __init__(self, settings: CitadelSettings) -> None:
        self._points = settings.structure
        self._enough = settings.structure_levels

    def judge(self, scene: Scene) -> Points | None:
        """Up to all points for levels between entry and stop."""
        count = scene.swings_to_stop(Timeframe.M15)
        if not count:
            return None
        earned = round(self._points * min(count / self._enough, 1.0), 2)
        return Points(earned, f"{count} level{'s' * (count > 1)} of M15 between entry and stop")
