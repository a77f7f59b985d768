"""off_session: neither London nor New York trades (outside 07–21 UTC)."""

from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points
from bitten.rules.hours import within_hours


class OffSession:
    """The rule above."""

    name = "off_session"

    def __init__(self, settings: CitadelSettings) -> None:
        self._points = settings.off_session
        self._sessions = settings.sessions

    def judge(self, scene: Scene) -> Points | None:
        """All points or none."""
        if within_hours(scene.market.at, self._sessions):
            return None
        return Points(self._points, f"outside the sessions, {', '.join(self._sessions) or 'none'} UTC")
