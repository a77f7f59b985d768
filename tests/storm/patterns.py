"""What makes the storm's EAs fire: a signal whenever the cool-down allows one, now up, now down."""

from bitten.messages import SignalKind
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import Candidate, Plan, Trigger
from bitten.units import MINUTE_MS, Direction

_PLAN = Plan(stop=0.0006, target=0.0006, life_ms=10 * MINUTE_MS)
"""Six pips either way: most positions end within the storm, by stop or by target."""


class Restless:
    """BUY after an M5 bar that rose, SELL after another."""

    name = "RESTLESS"
    kind = SignalKind.RAPID_ASSAULT
    trigger: Trigger = "tick"

    def detect(self, market: MarketView) -> Candidate:
        rose = market.m5.close[-1] > market.m5.open[-1]
        return Candidate(Direction.BUY if rose else Direction.SELL, score=90.0, plan=_PLAN)
