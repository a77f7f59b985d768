"""Which patterns there are, by the names that the configuration uses."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from bitten.rules.plugins import load
from bitten.rules.venom.band_fade import BandFade
from bitten.rules.venom.fair_value_gap_fill import FairValueGapFill
from bitten.rules.venom.liquidity_sweep_reversal import LiquiditySweepReversal
from bitten.rules.venom.momentum_burst import MomentumBurst
from bitten.rules.venom.order_block_bounce import OrderBlockBounce
from bitten.rules.venom.pattern import Pattern, problem_with
from bitten.rules.venom.settings import VenomSettings
from bitten.rules.venom.sweep_return import SweepReturn
from bitten.rules.venom.vcb_breakout import VcbBreakout

BUILT_IN: Mapping[str, Callable[[VenomSettings], Pattern]] = MappingProxyType(
    {
        LiquiditySweepReversal.name: lambda settings: LiquiditySweepReversal(settings.liquidity_sweep_reversal),
        OrderBlockBounce.name: lambda settings: OrderBlockBounce(settings.order_block_bounce),
        FairValueGapFill.name: lambda settings: FairValueGapFill(settings.fair_value_gap_fill),
        SweepReturn.name: lambda settings: SweepReturn(settings.sweep_return),
        VcbBreakout.name: lambda settings: VcbBreakout(settings.vcb_breakout),
        MomentumBurst.name: lambda settings: MomentumBurst(settings.momentum_burst),
        BandFade.name: lambda settings: BandFade(settings.band_fade),
    }
)
"""A pattern that comes with BITTEN is added here, and its settings to `VenomSettings`."""


def build(settings: VenomSettings, resolve: Callable[[str], object]) -> tuple[Pattern, ...]:
    """The patterns in use, in the order of the configuration. Raises ConfigError; see `rules.plugins.load`."""
    built_in = {name: partial(make, settings) for name, make in BUILT_IN.items()}
    return load("[venom] patterns", settings.patterns, built_in, _accept, resolve)


def _accept(made: object) -> Pattern:
    if problem := problem_with(made):
        raise TypeError(problem)
    assert isinstance(made, Pattern)
    return made
