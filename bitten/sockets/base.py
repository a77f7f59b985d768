"""What the ZMQ sockets have in common under trio: a message is received whole, and a cancelled receive loses nothing.

A message is one frame (protocol 1.2). One of several frames is dropped whole: were they read as they come, a peer
could make its second frame look like somebody else's routing id.
"""

import errno
from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Generic, Self, TypeVar

import attrs
import zmq

from bitten.sockets.context import Context, Socket
from bitten.sockets.ipc import bind_ipc
from bitten.sockets.options import SocketOptions, connect, opening
from bitten.sockets.readiness import READ, Readiness
from bitten.sockets.tcp import bind_tcp, close_bound

T = TypeVar("T")

BATCH = 64
"""Frames that one receive takes at most before the other tasks run."""

_DEFAULT = SocketOptions()
# As a plain integer: pyzmq converts an enum anew at every call.
NOBLOCK = int(zmq.NOBLOCK)


class Sent(StrEnum):
    """What became of a message to one peer."""

    SENT = "sent"
    """ZMQ has it. That is not delivered: only an answer is."""
    FULL = "full"
    """The peer's queue is full; try again after a while, there is nothing to wait for that is the peer's own."""
    GONE = "gone"
    """No such peer is connected."""


@attrs.frozen(kw_only=True)
class ChannelStatistics:
    """What a channel has seen since it was opened."""

    endpoint: str
    received: int
    """Messages."""
    bytes_in: int
    """Bytes of their bodies."""
    malformed_frames: int
    """Messages of several frames, dropped."""
    sent: int
    full: int
    """Sends refused because a queue was full."""
    gone: int
    """Sends refused because no such peer was connected."""
    wakeups: int
    """How often a task slept on the socket and came back."""
    kicks: int
    """How often because another task's operation had taken its wake-up."""


class Channel(ABC, Generic[T]):
    """A ZMQ socket of class `kind`, owned by one trio run and closed with `close` or at the end of a `with`.

    `close` is what closes it, called with the socket and the milliseconds of its linger.
    """

    kind: ClassVar[zmq.SocketType]

    def __init__(self, socket: Socket, close: Callable[[Socket, int], None] = Socket.close) -> None:
        if socket.type != self.kind:
            raise ValueError(f"{type(self).__name__} needs a {self.kind.name} socket, not {socket!r}")
        self.endpoint = socket.get_string(zmq.LAST_ENDPOINT).rstrip("\0")
        """Where it is bound or connected, with the port that the system chose."""
        self._socket = socket
        self._close = close
        self._recv = socket.recv
        self._send = socket.send
        self._readiness = Readiness(socket)
        self._signed = bool(socket.get(zmq.CURVE_SERVER))
        self._dropping = False
        self._received = self._bytes_in = self._malformed = 0
        self._counts = dict.fromkeys(Sent, 0)

    @classmethod
    def bind_tcp(cls, context: Context, host: str, port: int, options: SocketOptions = _DEFAULT) -> Self:
        """A channel bound to `host` (IPv4) and `port`, 0 for one that the system chooses. Raises `AddressError`."""
        with opening(context, cls.kind, options) as socket:
            bind_tcp(socket, host, port)
            return cls(socket, close_bound)

    @classmethod
    def bind_ipc(cls, context: Context, path: Path, options: SocketOptions = _DEFAULT) -> Self:
        """A channel on `ipc://path`, which it locks until it is closed. Raises `ConfigError` and `AddressError`."""
        with opening(context, cls.kind, options) as socket:
            return cls(socket, bind_ipc(socket, path).close)

    @classmethod
    def connect(cls, context: Context, endpoint: str, options: SocketOptions = _DEFAULT) -> Self:
        """A channel connected to `endpoint`, whether or not anybody is there yet. Raises `AddressError`."""
        with opening(context, cls.kind, options) as socket:
            connect(socket, endpoint)
            return cls(socket)

    async def receive_batch(self, limit: int = BATCH) -> list[T]:
        """Between 1 and `limit` messages, as many as are there; waits for the first.

        Passes its checkpoint before it takes anything, so a cancelled receive loses nothing, and never pauses in
        between. Raises `trio.ClosedResourceError` when the channel is closed, also meanwhile.
        """
        batch: list[T] = []
        while not batch:
            await self._readiness.pause(READ)
            self._drain(batch, limit)
            self._readiness.touched()
        self._received += len(batch)
        self._bytes_in += self._size(batch)
        return batch

    def tell(self, address: str, events: int) -> None:
        """Have ZMQ tell of `events` to the PAIR that connects to the inproc `address`."""
        self._socket.monitor(address, events)

    def close(self, linger_ms: int = 0) -> None:
        """Wake who waits for the socket, close it, and leave its address to the next one. A second call does nothing.

        For `linger_ms` milliseconds ZMQ goes on sending, in the background, what it had accepted, and the end of the
        context waits that long for it. A peer with RECONNECT_IVL -1 drops what it has not read when the connection
        ends, so who wants a last word to be heard leaves it time before closing.
        """
        if self._readiness.close():
            self._close(self._socket, linger_ms)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def statistics(self) -> ChannelStatistics:
        """Counts since the channel was opened."""
        return ChannelStatistics(
            endpoint=self.endpoint,
            received=self._received,
            bytes_in=self._bytes_in,
            malformed_frames=self._malformed,
            sent=self._counts[Sent.SENT],
            full=self._counts[Sent.FULL],
            gone=self._counts[Sent.GONE],
            wakeups=self._readiness.wakeups,
            kicks=self._readiness.kicks,
        )

    @abstractmethod
    def _take(self, batch: list[T], count: int) -> None:
        """Append at most `count` messages. Raises `zmq.Again` when no more are there."""

    @abstractmethod
    def _size(self, batch: list[T]) -> int:
        """Bytes of the messages' bodies."""

    def _drain(self, batch: list[T], limit: int) -> None:
        try:
            self._take(batch, 1)
            # A message mostly comes alone, and a look is half the price of the exception that says so.
            if self._readiness.look() & READ:
                self._take(batch, limit - 1)
        except zmq.Again:
            return

    def _sender(self, frame: zmq.Frame) -> str:
        """The User-Id of the connection that a message came by; "" where ZAP was not asked."""
        return str(frame.get("User-Id")) if self._signed else ""

    def _refuse(self, frame: zmq.Frame) -> None:
        """Drop one frame of a message that has several, and remember whether more of it follow.

        One at a time, each counting for a message of the batch, so that one of a million frames holds up nobody.
        """
        if not self._dropping:
            self._malformed += 1
        self._dropping = frame.more

    def _offer(self, frame: bytes, flags: int) -> Sent:
        """Send a message's first frame; with it ZMQ has taken or refused the whole."""
        self._readiness.check_open()
        for _ in range(2):
            try:
                self._send(frame, flags)
            except zmq.Again:
                # It says so of an empty queue, too, while it puts off reading its own commands. A look makes it read.
                self._readiness.look()
            except zmq.ZMQError as error:
                if error.errno != errno.EHOSTUNREACH:
                    raise
                return Sent.GONE
            else:
                return Sent.SENT
        return Sent.FULL

    def _settle(self, sent: Sent) -> Sent:
        self._readiness.touched()
        self._counts[sent] += 1
        return sent
