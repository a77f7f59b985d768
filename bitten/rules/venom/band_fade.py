"""BAND_FADE: price stretches to a Bollinger band, is refused there, and is expected back.

    upper band ─ ─ ─ ─ ─ ─│─ ─ ─     the newest M5 bar touches the band (20 bars, 2 deviations),
                        ┌─┴─┐        at least 60 % of its range is the wick towards the band,
              ┌─┐   ┌─┐ └─┬─┘        RSI14 is at least 65                               → SELL
    ──────────┘ └───┘ └───┘

BUY is the mirror image at the lower band with RSI14 at most 35. Bands and RSI are those at the bar's close. Score: the
base, and up to 10 for RSI (15 points further), 8 for the wick (60 to 90 %), 4 for the reach beyond the band (0 to half
an ATR).
"""

import attrs

from bitten.messages import Evidence, SignalKind
from bitten.rules.series import Bars
from bitten.rules.venom import indicators
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import Candidate, NoSignal, Trigger
from bitten.rules.venom.shapes import graded, mirrored, upper_wick_share
from bitten.settings import setting
from bitten.units import Direction


@attrs.frozen
class BandFadeSettings:
    """Thresholds of BAND_FADE."""

    period: int = setting(20, "M5 bars of the Bollinger bands.", ge=2, le=250)
    deviations: float = setting(2.0, "Standard deviations between the mean and a band.", gt=0, le=10)
    rsi_high: float = setting(65.0, "Least RSI14 at the upper band.", ge=50, le=99)
    rsi_low: float = setting(35.0, "Highest RSI14 at the lower band.", ge=1, le=50)
    wick_share: float = setting(0.6, "Least part of the bar's range that is wick towards the band.", ge=0, le=1)
    score_base: float = setting(70.0, "Score of a touch that only just qualifies.", ge=0, le=100)
    score_cap: float = setting(92.0, "Highest score.", ge=0, le=100)


class BandFade:
    """The rule above."""

    name = "BAND_FADE"
    kind = SignalKind.RAPID_ASSAULT
    trigger: Trigger = "bar"

    def __init__(self, settings: BandFadeSettings | None = None) -> None:
        self._settings = settings or BandFadeSettings()

    def detect(self, market: MarketView) -> Candidate | NoSignal | None:
        """SELL at the upper band, BUY at the lower one."""
        least, bars = self._settings, market.m5
        # The wick is the cheapest to look at, and most bars have none.
        if not len(bars) or max(upper_wick_share(bars, -1), upper_wick_share(mirrored(bars), -1)) < least.wick_share:
            return None
        lower, upper = indicators.bollinger(bars, least.period, least.deviations)
        if market.rsi >= least.rsi_high and market.m5.high[-1] >= upper:
            return self._fade(market, market.m5, upper, market.rsi - least.rsi_high, Direction.SELL)
        if market.rsi <= least.rsi_low and market.m5.low[-1] <= lower:
            return self._fade(market, mirrored(market.m5), -lower, least.rsi_low - market.rsi, Direction.BUY)
        return None

    def _fade(
        self, market: MarketView, bars: Bars, band: float, stretch: float, direction: Direction
    ) -> Candidate | None:
        least = self._settings
        wick = upper_wick_share(bars, -1)
        if wick < least.wick_share:
            return None
        earned = (
            10 * graded(stretch, 0, 15)
            + 8 * graded(wick, least.wick_share, least.wick_share + 0.3)
            + 4 * graded(bars.high[-1] - band, 0, market.atr / 2)
        )
        sign = -direction.sign  # mirrored bars carry negated prices
        time = int(bars.time[-1])
        evidence = (
            Evidence(what="band", bar_time=time, price=sign * band),
            Evidence(what="touch", bar_time=time, price=sign * float(bars.high[-1])),
        )
        return Candidate(direction, score=min(least.score_base + earned, least.score_cap), evidence=evidence)
