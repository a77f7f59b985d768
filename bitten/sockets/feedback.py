"""The feedback socket, port 5556: market data, telemetry and events from every EA, on one PULL.

A PULL does not tell who sent what: the session id inside each message does (protocol 2.4). A burst of up to 64 messages
is handed over without a task switch, so that fifty streams cost no more than one, and then looked at: of a symbol that
has moved ten times in it, only the last price matters.
"""

from collections.abc import Callable

import attrs

from bitten.clock import HubClock
from bitten.errors import Malformed
from bitten.latency import Heard
from bitten.sockets.channel import PullChannel
from bitten.wire.codec import UNREADABLE, Envelope, peek

Take = Callable[[Envelope, bytes, str, int], None]
"""Hands a message (envelope, bytes, sender, hub time) to its session. Must not raise, whatever the bytes are."""


@attrs.define(eq=False)
class Feedback:
    """Reads port 5556 for ever."""

    channel: PullChannel
    clock: HubClock
    take: Take
    rest: Callable[[], None]
    """Called after each burst: for what waits until all of it was handed over. Must not raise."""
    heard: Heard = attrs.field(factory=Heard)
    """When the newest burst was read."""
    malformed: int = 0
    """Messages that no session can be named for."""

    async def run(self) -> None:
        """Hand over what comes, until cancelled."""
        while True:
            batch = await self.channel.receive_batch()
            self.heard.now()
            now = self.clock.now()
            for raw, sender in batch:
                try:
                    envelope = peek(raw)
                except Malformed:
                    envelope = UNREADABLE
                self.take(envelope, raw, sender, now)
            self.rest()
