"""What an operator may steer in VENOM: `[venom]` and its tables."""

import attrs

from bitten.rules.bars import BarsSettings
from bitten.rules.venom.band_fade import BandFade, BandFadeSettings
from bitten.rules.venom.context import WARM_BARS
from bitten.rules.venom.fair_value_gap_fill import FairValueGapFill, FairValueGapFillSettings
from bitten.rules.venom.liquidity_sweep_reversal import LiquiditySweepReversal, LiquiditySweepReversalSettings
from bitten.rules.venom.momentum_burst import MomentumBurst, MomentumBurstSettings
from bitten.rules.venom.order_block_bounce import OrderBlockBounce, OrderBlockBounceSettings
from bitten.rules.venom.sweep_return import SweepReturn, SweepReturnSettings
from bitten.rules.venom.vcb_breakout import VcbBreakout, VcbBreakoutSettings
from bitten.settings import setting


@attrs.frozen
class RapidAssaultSettings:
    """How a RAPID_ASSAULT is traded."""

    stop_atr: float = setting(1.5, "Stop distance in ATR14 of M5.", gt=0, le=100)
    reward: float = setting(1.5, "Target distance in stop distances.", gt=0, le=100)
    minutes: int = setting(30, "Minutes of market time for which the signal may be fired.", ge=1, le=10_080)


@attrs.frozen
class PrecisionStrikeSettings:
    """How a PRECISION_STRIKE is traded."""

    stop_atr: float = setting(2.0, "Stop distance in ATR14 of M5.", gt=0, le=100)
    reward: float = setting(2.0, "Target distance in stop distances.", gt=0, le=100)
    minutes: int = setting(60, "Minutes of market time for which the signal may be fired.", ge=1, le=10_080)


@attrs.frozen
class VenomSettings:
    """VENOM: where ticks come from, which patterns look at them, how often a signal may come of it."""

    sources: tuple[str, ...] = setting((), "Users whose ticks make signals, best first; none: whoever comes first.")
    patterns: tuple[str, ...] = setting(
        (
            LiquiditySweepReversal.name,
            OrderBlockBounce.name,
            FairValueGapFill.name,
            SweepReturn.name,
            VcbBreakout.name,
            MomentumBurst.name,
            BandFade.name,
        ),
        'Patterns in use: built-in ones by name, your own as "file.py:Class" or "package.module:Class".',
    )
    max_symbols: int = setting(200, "Symbols for which bars are kept.", ge=1, le=10_000)
    warm_bars: int = setting(WARM_BARS, "M5 bars before which a symbol makes no signal.", ge=0, le=600)
    cool_down_s: int = setting(300, "Seconds of market time between two signals of a symbol.", ge=0, le=10**9)
    max_per_hour: int = setting(3, "Signals of a symbol in any 60 minutes of market time.", ge=0, le=10**9)
    max_tick_age_s: int = setting(60, "Seconds after which the last tick is too old to signal on.", ge=0, le=10**9)
    max_spread_pips: float = setting(3.0, "Widest spread, in pips, at which a signal is made.", ge=0, le=10**9)
    min_stop_pips: float = setting(10.0, "Least stop distance, in pips.", ge=0, le=10_000)
    calibration: str = setting(
        "", 'What `bitten calibrate --out` wrote; "" is nothing: each signal says that it is uncalibrated.'
    )
    bars: BarsSettings = attrs.Factory(BarsSettings)
    rapid_assault: RapidAssaultSettings = attrs.Factory(RapidAssaultSettings)
    precision_strike: PrecisionStrikeSettings = attrs.Factory(PrecisionStrikeSettings)
    liquidity_sweep_reversal: LiquiditySweepReversalSettings = attrs.Factory(LiquiditySweepReversalSettings)
    order_block_bounce: OrderBlockBounceSettings = attrs.Factory(OrderBlockBounceSettings)
    fair_value_gap_fill: FairValueGapFillSettings = attrs.Factory(FairValueGapFillSettings)
    sweep_return: SweepReturnSettings = attrs.Factory(SweepReturnSettings)
    vcb_breakout: VcbBreakoutSettings = attrs.Factory(VcbBreakoutSettings)
    momentum_burst: MomentumBurstSettings = attrs.Factory(MomentumBurstSettings)
    band_fade: BandFadeSettings = attrs.Factory(BandFadeSettings)
