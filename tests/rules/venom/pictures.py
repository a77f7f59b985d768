"""The pictures of docs/signals.md: each pattern's bars as its tests draw them, and what it makes of them.

    python -m tests.rules.venom.pictures

draws them anew. A picture carries the digest of what it shows, which a test holds against the pattern of today.
"""

from collections.abc import Sequence
from hashlib import sha256
from math import isfinite
from pathlib import Path

import attrs
import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bitten.rules.series import Bars
from bitten.rules.venom import indicators
from bitten.rules.venom.band_fade import BandFade
from bitten.rules.venom.fair_value_gap_fill import FairValueGapFill
from bitten.rules.venom.liquidity_sweep_reversal import LiquiditySweepReversal
from bitten.rules.venom.momentum_burst import MomentumBurst
from bitten.rules.venom.order_block_bounce import OrderBlockBounce
from bitten.rules.venom.pattern import Candidate, Pattern
from bitten.rules.venom.sweep_return import SweepReturn
from bitten.rules.venom.vcb_breakout import VcbBreakout
from examples.inside_bar import InsideBar
from tests.examples import test_inside_bar as inside_bar
from tests.rules.venom import test_band_fade as band_fade
from tests.rules.venom import test_fair_value_gap_fill as fair_value_gap_fill
from tests.rules.venom import test_liquidity_sweep_reversal as liquidity_sweep_reversal
from tests.rules.venom import test_momentum_burst as momentum_burst
from tests.rules.venom import test_order_block_bounce as order_block_bounce
from tests.rules.venom import test_sweep_return as sweep_return
from tests.rules.venom import test_vcb_breakout as vcb_breakout
from tests.rules.venom.drawn import Row, drawn, seen

FOLDER = Path(__file__).parents[3] / "docs" / "pictures"
_SHOWN = 36
"""Bars of a picture: what came before is quiet."""
_UP, _DOWN, _LEVEL, _BAND, _SIGNAL = "#2a9d8f", "#e76f51", "#264653", "#8d99ae", "#1d3557"


@attrs.frozen
class Picture:
    """Bars that must fire."""

    pattern: Pattern
    rows: Sequence[Row]
    bands: bool = False
    """Its rule speaks of Bollinger bands."""
    channel: bool = False
    """And of a Keltner channel."""

    @property
    def path(self) -> Path:
        """The file."""
        return FOLDER / f"{self.pattern.name.lower()}.svg"

    def found(self) -> Candidate:
        """What the pattern makes of them."""
        answer = self.pattern.detect(seen(drawn(self.rows)))
        assert isinstance(answer, Candidate), self.pattern.name
        return answer

    def digest(self) -> str:
        """Of all that is shown."""
        found = self.found()
        levels = [(each.what, each.bar_time, round(each.price, 6)) for each in found.evidence]
        told = repr((list(self.rows), found.direction.value, round(found.score, 1), levels))
        return sha256(told.encode()).hexdigest()


PICTURES = (
    Picture(LiquiditySweepReversal(), liquidity_sweep_reversal.market()),
    Picture(OrderBlockBounce(), order_block_bounce.market(order_block_bounce.AWAY)),
    Picture(FairValueGapFill(), fair_value_gap_fill.market(fair_value_gap_fill.LEFT, fair_value_gap_fill.BACK)),
    Picture(SweepReturn(), sweep_return.market(sweep_return.GOOD)),
    Picture(VcbBreakout(), vcb_breakout.market(2.01), bands=True, channel=True),
    Picture(MomentumBurst(), momentum_burst.market()),
    Picture(BandFade(), [*band_fade.CLIMB, band_fade.BEYOND], bands=True),
    Picture(InsideBar(), [*inside_bar.WARM, inside_bar.MOTHER, inside_bar.INSIDE, inside_bar.BREAK]),
)


def draw(picture: Picture, path: Path) -> None:
    """Draw a picture. The same bars give the same file."""
    bars, found = drawn(picture.rows), picture.found()
    with mpl.rc_context({"svg.hashsalt": "bitten", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(7.2, 3.4), layout="constrained")
        price, volume = figure.subplots(2, 1, sharex=True, height_ratios=(5, 1))
        first = max(0, len(bars) - _SHOWN)
        _candles(price, bars, first)
        if picture.bands:
            _bands(price, bars, first, picture.channel)
        _evidence(price, bars, first, found)
        volume.bar(range(first, len(bars)), bars.volume[first:], width=0.6, color=_BAND)
        volume.set_ylabel("ticks")
        price.set_ylabel("pips")
        price.set_title(f"{picture.pattern.name}: {found.direction}, score {found.score:.0f}", loc="left")
        volume.set_xlabel("bars of M5, the newest has just closed")
        for axes in (price, volume):
            axes.spines[["top", "right"]].set_visible(False)
            axes.set_xticks([])
        about = {"Date": None, "Title": picture.pattern.name, "Description": picture.digest()}
        figure.savefig(path, format="svg", metadata=about)


def _pips(prices: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return (np.asarray(prices, np.float64) - 1.1) / 0.0001


def _candles(axes: Axes, bars: Bars, first: int) -> None:
    opens, highs, lows, closes = (_pips(each[first:]) for each in (bars.open, bars.high, bars.low, bars.close))
    places = np.arange(first, len(bars))
    colours = [_UP if up else _DOWN for up in closes >= opens]
    axes.vlines(places, lows, highs, colors=colours, linewidth=1)
    heights = np.maximum(np.abs(closes - opens), 0.15)  # A bar that closed where it opened shows a line.
    axes.bar(places, heights, width=0.6, bottom=np.minimum(opens, closes), color=colours)


def _bands(axes: Axes, bars: Bars, first: int, channel: bool) -> None:
    places = range(max(first, 21), len(bars))
    known = [bars.until(place + 1) for place in places]
    lower, upper = zip(*(indicators.bollinger(each) for each in known), strict=True)
    for edge in (lower, upper):
        axes.plot(places, _pips(edge), color=_BAND, linewidth=1.2)
    axes.annotate("Bollinger", (places[0], _pips(lower)[0]), (0, -10), textcoords="offset points", color=_BAND)
    if channel:
        middle = np.array([float(each.close[-20:].mean()) for each in known])
        reach = 1.5 * np.array([indicators.atr(each, 20) for each in known])
        for side in (middle - reach, middle + reach):
            axes.plot(places, _pips(side), color=_BAND, linewidth=1.2, linestyle=":")
        axes.annotate("Keltner", (places[0], _pips(middle + reach)[0]), (0, 3), textcoords="offset points", color=_BAND)


def _evidence(axes: Axes, bars: Bars, first: int, found: Candidate) -> None:
    last = len(bars) - 1
    for each in found.evidence:
        place = int(np.searchsorted(bars.time, each.bar_time))
        level = float(_pips(each.price))
        assert isfinite(level)
        axes.plot([max(place, first), last + 3], [level, level], color=_LEVEL, linewidth=0.9, linestyle="--")
        axes.annotate(each.what, (last + 3.2, level), va="center", color=_LEVEL)
    sign, close = found.direction.sign, float(_pips(bars.close[-1]))
    axes.annotate(
        "",
        (last + 1.5, close + 7 * sign),
        (last + 1.5, close),
        arrowprops={"arrowstyle": "-|>", "color": _SIGNAL, "linewidth": 1.8},
    )
    axes.set_xlim(first - 1, last + 7)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for one in PICTURES:
        draw(one, one.path)
        print(one.path, one.path.stat().st_size)
