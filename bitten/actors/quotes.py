"""A session's quotes on their way from the socket to VENOM: taken within the reader's own task, without a switch.

Beyond the session's allowance (protocol 8.2) a quote is counted and kept as it came. Of a burst only the newest of each
symbol is read at all: a flood costs its reader half of what it would else.
"""

from collections.abc import Callable

import attrs

from bitten.actors.countdown import Countdown
from bitten.actors.lapsed import Lapsed
from bitten.actors.neighbours import Neighbours
from bitten.actors.stages import Stage
from bitten.actors.triggers import Triggers
from bitten.errors import Malformed
from bitten.rules.session import Session as Machine
from bitten.rules.session import State
from bitten.rules.terminal import TerminalView
from bitten.units import DAY_MS
from bitten.wire.codec import Envelope, ea_on_feedback, symbol_of
from bitten.wire.market import Tick, Ticks

_LIVE = State.LIVE
"""Looked up once: a member of an enum costs a tick more than the comparison with it."""


@attrs.define(eq=False)
class Quotes:
    """One session's."""

    user: str
    machine: Machine
    view: TerminalView
    lapsed: Lapsed
    countdown: Countdown
    triggers: Triggers
    around: Neighbours
    new_day: Callable[[], None]
    """Called with the first quote of a broker's day."""
    behind: Callable[[], None]
    """Called when something waits for `catch_up`."""
    _stage: Stage = attrs.field(init=False)
    _newest: dict[str, tuple[Envelope, bytes]] = attrs.field(factory=dict)
    """By symbol, what came beyond the allowance in this burst."""

    def __attrs_post_init__(self) -> None:
        self._stage = self.around.stages.stage("ticks")

    def take(self, envelope: Envelope, raw: bytes, now: int) -> bool:
        """The short way of a live session's tick. False: it must go the long one."""
        machine, stage = self.machine, self._stage
        if machine.state is not _LIVE:
            return False
        try:
            if machine.allowance.admit(now):
                tick = ea_on_feedback.decode(raw, envelope)
                if not isinstance(tick, Tick):
                    return False
                self._quote(tick.symbol, tick.bid, tick.ask, tick.time, now, True)
            else:
                self._keep(envelope, raw)
        except Malformed:
            return False
        machine.touch(now)
        stage.at = now
        stage.count += 1
        return True

    def see(self, message: Tick | Ticks, now: int) -> None:
        """Quotes that have come the long way."""
        self._stage.at = now
        admitted = self.machine.allowance.admit(now)
        rows = message.rows if isinstance(message, Ticks) else ((message.time, message.bid, message.ask),)
        for time, bid, ask in rows:
            self._stage.count += 1
            self._quote(message.symbol, bid, ask, time, now, admitted)

    def catch_up(self, now: int) -> list[tuple[Envelope, bytes]]:
        """The burst is over: show the prices that it ended with. Returns what cannot be read."""
        newest, self._newest = self._newest, {}
        unreadable = []
        for envelope, raw in newest.values():
            try:
                tick = ea_on_feedback.decode(raw, envelope)
            except Malformed:
                unreadable.append((envelope, raw))
                continue
            if isinstance(tick, Tick):
                self._quote(tick.symbol, tick.bid, tick.ask, tick.time, now, False)
        return unreadable

    def _keep(self, envelope: Envelope, raw: bytes) -> None:
        symbol = symbol_of(raw)
        if not self._newest:
            self.behind()
        self._newest[symbol] = envelope, raw

    def _quote(self, symbol: str, bid: float, ask: float, time: int, now: int, admitted: bool) -> None:
        """Beyond the allowance only the newest price is kept, and no bar is made of it."""
        if time > now + DAY_MS:
            # Market time never goes back: one quote of next year would close every bar, and age every signal.
            self.machine.counts["from the future"] += 1
            return
        self.view.tick(symbol, bid, ask, time)
        if self.lapsed.symbols:
            self.lapsed.look(self.view)
        if self.countdown.next_due:
            self.countdown.look(self.view.market_now)
        if self.triggers.prices:
            self.triggers.look(symbol, bid, ask)
        if self.view.new_day():
            self.new_day()
        if admitted:
            self.around.venom.tick(self.user, symbol, time, bid, ask)
