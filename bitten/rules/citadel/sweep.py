"""sweep: stops behind the signal were taken just now, and price came back.

For a BUY: within the last 3 M5 bars one traded at least 3 pips below a swing low of the 100 bars before it that nothing
had traded below, and closed above it again; the newest close is above it too. A SELL is the mirror image.
"""

from functools import lru_cache

from bitten.rules.citadel.scene import SWING_BARS, Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points
from bitten.rules.series import Bars
from bitten.rules.venom.indicators import KEPT
from bitten.rules.venom.shapes import mirrored, unswept_peaks
from bitten.units import Direction


class Sweep:
    """The rule above."""

    name = "sweep"

    def __init__(self, settings: CitadelSettings) -> None:
        self._points = settings.sweep
        self._bars = settings.sweep_bars
        self._pips = settings.sweep_pips

    def judge(self, scene: Scene) -> Points | None:
        """All points or none."""
        market, buys = scene.market, scene.signal.direction is Direction.BUY
        found = _swept(market.m5, buys, market.pip, self._bars, self._pips)
        if found is None:
            return None
        ago, pips = found
        when = "bar" if ago == 1 else f"{ago} bars"
        return Points(self._points, f"a swing was swept by {pips:.1f} pips within the last {when}")


@lru_cache(KEPT)
def _swept(closed: Bars, turned: bool, pip: float, most_ago: int, least_pips: float) -> tuple[int, float] | None:
    """How many bars ago a swing high was swept, a low if `turned`, and by how many pips at most."""
    bars = mirrored(closed) if turned else closed
    for ago in range(1, min(most_ago, len(bars) - 1) + 1):
        place = len(bars) - ago
        high, inside = bars.high[place], max(bars.close[place], bars.close[-1])
        if _pips(high - inside, pip) < least_pips:
            continue  # a swept level lies between the two, so this bar swept none; asked first because it is cheap
        before = bars.high[max(0, place - SWING_BARS) : place]
        depths = [_pips(high - level, pip) for level in before[unswept_peaks(before)] if inside < level]
        if depths and max(depths) >= least_pips:
            return ago, max(depths)
    return None


def _pips(distance: float, pip: float) -> float:
    return round(float(distance) / pip, 6)
