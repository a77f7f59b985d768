"""timeframes: M5, M15, H1 and H4 agree with the signal, or are against it.

A timeframe points up while its last close is above its EMA20, down while it is below. One with fewer than 20 bars has
no say. With more timeframes for the signal than against, each one of the surplus earns a quarter of the points; where
two or more are against it and fewer for it, they are in conflict.
"""

from functools import lru_cache

from bitten.messages import Timeframe
from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points
from bitten.rules.series import Bars
from bitten.rules.venom.context import WARM_BARS
from bitten.rules.venom.indicators import KEPT, above_ema

FRAMES = (Timeframe.M5, Timeframe.M15, Timeframe.H1, Timeframe.H4)
_IN_CONFLICT = 2


class Timeframes:
    """The rule above."""

    name = "timeframes"

    def __init__(self, settings: CitadelSettings) -> None:
        self._aligned = settings.aligned
        self._conflict = settings.conflict

    def judge(self, scene: Scene) -> Points | None:
        """Up to all points for alignment, or those of a conflict."""
        bars = tuple(map(scene.market.frames, FRAMES))
        return _agreement(bars, scene.signal.direction.sign, self._aligned, self._conflict)


@lru_cache(KEPT)
def _agreement(bars: tuple[Bars, ...], sign: int, aligned: float, conflict: float) -> Points | None:
    """Of closed bars alone: between two closes it stays what it is."""
    views = {frame: _view(each) * sign for frame, each in zip(FRAMES, bars, strict=True)}
    agree = [frame for frame, view in views.items() if view > 0]
    oppose = [frame for frame, view in views.items() if view < 0]
    if len(agree) > len(oppose):
        earned = round(aligned * (len(agree) - len(oppose)) / len(FRAMES), 2)
        return Points(earned, f"{', '.join(agree)} agree" + (f", {', '.join(oppose)} not" if oppose else ""))
    if len(oppose) >= _IN_CONFLICT and len(oppose) > len(agree):
        return Points(conflict, f"{', '.join(oppose)} are against it")
    return None


def _view(bars: Bars) -> float:
    """Above 0: it points up; below: down."""
    return above_ema(bars, WARM_BARS) if len(bars) >= WARM_BARS else 0.0
