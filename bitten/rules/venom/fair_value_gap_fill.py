"""FAIR_VALUE_GAP_FILL: three bars left a gap in which nobody traded both ways, and price comes back to it.

                 ┌─┐   ┌─┐   ┌─┐         gap: the third bar's low at least 10 pips above the first one's high,
               ┌─┤ └─┬─┘ └───┘ └─┐            body of the bar between them at least 60 % of its range;
    low 3 ─ ─ ┌┤ └───┘           └┐      price left it, and the newest bar is the first to come back within
    half ─ ─ ─││─ ─ ─ ─ ─ ─ ─ ─ ─ ┴ ─         10 pips of its half, closing above its lower end        → BUY
    high 1 ─┬─┘│─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─
          ──┘

Of several gaps the newest counts, out of the 50 bars before. SELL is the mirror image. Score: the base, and up to 8 for
the gap (10 to 25 pips), 6 for the body (60 to 90 %), 6 for how near the half was come to (10 to 0 pips).
"""

import attrs
import numpy as np

from bitten.messages import SignalKind
from bitten.rules.series import Bars
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import Candidate, NoSignal, Trigger
from bitten.rules.venom.shapes import adjacent, body_share, evidence_of, graded, mirrored
from bitten.settings import setting
from bitten.units import Direction


@attrs.frozen
class FairValueGapFillSettings:
    """Thresholds of FAIR_VALUE_GAP_FILL."""

    lookback: int = setting(50, "M5 bars before the newest in which a gap is looked for.", ge=4, le=250)
    gap_pips: float = setting(10.0, "Least height of the gap.", ge=0, le=10_000)
    body_share: float = setting(0.6, "Least part of the middle bar's range that is body.", ge=0, le=1)
    near_pips: float = setting(10.0, "Distance of the gap's half that counts as come back.", ge=0, le=10_000)
    score_base: float = setting(72.0, "Score of a fill that only just qualifies.", ge=0, le=100)
    score_cap: float = setting(92.0, "Highest score.", ge=0, le=100)


class FairValueGapFill:
    """The rule above."""

    name = "FAIR_VALUE_GAP_FILL"
    kind = SignalKind.PRECISION_STRIKE
    trigger: Trigger = "bar"

    def __init__(self, settings: FairValueGapFillSettings | None = None) -> None:
        self._settings = settings or FairValueGapFillSettings()

    def detect(self, market: MarketView) -> Candidate | NoSignal | None:
        """BUY at a gap that was left upwards, SELL at one that was left downwards."""
        return self._look(market, market.m5, Direction.BUY) or self._look(market, mirrored(market.m5), Direction.SELL)

    def _look(self, market: MarketView, bars: Bars, direction: Direction) -> Candidate | None:
        first = max(2, len(bars) - 1 - self._settings.lookback)
        # Of the height alone, and with room for the noise of binary fractions: most bars are out at once.
        heights, least_height = bars.low[first:-2] - bars.high[first - 2 : -4], self._settings.gap_pips - 0.001
        if heights.max(initial=-np.inf) < least_height * market.pip:
            return None
        high = np.flatnonzero(heights >= least_height * market.pip)
        gaps = (first + place for place in high[::-1].tolist() if self._is_gap(market, bars, first + place))
        third = next(gaps, None)
        if third is None or not self._filled(market, bars, third):
            return None
        least, newest = self._settings, len(bars) - 1
        height = market.pips(bars.low[third] - bars.high[third - 2])
        distance = abs(market.pips(bars.low[newest] - _half(bars, third)))
        earned = (
            8 * graded(height, least.gap_pips, least.gap_pips + 15)
            + 6 * graded(body_share(bars, third - 1), least.body_share, least.body_share + 0.3)
            + 6 * graded(-distance, -least.near_pips, 0)
        )
        evidence = evidence_of(
            bars,
            direction.sign,  # mirrored bars carry negated prices
            ("gap_low", third - 2, bars.high[third - 2]),
            ("gap_high", third, bars.low[third]),
            ("fill", newest, bars.low[newest]),
        )
        return Candidate(direction, score=min(least.score_base + earned, least.score_cap), evidence=evidence)

    def _is_gap(self, market: MarketView, bars: Bars, third: int) -> bool:
        """The bars up to `third` follow one another and left a gap upwards."""
        least = self._settings
        return (
            market.pips(bars.low[third] - bars.high[third - 2]) >= least.gap_pips
            and bars.close[third - 1] > bars.open[third - 1]
            and body_share(bars, third - 1) >= least.body_share
            and adjacent(bars, third - 2, third)
        )

    def _filled(self, market: MarketView, bars: Bars, third: int) -> bool:
        """Price left the gap, and comes back to its half now, for the first time."""
        half, least = _half(bars, third), self._settings.near_pips
        if not (bars.close[-1] > bars.high[third - 2] and market.pips(bars.low[-1] - half) <= least):
            return False
        near = [market.pips(low - half) <= least for low in bars.low[third + 1 :]]
        left = near.index(False) if False in near else len(near)
        back = [place for place in range(left, len(near)) if near[place]]
        return back == [len(near) - 1]


def _half(bars: Bars, third: int) -> float:
    return float(bars.low[third] + bars.high[third - 2]) / 2
