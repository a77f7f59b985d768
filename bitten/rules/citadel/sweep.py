"""sweep: stops behind the signal were taken just now, and price came back.

For a BUY: within the last 3 M5 bars one traded at least 3 pips below a swing low of the 100 bars before it that nothing
had traded below, and closed above it again; the newest close is above it too. A SELL is the mirror image.
"""

from bitten.rules.citadel.scene import SWING_BARS, Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points
from bitten.rules.venom.shapes import unswept_peaks


class Sweep:
    """The rule above."""

    name = "sweep"

    def __init__(self, settings: CitadelSettings) -> None:
        self._points = settings.sweep
        self._bars = settings.sweep_bars
        self._pips = settings.sweep_pips

    def judge(self, scene: Scene) -> Points | None:
        """All points or none."""
        bars = scene.behind_up(scene.market.m5)
        for ago in range(1, min(self._bars, len(bars) - 1) + 1):
            place = len(bars) - ago
            inside = max(bars.close[place], bars.close[-1])
            if scene.market.pips(bars.high[place] - inside) < self._pips:
                continue  # a swept level lies between the two, so this bar swept none; asked first because it is cheap
            before = bars.high[max(0, place - SWING_BARS) : place]
            depths = [
                scene.market.pips(bars.high[place] - level) for level in before[unswept_peaks(before)] if inside < level
            ]
            if depths and max(depths) >= self._pips:
                when = "bar" if ago == 1 else f"{ago} bars"
                return Points(self._points, f"a swing was swept by {max(depths):.1f} pips within the last {when}")
        return None
