"""VENOM, the signal engine: bars grow as ticks come, patterns look when a bar closes.

Receives: `Evaluate`, the work that a tick, a heartbeat or history made.
Sends: `Signal` to CITADEL.
Journals: every signal.
Fails as: itself alone; a pattern that raises is benched, and the bars outlive a restart.
"""

from collections.abc import Hashable

import attrs
from loguru import logger

from bitten.actors.follower import Follower
from bitten.actors.scribe import Scribe
from bitten.actors.stages import Stages
from bitten.mailbox import Busy, Latest, Mailbox
from bitten.messages import Bar, CitadelMessage, Evaluate, Signal, Timeframe
from bitten.rules.facts import SignalFound
from bitten.rules.taped import Put, nowhere
from bitten.rules.venom.engine import Venom
from bitten.units import SymbolSpec
from bitten.wire.market import Bars


def _key(work: Evaluate) -> Hashable | None:
    """Each bar's close is looked at; of ticks that wait, the newest of a symbol."""
    return work.symbol if work.trigger == "tick" else None


@attrs.define(eq=False)
class VenomActor:
    """What sessions deliver is taken at once, without a task switch; what it makes to do lies in the mailbox until
    `look`, which is to follow when all that came together is delivered.
    """

    brain: Venom
    citadel: Mailbox[CitadelMessage]
    scribe: Scribe
    stages: Stages
    follower: Follower
    tape: Put = nowhere
    mailbox: Latest[Evaluate] = attrs.field(factory=lambda: Latest("venom", 4_096, _key))

    _heard: dict[str, int] = attrs.field(factory=dict)
    """By symbol, when what made the newest work was heard."""

    def tick(self, user: str, symbol: str, time: int, bid: float, ask: float) -> None:
        """Take a quote of a session. Called for every tick received."""
        self.follower.tick(user, symbol, time, bid, ask)
        work = self.brain.tick(user, symbol, time, bid, ask)
        if self.brain.is_source(user, symbol):
            self.tape(("tick", user, symbol, time, bid, ask))
        if work is not None:
            self._ask(work)

    def heartbeat(self, user: str, market_time: int) -> None:
        """A session says what time it is in its market."""
        self.tape(("beat", user, market_time))
        for work in self.brain.heartbeat(user, market_time):
            self._ask(work)

    def seed(self, user: str, bars: Bars) -> None:
        """Take a session's history."""
        self.tape(("seed", user, bars.symbol, bars.timeframe, bars.rows))
        rows = [Bar(*row) for row in bars.rows]
        self.brain.seed(user, bars.symbol, Timeframe(bars.timeframe), rows)

    def spec(self, user: str, spec: SymbolSpec, utc_offset: int) -> None:
        """Take a symbol's conditions."""
        self.tape(("spec", user, spec, utc_offset))
        self.brain.spec(user, spec, utc_offset)

    def source_gone(self, user: str) -> None:
        """The user's session does not deliver any more."""
        self.tape(("gone", user))
        self.brain.source_gone(user)
        self.follower.brain.source_gone(user)

    def look(self) -> None:
        """Look at what was delivered."""
        self.mailbox.press()

    async def run(self) -> None:
        """Look at what there is to look at, for ever."""
        await self.mailbox.serve(self._look)

    def _look(self, work: Evaluate) -> None:
        outcome = self.brain.evaluate(work)
        self.tape(("look", work, outcome.signal))
        for crash in outcome.crashes:
            logger.error("pattern {} benched: {}", crash.pattern, crash.error)
        if outcome.signal is not None:
            self.stages.latencies.found(outcome.signal.id, self._heard.get(work.symbol, 0))
            self._found(outcome.signal)

    def _ask(self, work: Evaluate) -> None:
        if work.trigger == "bar":
            self.stages.spoke("bars", f"{work.symbol} M5")
        self._heard[work.symbol] = self.stages.latencies.heard.ns
        try:
            self.mailbox.lay(work)
        except Busy as busy:
            logger.warning("{}: {} at {} is not looked at", busy, work.symbol, work.at)

    def _found(self, signal: Signal) -> None:
        self.stages.spoke("signals", f"{signal.pattern} {signal.direction} {signal.symbol}")
        try:
            self.citadel.hand(signal)
        except Busy as busy:
            logger.warning("{}: signal {} is not judged", busy, signal.id)
        self.scribe.note("venom", SignalFound(signal=signal), then=lambda _: _log(signal))


def _log(signal: Signal) -> None:
    """Once it is in the journal: a line costs as much as a whole evaluation, and a fire may be waiting for this one."""
    logger.info(
        "signal {} {} {} at {} sl {} tp {} score {:.0f}, {} ({})",
        *(signal.pattern, signal.direction, signal.symbol, signal.entry, signal.sl, signal.tp, signal.score),
        signal.calibrated,
        signal.id,
    )
