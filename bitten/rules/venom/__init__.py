"""VENOM: signals from bars and quotes. `engine.Venom` is the brain; a pattern is a file."""

from bitten.rules.venom.engine import Venom
from bitten.rules.venom.outcome import Crash, Outcome, Silence, VenomStatistics
from bitten.rules.venom.registry import build
from bitten.rules.venom.settings import VenomSettings

__all__ = ["Crash", "Outcome", "Silence", "Venom", "VenomSettings", "VenomStatistics", "build"]
