"""Patterns and shields for the tests of the actors, loaded by the live hub as an operator's own would be."""

import attrs

from bitten.messages import SignalKind
from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.shield import Points, Veto
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import Candidate, Plan, Trigger
from bitten.units import MINUTE_MS, Direction

TEN_PIPS = Plan(stop=0.001, target=0.001, life_ms=MINUTE_MS)
SIXTY_PIPS = Plan(stop=0.006, target=0.006, life_ms=MINUTE_MS)


class EveryTick:
    """Finds a BUY in every tick: ten pips to the stop and to the target, good for a minute."""

    name = "EVERY_TICK"
    kind = SignalKind.RAPID_ASSAULT
    trigger: Trigger = "tick"

    def detect(self, _market: MarketView) -> Candidate:
        return Candidate(Direction.BUY, score=90.0, plan=TEN_PIPS)


class Once:
    """Finds a BUY in its first tick, and nothing in any later one."""

    name = "ONCE"
    kind = SignalKind.RAPID_ASSAULT
    trigger: Trigger = "tick"

    def __init__(self) -> None:
        self._spoken = False

    def detect(self, _market: MarketView) -> Candidate | None:
        spoken, self._spoken = self._spoken, True
        return None if spoken else Candidate(Direction.BUY, score=90.0, plan=TEN_PIPS)


class OnceFarTarget(Once):
    """The same, with the target five times as far as the stop."""

    name = "ONCE_FAR_TARGET"

    def detect(self, market: MarketView) -> Candidate | None:
        found = super().detect(market)
        return found and attrs.evolve(found, plan=attrs.evolve(TEN_PIPS, target=0.005))


class OnceForAnHour(Once):
    """The same, and its signal stays fresh for an hour."""

    name = "ONCE_FOR_AN_HOUR"

    def detect(self, market: MarketView) -> Candidate | None:
        found = super().detect(market)
        return found and attrs.evolve(found, plan=attrs.evolve(TEN_PIPS, life_ms=60 * MINUTE_MS))


class FirstBar:
    """Finds a BUY with far levels when the first M5 bar closes, and nothing later."""

    name = "FIRST_BAR"
    kind = SignalKind.RAPID_ASSAULT
    trigger: Trigger = "bar"

    def __init__(self) -> None:
        self._spoken = False

    def detect(self, _market: MarketView) -> Candidate | None:
        spoken, self._spoken = self._spoken, True
        return None if spoken else Candidate(Direction.BUY, score=90.0, plan=SIXTY_PIPS)


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


class Doubtful:
    """Speaks against every signal."""

    name = "doubtful"

    def judge(self, _scene: Scene) -> Points:
        return Points(-3.0, "nothing is certain")


class Never:
    """Lets nothing through."""

    name = "never"

    def judge(self, _scene: Scene) -> Veto:
        return Veto("it is a bad day")


class BrokenShield:
    """Raises at every look."""

    name = "broken"

    def judge(self, _scene: Scene) -> Points:
        raise ZeroDivisionError("a plug-in's own fault")
