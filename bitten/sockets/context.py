"""A ZMQ context that ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

import zmq

Socket: TypeAlias = zmq.Socket[bytes]
Context: TypeAlias = zmq.Context[Socket]

MAX_SOCKETS = 1023
"""ZMQ's own default. Only sockets that this process makes count, not the peers that connect to them."""


@contextmanager
def open_context(*, io_threads: int = 1, max_sockets: int = MAX_SOCKETS) -> Iterator[Context]:
    """A ZMQ context with `io_threads` threads (at least 1) and room for `max_sockets` sockets.

    At its end every socket that is still open is closed and what they had not sent is dropped: ending a context
    otherwise waits for ever on an open socket, a monitor or unsent data. Close channels before, so that tasks which
    wait on them hear of it.
    """
    context: Context = zmq.Context(io_threads)
    try:
        context.set(zmq.MAX_SOCKETS, max_sockets)
        yield context
    finally:
        context.destroy(linger=0)
