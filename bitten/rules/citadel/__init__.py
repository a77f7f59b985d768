"""CITADEL: what speaks for and against a signal, what follows for its size, and who decides that: the shields."""

from bitten.rules.citadel.calendar import Calendar
from bitten.rules.citadel.engine import Citadel
from bitten.rules.citadel.newsroom import Newsroom
from bitten.rules.citadel.registry import BUILT_IN, build
from bitten.rules.citadel.scene import Scene, SourceQuote, scene_of
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Conflicts, Points, Shield, Veto
from bitten.rules.citadel.throttle import Ease, Throttle

__all__ = [
    "BUILT_IN",
    "Calendar",
    "Citadel",
    "CitadelSettings",
    "Conflicts",
    "Ease",
    "Newsroom",
    "Points",
    "Scene",
    "Shield",
    "SourceQuote",
    "Throttle",
    "Veto",
    "build",
    "scene_of",
]
