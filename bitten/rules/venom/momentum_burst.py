"""MOMENTUM_BURST: a quiet base is left in one decided bar on volume.

                              ┌─┐      burst bar: closes at least 5 pips above the base,
                              │ │      range at least 1.3 × and volume at least 1.5 × the base's mean,
    base high ─ ─ ─ ─ ─ ─ ─ ─ │ │      body at least 60 % of its range                  → BUY
      ┌┐┌┐  ┌┐┌┐  ┌┐  ┌┐┌┐┌┐┌─┘ │
      └┘└┘└┘└┘└┘└┘└┘└┘└┘└┘└┘└┘  └─     base: the 9 bars before it, high to low at most 30 pips

SELL is the mirror image. Without a volume worth counting the pattern says `no_volume`. Score: the base, and up to 10
for the break (5 to 15 pips), 10 for the volume (1.5 to 3 ×), 8 for the body (60 to 90 %).
"""

import attrs

from bitten.messages import Evidence, SignalKind
from bitten.rules.series import Bars
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import NO_VOLUME, Candidate, NoSignal, Trigger
from bitten.rules.venom.shapes import body_share, consecutive, graded, mirrored, share
from bitten.settings import setting
from bitten.units import Direction


@attrs.frozen
class MomentumBurstSettings:
    """Thresholds of MOMENTUM_BURST."""

    base_bars: int = setting(9, "M5 bars of the base.", ge=2, le=250)
    base_pips: float = setting(30.0, "Largest height of the base.", ge=0, le=10_000)
    range_factor: float = setting(1.3, "Least range of the burst bar, times the base's mean range.", ge=0, le=100)
    body_share: float = setting(0.6, "Least part of the burst bar's range that is body.", ge=0, le=1)
    volume_factor: float = setting(1.5, "Least volume of the burst bar, times the base's mean volume.", ge=0, le=100)
    break_pips: float = setting(5.0, "Least distance of its close beyond the base.", ge=0, le=10_000)
    score_base: float = setting(65.0, "Score of a burst that only just qualifies.", ge=0, le=100)
    score_cap: float = setting(93.0, "Highest score.", ge=0, le=100)


class MomentumBurst:
    """The rule above."""

    name = "MOMENTUM_BURST"
    kind = SignalKind.RAPID_ASSAULT
    trigger: Trigger = "bar"

    def __init__(self, settings: MomentumBurstSettings | None = None) -> None:
        self._settings = settings or MomentumBurstSettings()

    def detect(self, market: MarketView) -> Candidate | NoSignal | None:
        """BUY above the base, SELL below it."""
        if not market.has_volume:
            return NO_VOLUME
        if not consecutive(market.m5, self._settings.base_bars + 1):
            return NoSignal("gap")
        return self._look(market, market.m5, Direction.BUY) or self._look(market, mirrored(market.m5), Direction.SELL)

    def _look(self, market: MarketView, bars: Bars, direction: Direction) -> Candidate | None:
        least = self._settings
        base = slice(-least.base_bars - 1, -1)
        top, bottom = float(bars.high[base].max()), float(bars.low[base].min())
        beyond = market.pips(bars.close[-1] - top)
        stretch = share(bars.high[-1] - bars.low[-1], (bars.high[base] - bars.low[base]).mean())
        volume = share(bars.volume[-1], bars.volume[base].mean())
        body = body_share(bars, -1)
        fires = (
            bars.close[-1] > bars.open[-1]
            and beyond >= least.break_pips
            and market.pips(top - bottom) <= least.base_pips
            and stretch >= least.range_factor
            and volume >= least.volume_factor
            and body >= least.body_share
        )
        if not fires:
            return None
        earned = (
            10 * graded(beyond, least.break_pips, least.break_pips + 10)
            + 10 * graded(volume, least.volume_factor, least.volume_factor + 1.5)
            + 8 * graded(body, least.body_share, least.body_share + 0.3)
        )
        sign = direction.sign  # mirrored bars carry negated prices
        evidence = (
            Evidence(what="base", bar_time=int(bars.time[base][0]), price=sign * top),
            Evidence(what="burst", bar_time=int(bars.time[-1]), price=sign * float(bars.close[-1])),
        )
        return Candidate(direction, score=min(least.score_base + earned, least.score_cap), evidence=evidence)
