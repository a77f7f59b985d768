"""off_session: neither London nor New York trades (outside 07–21 UTC)."""

from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points
from bitten.rules.hours import within_hours


class OffSession:
    """The rule above."""

    name = "off_session"

    def __init__(self, settings: CitadelSettings) -> None:
        self._sessions = settings.sessions
        outside = f"outside the sessions, {', '.join(settings.sessions) or 'none'} UTC"
        self._outside = Points(settings.off_session, outside)

    def judge(self, scene: Scene) -> Points | None:
        """All points or none."""
        return None if within_hours(scene.market.at, self._sessions) else self._outside
