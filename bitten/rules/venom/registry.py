"""Which patterns there are, by the names that the configuration uses."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bitten.errors import ConfigError
from bitten.rules.venom.band_fade import BandFade
from bitten.rules.venom.liquidity_sweep_reversal import LiquiditySweepReversal
from bitten.rules.venom.momentum_burst import MomentumBurst
from bitten.rules.venom.pattern import Pattern, problem_with
from bitten.rules.venom.settings import VenomSettings

BUILT_IN: Mapping[str, Callable[[VenomSettings], Pattern]] = MappingProxyType(
    {
        LiquiditySweepReversal.name: lambda settings: LiquiditySweepReversal(settings.liquidity_sweep_reversal),
        MomentumBurst.name: lambda settings: MomentumBurst(settings.momentum_burst),
        BandFade.name: lambda settings: BandFade(settings.band_fade),
    }
)
"""A pattern that comes with BITTEN is added here, and its settings to `VenomSettings`."""


def build(settings: VenomSettings, resolve: Callable[[str], object]) -> tuple[Pattern, ...]:
    """The patterns in use, in the order of the configuration.

    `resolve` finds the class behind "package.module:Class" (`pkgutil.resolve_name` does); it is made without arguments.
    Raises ConfigError with a line for each name that is unknown, doubled, cannot be loaded or is no pattern.
    """
    found: dict[str, Pattern] = {}
    problems = []
    for name in settings.patterns:
        try:
            pattern = _make(name, settings, resolve)
            if pattern.name in found:
                raise ValueError(f"there is another pattern called {pattern.name}")
            found[pattern.name] = pattern
        except Exception as error:  # noqa: BLE001 - a plug-in may raise anything while it is loaded
            problems.append(f"[venom] patterns: {name!r}: {error}")
    if problems:
        raise ConfigError(problems)
    return tuple(found.values())


def _make(name: str, settings: VenomSettings, resolve: Callable[[str], object]) -> Pattern:
    if name in BUILT_IN:
        return BUILT_IN[name](settings)
    if ":" not in name:
        raise ValueError(f'must be one of {", ".join(BUILT_IN)}, or "package.module:Class"')
    factory = resolve(name)
    if not callable(factory):
        raise TypeError(f"{factory!r} is no class")
    pattern = factory()
    if problem := problem_with(pattern):
        raise TypeError(problem)
    assert isinstance(pattern, Pattern)
    return pattern
