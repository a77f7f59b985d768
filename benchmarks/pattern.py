"""The plug-in that the latency benchmark configures into VENOM."""

from bitten.messages import SignalKind
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import Candidate, Trigger
from bitten.units import Direction


class EveryTick:
    """Finds a buy in every tick; entry, stop and target follow from the bars, as they do for any pattern."""

    name = "EVERY_TICK"
    kind = SignalKind.RAPID_ASSAULT
    trigger: Trigger = "tick"

    def detect(self, _market: MarketView) -> Candidate:
        """The same answer whatever the market looks like."""
        return Candidate(Direction.BUY, score=90.0)
