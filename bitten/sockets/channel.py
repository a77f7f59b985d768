"""The sockets for trio: `PullChannel` hears many peers, `RouterChannel` also answers them, `DealerChannel` has one."""

from typing import ClassVar

import trio
import zmq

from bitten.sockets.base import NOBLOCK, Channel, ChannelStatistics, Sent
from bitten.sockets.readiness import WRITE

__all__ = ["Addressed", "Channel", "ChannelStatistics", "DealerChannel", "PullChannel", "RouterChannel", "Sent"]

Addressed = tuple[bytes, bytes]
"""The routing id of a peer, and a message's body."""

_NOBLOCK_MORE = int(zmq.NOBLOCK | zmq.SNDMORE)


class PullChannel(Channel[bytes]):
    """Receives the messages of all peers that connect, without telling whose they are."""

    kind: ClassVar[zmq.SocketType] = zmq.PULL

    def _take(self) -> bytes | None:
        return self._receive_body(NOBLOCK)


class RouterChannel(Channel[Addressed]):
    """Receives messages with the routing id of who sent them, which is an address and never an identity."""

    kind: ClassVar[zmq.SocketType] = zmq.ROUTER

    def send_to(self, routing_id: bytes, body: bytes) -> Sent:
        """Send to one peer at once or not at all; never waits. Raises `trio.ClosedResourceError`.

        There is no waiting for a full peer: a ROUTER can be written to as soon as any of its peers can. Whoever has
        more for this one keeps it, and tries again by a timer.
        """
        sent = self._offer(routing_id, _NOBLOCK_MORE)
        if sent is Sent.SENT:
            self._send(body, NOBLOCK)
        return self._settle(sent)

    def _take(self) -> Addressed | None:
        routing_id = self._recv(NOBLOCK)
        # Never waits, because ZMQ hands over all frames of a message or none. And were that broken, "there is none"
        # here would be taken for an empty socket, and the frame that follows for a routing id.
        body = self._receive_body(0)
        return None if body is None else (routing_id, body)


class DealerChannel(Channel[bytes]):
    """Talks to the one peer that it is connected to: the operator's end of the desk."""

    kind: ClassVar[zmq.SocketType] = zmq.DEALER

    def send_nowait(self, body: bytes) -> None:
        """Send at once. Raises `trio.WouldBlock` when the queue is full, and `trio.ClosedResourceError`."""
        if self._settle(self._offer(body, NOBLOCK)) is not Sent.SENT:
            raise trio.WouldBlock

    async def send(self, body: bytes) -> None:
        """Send, waiting for room in the queue; when it is cancelled, nothing has been sent.

        Raises `trio.ClosedResourceError`.
        """
        while True:
            await self._readiness.pause(WRITE)
            try:
                self.send_nowait(body)
            except trio.WouldBlock:
                continue
            return

    def _take(self) -> bytes | None:
        return self._receive_body(NOBLOCK)
