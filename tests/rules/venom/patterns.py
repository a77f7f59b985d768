"""Patterns for tests of the engine: plug-ins like a user's own."""

from collections.abc import Callable

import attrs

from bitten.messages import Evidence, SignalKind
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import Candidate, NoSignal, Plan, Trigger
from bitten.units import Direction


@attrs.define
class Says:
    """Finds the same thing at every bar (or tick)."""

    name: str
    score: float = 70.0
    direction: Direction = Direction.BUY
    trigger: Trigger = "bar"
    kind: SignalKind = SignalKind.RAPID_ASSAULT

    def detect(self, market: MarketView) -> Candidate | NoSignal | None:
        price = market.quote.bid
        return Candidate(
            self.direction, score=self.score, plan=Plan(stop=price / 100, target=price / 100, life_ms=60_000)
        )


@attrs.define
class Does:
    """Whatever a test wants of it."""

    name: str
    detect: Callable[[MarketView], Candidate | NoSignal | None]
    trigger: Trigger = "bar"
    kind: SignalKind = SignalKind.RAPID_ASSAULT


class Witness:
    """Puts what it saw into its evidence, so that equal signals mean equal views."""

    name = "WITNESS"
    kind = SignalKind.PRECISION_STRIKE
    trigger: Trigger = "bar"

    def detect(self, market: MarketView) -> Candidate | NoSignal | None:
        up = market.m5.close[-1] >= market.m5.open[-1]
        saw = {"atr": market.atr, "rsi": market.rsi, "bid": market.quote.bid, "sum": float(market.m5.close.sum())}
        return Candidate(
            Direction.BUY if up else Direction.SELL,
            score=50 + market.rsi / 3,
            evidence=tuple(Evidence(what=what, bar_time=len(market.m5), price=price) for what, price in saw.items()),
        )


class NotAPattern:
    """It has no detect()."""

    name = "NOT"
