"""The sockets for trio: `PullChannel` hears many peers, `RouterChannel` also answers them, `DealerChannel` has one."""

from typing import ClassVar

import trio
import zmq

from bitten.sockets.base import NOBLOCK, Channel, ChannelStatistics, Sent
from bitten.sockets.readiness import WRITE

__all__ = [
    "Addressed",
    "Channel",
    "ChannelStatistics",
    "DealerChannel",
    "PullChannel",
    "RouterChannel",
    "Sent",
    "Signed",
]

Addressed = tuple[bytes, bytes, str]
"""The routing id of a peer, a message's body, and who sent it."""
Signed = tuple[bytes, str]
"""A message's body, and who sent it: the User-Id that ZAP gave the connection (protocol 1.6), "" where all is plain."""

_NOBLOCK_MORE = int(zmq.NOBLOCK | zmq.SNDMORE)


class PullChannel(Channel[Signed]):
    """Receives the messages of all peers that connect; where they came from is all that it can tell of a peer."""

    kind: ClassVar[zmq.SocketType] = zmq.PULL

    def _take(self, batch: list[Signed], count: int) -> None:
        receive = self._recv
        for _ in range(count):
            # A frame knows whether more follow. That costs 0.6 µs; asking the socket, or for all frames, costs more.
            frame = receive(NOBLOCK, False)
            if frame.more or self._dropping:
                self._refuse(frame)
            else:
                batch.append((frame.bytes, self._sender(frame)))

    def _size(self, batch: list[Signed]) -> int:
        return sum(len(body) for body, _ in batch)


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

    def _take(self, batch: list[Addressed], count: int) -> None:
        receive = self._recv
        for _ in range(count):
            routing_id = b"" if self._dropping else receive(NOBLOCK)
            # Never waits, because ZMQ hands over all frames of a message or none. And were that broken, "there is
            # none" here would be taken for an empty socket, and the frame that follows for a routing id.
            frame = receive(0, False)
            if frame.more or self._dropping:
                self._refuse(frame)
            else:
                batch.append((routing_id, frame.bytes, self._sender(frame)))

    def _size(self, batch: list[Addressed]) -> int:
        return sum(len(body) for _, body, _ in batch)


class DealerChannel(Channel[bytes]):
    """Talks to the one peer that it is connected to: the operator's end of the desk."""

    kind: ClassVar[zmq.SocketType] = zmq.DEALER

    def _take(self, batch: list[bytes], count: int) -> None:
        for _ in range(count):
            frame = self._recv(NOBLOCK, False)
            if frame.more or self._dropping:
                self._refuse(frame)
            else:
                batch.append(frame.bytes)

    def _size(self, batch: list[bytes]) -> int:
        return sum(map(len, batch))

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
