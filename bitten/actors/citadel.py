"""CITADEL, the shield: judges each signal, and says why.

Receives: signals from VENOM.
Sends: verdicts to the fire router.
Journals: every verdict.
Fails as: itself alone; a shield that raises is benched.
"""

from collections.abc import Callable

import attrs
from loguru import logger

from bitten.actors.scribe import Scribe
from bitten.actors.stages import Stages
from bitten.mailbox import Bounded, Busy, Mailbox
from bitten.messages import CitadelMessage, RouterMessage, Signal
from bitten.rules.citadel import Citadel
from bitten.rules.facts import VerdictGiven
from bitten.rules.venom.context import MarketView

Market = Callable[[str, int], MarketView | None]
"""A symbol's bars and quote at the close of the M5 bar that ended at a market time; None: not known any more."""


@attrs.define(eq=False)
class CitadelActor:
    """Judges by `rules.citadel`, on the bars that VENOM keeps."""

    brain: Citadel
    router: Mailbox[RouterMessage]
    market: Market
    scribe: Scribe
    stages: Stages
    mailbox: Bounded[CitadelMessage] = attrs.field(factory=lambda: Bounded[CitadelMessage]("citadel", 1_024))

    async def run(self) -> None:
        """Judge for ever."""
        async for signal in self.mailbox:
            self._judge(signal)

    def _judge(self, signal: Signal) -> None:
        raise NotImplementedError
