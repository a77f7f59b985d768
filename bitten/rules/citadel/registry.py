"""Which shields there are, by the names that the configuration uses."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bitten.errors import ConfigError
from bitten.rules.citadel.kill_zone import KillZone
from bitten.rules.citadel.off_session import OffSession
from bitten.rules.citadel.regime import Regime
from bitten.rules.citadel.reward import Reward
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Shield, problem_with
from bitten.rules.citadel.structure import Structure
from bitten.rules.citadel.sweep import Sweep
from bitten.rules.citadel.timeframes import Timeframes
from bitten.rules.citadel.trap import Trap
from bitten.rules.citadel.volatility import Volatility
from bitten.rules.citadel.weekend import Weekend

BUILT_IN: Mapping[str, Callable[[CitadelSettings], Shield]] = MappingProxyType(
    {
        Structure.name: Structure,
        Sweep.name: Sweep,
        Timeframes.name: Timeframes,
        Regime.name: Regime,
        Reward.name: Reward,
        KillZone.name: KillZone,
        Trap.name: Trap,
        Volatility.name: Volatility,
        OffSession.name: OffSession,
        Weekend.name: Weekend,
    }
)
"""A shield that comes with BITTEN is added here, and its settings to `CitadelSettings`."""


def build(settings: CitadelSettings, resolve: Callable[[str], object]) -> tuple[Shield, ...]:
    """The shields in use, in the order of the configuration.

    `resolve` finds the class behind "package.module:Class" (`pkgutil.resolve_name` does); it is made without arguments.
    Raises ConfigError with a line for each name that is unknown, doubled, cannot be loaded or is no shield.
    """
    found: dict[str, Shield] = {}
    problems = []
    for name in settings.shields:
        try:
            shield = _make(name, settings, resolve)
            if shield.name in found:
                raise ValueError(f"there is another shield called {shield.name}")
            found[shield.name] = shield
        except Exception as error:  # noqa: BLE001 - a plug-in may raise anything while it is loaded
            problems.append(f"[citadel] shields: {name!r}: {error}")
    if problems:
        raise ConfigError(problems)
    return tuple(found.values())


def _make(name: str, settings: CitadelSettings, resolve: Callable[[str], object]) -> Shield:
    if name in BUILT_IN:
        return BUILT_IN[name](settings)
    if ":" not in name:
        raise ValueError(f'must be one of {", ".join(BUILT_IN)}, or "package.module:Class"')
    factory = resolve(name)
    if not callable(factory):
        raise TypeError(f"{factory!r} is no class")
    shield = factory()
    if problem := problem_with(shield):
        raise TypeError(problem)
    assert isinstance(shield, Shield)
    return shield
