"""The command socket, port 5555: a ROUTER, so that each command goes to one EA, and says so when it cannot."""

from collections.abc import Callable

import attrs

from bitten.clock import HubClock
from bitten.errors import Malformed
from bitten.sockets.channel import RouterChannel, Sent
from bitten.wire.codec import UNREADABLE, Envelope, FromHub, encode, peek


@attrs.frozen
class Knock:
    """A message, of which no more than its envelope was decoded."""

    routing_id: bytes
    envelope: Envelope
    raw: bytes
    sender: str
    """The User-Id of its connection (protocol 1.6); "" where all is plain."""


Take = Callable[[Knock, int], None]
"""Hands a message, with hub time, to its session or the acceptor. Must not raise."""


@attrs.define(eq=False)
class Command:
    """Reads port 5555 for ever, and sends on it."""

    channel: RouterChannel
    clock: HubClock
    take: Take
    malformed: int = 0
    """Messages that no session can be named for."""

    def send(self, routing_id: bytes, message: FromHub) -> Sent:
        """Hand a message to an EA's queue: `SENT` is not delivered, `FULL` and `GONE` mean that nothing was queued."""
        return self.channel.send_to(routing_id, encode(message))

    def send_raw(self, routing_id: bytes, raw: bytes) -> Sent:
        """As `send`, for a command that was journaled as the bytes that it is."""
        return self.channel.send_to(routing_id, raw)

    async def run(self) -> None:
        """Hand over what comes, until cancelled."""
        while True:
            batch = await self.channel.receive_batch()
            now = self.clock.now()
            for routing_id, raw, sender in batch:
                try:
                    envelope = peek(raw)
                except Malformed:
                    envelope = UNREADABLE
                self.take(Knock(routing_id, envelope, raw, sender), now)
