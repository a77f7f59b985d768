"""kill_zone: the hours in which London and New York begin, 07–10 and 12–15 UTC."""

from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points
from bitten.rules.hours import within_hours


class KillZone:
    """The rule above."""

    name = "kill_zone"

    def __init__(self, settings: CitadelSettings) -> None:
        self._zones = settings.kill_zones
        self._answers = {zone: Points(settings.kill_zone, f"kill zone {zone} UTC") for zone in settings.kill_zones}

    def judge(self, scene: Scene) -> Points | None:
        """All points or none."""
        return self._answers.get(within_hours(scene.market.at, self._zones))
