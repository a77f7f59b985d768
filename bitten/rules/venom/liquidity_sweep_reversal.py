"""LIQUIDITY_SWEEP_REVERSAL: stops beyond an old swing are taken, and price turns back.

    swing high ─────┬──────────────┬─┬──── level
                  ┌─┤              │ │       sweep bar: high at least 3 pips beyond the level,
                ┌─┤ ├─┐          ┌─┤ ├─┐     wick at least half of its range, close back inside
              ──┘ └─┘ └──────────┘ └─┘ ├─┐
                                       └─┘   next bar: closes beyond the sweep bar's close → SELL

The swing is the high of 5 M5 bars in the last 100 that nothing traded above before the sweep; of several that qualify
the outermost counts. BUY is the mirror image. Score: the base, and up to 12 for the depth of the sweep (3 to 9 pips),
12 for its wick (50 to 80 %), 11 for the distance of the turn (0 to half an ATR).
"""

import attrs

from bitten.messages import SignalKind
from bitten.rules.series import Bars
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import Candidate, NoSignal, Trigger
from bitten.rules.venom.shapes import consecutive, evidence_of, graded, mirrored, swept_swing, upper_wick_share
from bitten.settings import setting
from bitten.units import Direction


@attrs.frozen
class LiquiditySweepReversalSettings:
    """Thresholds of LIQUIDITY_SWEEP_REVERSAL."""

    lookback: int = setting(100, "M5 bars before the sweep in which its swing is looked for.", ge=5, le=250)
    sweep_pips: float = setting(3.0, "Least depth of the sweep beyond the swing.", ge=0, le=10_000)
    wick_share: float = setting(0.5, "Least part of the sweep bar's range that is wick.", ge=0, le=1)
    score_base: float = setting(55.0, "Score of a sweep that only just qualifies.", ge=0, le=100)
    score_cap: float = setting(90.0, "Highest score.", ge=0, le=100)


class LiquiditySweepReversal:
    """The rule above."""

    name = "LIQUIDITY_SWEEP_REVERSAL"
    kind = SignalKind.PRECISION_STRIKE
    trigger: Trigger = "bar"

    def __init__(self, settings: LiquiditySweepReversalSettings | None = None) -> None:
        self._settings = settings or LiquiditySweepReversalSettings()

    def detect(self, market: MarketView) -> Candidate | NoSignal | None:
        """SELL after a swept high, BUY after a swept low."""
        if not consecutive(market.m5, 2):
            return NoSignal("gap")
        return self._look(market, market.m5, Direction.SELL) or self._look(market, mirrored(market.m5), Direction.BUY)

    def _look(self, market: MarketView, bars: Bars, direction: Direction) -> Candidate | None:
        sweep, turn = len(bars) - 2, len(bars) - 1
        if not bars.close[turn] < bars.close[sweep]:
            return None
        wick = upper_wick_share(bars, sweep)
        if wick < self._settings.wick_share:
            return None
        swing = swept_swing(market, bars, sweep, self._settings.lookback, self._settings.sweep_pips)
        if swing is None:
            return None
        evidence = evidence_of(
            bars,
            -direction.sign,  # mirrored bars carry negated prices
            ("swing", swing, bars.high[swing]),
            ("sweep", sweep, bars.high[sweep]),
            ("turn", turn, bars.close[turn]),
        )
        score = self._score(market, bars, swing, wick)
        return Candidate(direction, score=score, evidence=evidence)

    def _score(self, market: MarketView, bars: Bars, swing: int, wick: float) -> float:
        least = self._settings
        depth = market.pips(bars.high[-2] - bars.high[swing])
        earned = (
            12 * graded(depth, least.sweep_pips, least.sweep_pips + 6)
            + 12 * graded(wick, least.wick_share, least.wick_share + 0.3)
            + 11 * graded(bars.close[-2] - bars.close[-1], 0, market.atr / 2)
        )
        return min(least.score_base + earned, least.score_cap)
