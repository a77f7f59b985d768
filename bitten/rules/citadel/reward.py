"""reward: the target is far enough for the stop: none of the points at 1 to 1, all at 2 to 1, in proportion between."""

from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points
from bitten.rules.venom.shapes import graded


class Reward:
    """The rule above."""

    name = "reward"

    def __init__(self, settings: CitadelSettings) -> None:
        self._points = settings.reward
        self._least, self._best = settings.reward_least, settings.reward_best

    def judge(self, scene: Scene) -> Points | None:
        """Up to all points. A signal without stop or target has no reward to risk."""
        signal = scene.signal
        if not signal.tp or signal.entry == signal.sl:
            return None
        ratio = round(signal.reward_to_risk, 6)
        earned = round(self._points * graded(ratio, self._least, self._best), 2)
        return Points(earned, f"reward to risk is {ratio:.2f}") if earned else None
