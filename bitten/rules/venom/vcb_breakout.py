"""VCB_BREAKOUT: volatility contracts, and the squeeze is left by one bar on volume.

    ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─      Keltner channel: 20-bar mean, 1.5 ATR20 to either side
    ──.._                      ┌─┐           Bollinger bands (20 bars, 2 deviations): before the break narrower than
         ''──..__________..────│ │           0.8 × the channel, and narrower with each of the 3 bars up to it;
      ┌┐┌─┐┌┐  ┌┐┌┐┌┐┌┐┌┐┌┐┌┐┌─┘ │           break: closes at least 2 pips above the upper band as it was,
      └┘└─┘└┘└┘└┘└┘└┘└┘└┘└┘└┘└┘              volume at least 1.3 × the mean of the 20 bars before it    → BUY
         _..──''''''''''''────..
    ──''

SELL is the mirror image. Without a volume worth counting the pattern says `no_volume`. Score: the base, and up to 9 for
the squeeze (0.8 to 0.4 of the channel), 8 for the break (2 to 8 pips), 6 for the volume (1.3 to 2.6 ×).
"""

from itertools import pairwise

import attrs

from bitten.messages import SignalKind
from bitten.rules.series import Bars
from bitten.rules.venom import indicators
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import NO_VOLUME, Candidate, NoSignal, Trigger
from bitten.rules.venom.shapes import consecutive, evidence_of, graded, mirrored, volume_factor
from bitten.settings import setting
from bitten.units import Direction


@attrs.frozen
class VcbBreakoutSettings:
    """Thresholds of VCB_BREAKOUT."""

    period: int = setting(20, "M5 bars of the bands and of the channel.", ge=2, le=200)
    deviations: float = setting(2.0, "Standard deviations between the mean and a Bollinger band.", gt=0, le=10)
    channel_atr: float = setting(1.5, "ATR between the mean and an edge of the Keltner channel.", gt=0, le=10)
    squeeze: float = setting(0.8, "Width of the bands before the break, as a part of the channel's.", gt=0, le=10)
    contracting_bars: int = setting(3, "M5 bars with each of which the bands were narrower.", ge=1, le=50)
    break_pips: float = setting(2.0, "Least distance of the close beyond the band.", ge=0, le=10_000)
    volume_factor: float = setting(1.3, "Least volume, times the mean of the 20 bars before.", ge=0, le=100)
    score_base: float = setting(72.0, "Score of a break that only just qualifies.", ge=0, le=100)
    score_cap: float = setting(95.0, "Highest score.", ge=0, le=100)


class VcbBreakout:
    """The rule above."""

    name = "VCB_BREAKOUT"
    kind = SignalKind.PRECISION_STRIKE
    trigger: Trigger = "bar"

    def __init__(self, settings: VcbBreakoutSettings | None = None) -> None:
        self._settings = settings or VcbBreakoutSettings()

    def detect(self, market: MarketView) -> Candidate | NoSignal | None:
        """BUY above the bands, SELL below them."""
        if not market.has_volume:
            return NO_VOLUME
        if not consecutive(market.m5, self._settings.period + self._settings.contracting_bars + 1):
            return NoSignal("gap")
        tightness = self._tightness(market.m5)
        if tightness is None:
            return None
        up = self._look(market, market.m5, tightness, Direction.BUY)
        return up or self._look(market, mirrored(market.m5), tightness, Direction.SELL)

    def _tightness(self, bars: Bars) -> float | None:
        """Width of the bands before the newest bar, as a part of the channel's; None where there is no squeeze."""
        least = self._settings
        before = bars.until(len(bars) - 1)
        widths = indicators.bollinger_widths(before, least.period, least.deviations, least.contracting_bars + 1)
        channel = 2 * least.channel_atr * indicators.atr(before, least.period)
        contracting = all(later < earlier for earlier, later in pairwise(widths))
        if not (contracting and channel > 0 and widths[-1] < least.squeeze * channel):
            return None
        return widths[-1] / channel

    def _look(self, market: MarketView, bars: Bars, tightness: float, direction: Direction) -> Candidate | None:
        least, newest = self._settings, len(bars) - 1
        _, upper = indicators.bollinger(bars.until(newest), least.period, least.deviations)
        beyond, volume = market.pips(bars.close[newest] - upper), volume_factor(bars, newest)
        if beyond < least.break_pips or volume < least.volume_factor:
            return None
        earned = (
            9 * graded(-tightness, -least.squeeze, -least.squeeze / 2)
            + 8 * graded(beyond, least.break_pips, least.break_pips + 6)
            + 6 * graded(volume, least.volume_factor, least.volume_factor * 2)
        )
        evidence = evidence_of(
            bars,
            direction.sign,  # mirrored bars carry negated prices
            ("band", newest - 1, upper),
            ("break", newest, bars.close[newest]),
        )
        return Candidate(direction, score=min(least.score_base + earned, least.score_cap), evidence=evidence)
