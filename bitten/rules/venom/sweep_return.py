"""SWEEP_RETURN: in a kill zone one bar takes the stops beyond a swing and is back before it closes.

    swing high ───┬───────────────┬───── level
                ┌─┤               │         the newest M5 bar: high at least 3 pips beyond the level,
              ┌─┤ ├─┐             │         wick at least 60 % of its range,
            ──┘ └─┘ └─┐   ┌─┐   ┌─┤         close at least 2 pips back inside,
                      └───┘ └───┘ └─┐       volume at least 1.3 × the mean of the 20 bars before it  → SELL

The swing is that of LIQUIDITY_SWEEP_REVERSAL; the kill zones are the hours in which London and New York begin, of the
bar's open. BUY is the mirror image. Without a volume worth counting the pattern says `no_volume`, outside its hours
`off_hours`. Score: the base, and up to 10 for the depth of the sweep (3 to 9 pips), 8 for its wick (60 to 90 %), 8 for
the volume (1.3 to 2.6 ×).
"""

import attrs

from bitten.messages import SignalKind
from bitten.rules.hours import valid_hours, within_hours
from bitten.rules.series import Bars
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import NO_VOLUME, Candidate, NoSignal, Trigger
from bitten.rules.venom.shapes import (
    VOLUME_BARS,
    consecutive,
    evidence_of,
    graded,
    mirrored,
    swept_swing,
    upper_wick_share,
    volume_factor,
)
from bitten.settings import setting
from bitten.units import Direction


@attrs.frozen
class SweepReturnSettings:
    """Thresholds of SWEEP_RETURN."""

    hours: tuple[str, ...] = valid_hours(("07-10", "12-15"), "Kill zones: hours in UTC in which the bar may open.")
    lookback: int = setting(100, "M5 bars before the sweep in which its swing is looked for.", ge=5, le=250)
    sweep_pips: float = setting(3.0, "Least depth of the sweep beyond the swing.", ge=0, le=10_000)
    wick_share: float = setting(0.6, "Least part of the bar's range that is wick.", ge=0, le=1)
    return_pips: float = setting(2.0, "Least distance of its close inside the swing.", ge=0, le=10_000)
    volume_factor: float = setting(1.3, "Least volume, times the mean of the 20 bars before.", ge=0, le=100)
    score_base: float = setting(68.0, "Score of a return that only just qualifies.", ge=0, le=100)
    score_cap: float = setting(94.0, "Highest score.", ge=0, le=100)


class SweepReturn:
    """The rule above."""

    name = "SWEEP_RETURN"
    kind = SignalKind.RAPID_ASSAULT
    trigger: Trigger = "bar"

    def __init__(self, settings: SweepReturnSettings | None = None) -> None:
        self._settings = settings or SweepReturnSettings()

    def detect(self, market: MarketView) -> Candidate | NoSignal | None:
        """SELL after a swept high, BUY after a swept low."""
        bars = market.m5
        if not market.has_volume:
            return NO_VOLUME
        if not consecutive(bars, VOLUME_BARS + 1):
            return NoSignal("gap")
        if not within_hours(int(bars.time[-1]), self._settings.hours):
            return NoSignal("off_hours")
        return self._look(market, bars, Direction.SELL) or self._look(market, mirrored(bars), Direction.BUY)

    def _look(self, market: MarketView, bars: Bars, direction: Direction) -> Candidate | None:
        least, newest = self._settings, len(bars) - 1
        wick, volume = upper_wick_share(bars, newest), volume_factor(bars, newest)
        if wick < least.wick_share or volume < least.volume_factor:
            return None
        swing = swept_swing(market, bars, newest, least.lookback, least.sweep_pips)
        if swing is None or market.pips(bars.high[swing] - bars.close[newest]) < least.return_pips:
            return None
        earned = (
            10 * graded(market.pips(bars.high[newest] - bars.high[swing]), least.sweep_pips, least.sweep_pips + 6)
            + 8 * graded(wick, least.wick_share, least.wick_share + 0.3)
            + 8 * graded(volume, least.volume_factor, least.volume_factor * 2)
        )
        sign = -direction.sign  # mirrored bars carry negated prices
        evidence = evidence_of(bars, sign, ("swing", swing, bars.high[swing]), ("sweep", newest, bars.high[newest]))
        return Candidate(direction, score=min(least.score_base + earned, least.score_cap), evidence=evidence)
