"""How long the way through the hub takes: from a tick's arrival to its fire, and from a fire to its confirmation.

Not an actor: those who speak note the moment. Time is the processor's, not the hub's: a test's clock stands still.
"""

import attrs

from bitten.latency import Heard, Latency

REMEMBERED = 1_024
"""Signals and fires whose end is awaited; of more the oldest are not counted."""


@attrs.define(eq=False)
class Latencies:
    """One for the whole hub."""

    heard: Heard = attrs.field(factory=Heard)
    tick_to_fire: Latency = attrs.field(factory=lambda: Latency("tick_to_fire"))
    """From the reading of the burst with the tick that made a signal until the command is with the socket."""
    fire_to_confirmation: Latency = attrs.field(factory=lambda: Latency("fire_to_confirmation"))
    """From then until the EA's first word on it is durable here."""
    _signals: dict[str, int] = attrs.field(factory=dict)
    """By signal, when what made it was heard."""
    _fires: dict[str, int] = attrs.field(factory=dict)
    """By fire, when it was sent."""

    def found(self, signal_id: str, heard_ns: int) -> None:
        """A signal was found in what was heard at `heard_ns`."""
        _remember(self._signals, signal_id, heard_ns)

    def heard_of(self, signal_id: str) -> int:
        """When what made a signal was heard, once; 0: nobody knows."""
        return self._signals.pop(signal_id, 0)

    def fired(self, fire_id: str, heard_ns: int) -> None:
        """A fire has left; `heard_ns`: for a tick that was heard then, 0: for a person's word, or after a countdown."""
        now = self.heard.clock()
        if heard_ns:
            self.tick_to_fire.record(now - heard_ns)
        _remember(self._fires, fire_id, now)

    def confirmed(self, fire_id: str) -> None:
        """The EA has spoken of a command."""
        if sent := self._fires.pop(fire_id, 0):
            self.fire_to_confirmation.record(self.heard.clock() - sent)


def _remember(moments: dict[str, int], id_: str, ns: int) -> None:
    moments[id_] = ns
    if len(moments) > REMEMBERED:
        del moments[next(iter(moments))]
