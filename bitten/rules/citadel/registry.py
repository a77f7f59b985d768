"""Which shields there are, by the names that the configuration uses."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from bitten.rules.citadel.correlation import Correlation
from bitten.rules.citadel.disagreement import Disagreement
from bitten.rules.citadel.kill_zone import KillZone
from bitten.rules.citadel.news import Blackout, News
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
from bitten.rules.plugins import load

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
        News.name: News,
        OffSession.name: OffSession,
        Blackout.name: Blackout,
        Weekend.name: Weekend,
        Disagreement.name: Disagreement,
        Correlation.name: Correlation,
    }
)
"""A shield that comes with BITTEN is added here, and its settings to `CitadelSettings`."""


def build(settings: CitadelSettings, resolve: Callable[[str], object]) -> tuple[Shield, ...]:
    """The shields in use, in the order of the configuration. Raises ConfigError; see `rules.plugins.load`."""
    built_in = {name: partial(make, settings) for name, make in BUILT_IN.items()}
    return load("[citadel] shields", settings.shields, built_in, _accept, resolve)


def _accept(made: object) -> Shield:
    if problem := problem_with(made):
        raise TypeError(problem)
    assert isinstance(made, Shield)
    return made
