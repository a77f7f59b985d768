"""What ZMQ tells of the connections to one of its sockets: that one was accepted, that its handshake succeeded.

No failures: to tell of one that breaks the protocol, libzmq 4.3.5 overwrites the error with which it would then have
ended the connection, and keeps it, deaf and open, for as long as the stranger likes.
"""

import struct
from enum import IntEnum
from itertools import count
from typing import ClassVar, Self, TypeVar

import zmq

from bitten.sockets.base import NOBLOCK, Channel
from bitten.sockets.context import Context
from bitten.sockets.options import SocketOptions, opening

T = TypeVar("T")


class Happened(IntEnum):
    """To a connection."""

    ACCEPTED = int(zmq.EVENT_ACCEPTED)
    SUCCEEDED = int(zmq.EVENT_HANDSHAKE_SUCCEEDED)


_EVENT = struct.Struct("=hi")
_monitors = count()


class Monitor(Channel[Happened]):
    """What happens to the connections of one socket."""

    kind: ClassVar[zmq.SocketType] = zmq.PAIR

    @classmethod
    def of(cls, context: Context, watched: Channel[T]) -> Self:
        """Watch a channel of that context."""
        address = f"inproc://connections-{next(_monitors)}"
        watched.tell(address, sum(Happened))
        with opening(context, cls.kind, SocketOptions()) as socket:
            # Without an end: ZMQ's own thread waits where this is full, and with it every connection.
            socket.set(zmq.RCVHWM, 0)
            socket.connect(address)
            return cls(socket)

    def _take(self, batch: list[Happened], count: int) -> None:
        for _ in range(count):
            event, _ = _EVENT.unpack(self._socket.recv_multipart(NOBLOCK)[0])
            batch.append(Happened(event))

    def _size(self, batch: list[Happened]) -> int:
        return len(batch) * _EVENT.size
