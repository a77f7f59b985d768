"""The other end of a channel under test: bare ZMQ sockets that owe nothing to the code under test."""

import select
from collections.abc import Callable

import trio
import zmq

from bitten.sockets.channel import Addressed, RouterChannel
from bitten.sockets.context import Context, Socket

TIMEOUT_MS = 10_000


class Peers:
    """Makes peers in a context of their own. As an EA must, they never reconnect silently."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._all: list[Socket] = []

    def close(self) -> None:
        """Close what is open yet, dropping what it has not sent."""
        for peer in self._all:
            peer.close(linger=0)

    def dealer(self, endpoint: str, name: bytes, options: dict[int, int] | None = None) -> Socket:
        """A client of a ROUTER with `name` as its routing id."""
        return self._connect(zmq.DEALER, endpoint, {} if options is None else options, name)

    def push(self, endpoint: str, options: dict[int, int] | None = None) -> Socket:
        """A client of a PULL."""
        return self._connect(zmq.PUSH, endpoint, {} if options is None else options)

    async def greeted(self, channel: RouterChannel, name: bytes, options: dict[int, int] | None = None) -> Socket:
        """A dealer that the channel has heard from, so that it can be sent to."""
        peer = self.dealer(channel.endpoint, name, options)
        peer.send(b"hello")
        assert await receive(channel, 1) == [(name, b"hello")]
        return peer

    def _connect(self, kind: zmq.SocketType, endpoint: str, options: dict[int, int], name: bytes = b"") -> Socket:
        peer = self._context.socket(kind)
        self._all.append(peer)
        if name:
            peer.set(zmq.ROUTING_ID, name)
        settings = {
            int(zmq.LINGER): 1_000,
            int(zmq.RECONNECT_IVL): -1,
            int(zmq.RCVTIMEO): TIMEOUT_MS,
            int(zmq.SNDTIMEO): TIMEOUT_MS,
        }
        for option, value in (settings | options).items():
            peer.set(option, value)
        peer.connect(endpoint)
        return peer


async def receive(channel: RouterChannel, count: int) -> list[tuple[bytes, bytes]]:
    """Exactly `count` messages."""
    got: list[tuple[bytes, bytes]] = []
    with trio.fail_after(TIMEOUT_MS / 1000):
        while len(got) < count:
            got += unsigned(await channel.receive_batch())
    return got


def unsigned(batch: list[Addressed]) -> list[tuple[bytes, bytes]]:
    """Messages without who sent them, which all is plain without."""
    assert {sender for _, _, sender in batch} == {""}
    return [(name, body) for name, body, _ in batch]


async def eventually(condition: Callable[[], bool]) -> None:
    """Return as soon as the condition holds."""
    with trio.fail_after(TIMEOUT_MS / 1000):
        while not condition():
            await trio.lowlevel.checkpoint()


def has_edge(descriptor: int, timeout_ms: int = 0) -> bool:
    """Whether ZMQ's descriptor is readable, found out without taking the edge."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(timeout_ms))
