"""Patterns for the tests of the actors, loaded by the live hub as an operator's own would be."""

from bitten.messages import SignalKind
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import Candidate, Plan, Trigger
from bitten.units import MINUTE_MS, Direction

TEN_PIPS = Plan(stop=0.001, target=0.001, life_ms=MINUTE_MS)


class EveryTick:
    """Finds a BUY in every tick: ten pips to the stop and to the target, good for a minute."""

    name = "EVERY_TICK"
    kind = SignalKind.RAPID_ASSAULT
    trigger: Trigger = "tick"

    def detect(self, _market: MarketView) -> Candidate:
        return Candidate(Direction.BUY, score=90.0, plan=TEN_PIPS)


class EveryBar:
    """Finds a BUY whenever an M5 bar closes."""

    name = "EVERY_BAR"
    kind = SignalKind.RAPID_ASSAULT
    trigger: Trigger = "bar"

    def detect(self, _market: MarketView) -> Candidate:
        return Candidate(Direction.BUY, score=90.0, plan=TEN_PIPS)


class Broken:
    """Raises at every look."""

    name = "BROKEN"
    kind = SignalKind.RAPID_ASSAULT
    trigger: Trigger = "tick"

    def detect(self, _market: MarketView) -> Candidate:
        raise ZeroDivisionError("a plug-in's own fault")
