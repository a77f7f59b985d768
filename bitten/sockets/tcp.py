"""Binding a socket to a TCP port, and leaving it so that the next one can be bound at once."""

import errno
from itertools import count

import zmq

from bitten.errors import AddressError
from bitten.sockets.context import Socket

_HINTS = {
    errno.EADDRINUSE: "a program listens there already: stop it (another hub?), or configure another port",
    errno.EADDRNOTAVAIL: "this machine has no such address: configure one that it has",
    errno.ENODEV: "this machine has no such address: configure one that it has",
    errno.EACCES: "not permitted: configure a port above 1023",
}
_CLOSE_TIMEOUT_MS = 1_000
_closings = count()


def bind_tcp(socket: Socket, host: str, port: int) -> None:
    """Bind to an IPv4 address or interface; port 0 lets the system choose. Raises `AddressError`."""
    endpoint = f"tcp://{host}:{port}"
    if not 0 <= port <= 65_535:  # ZMQ would take it modulo 65,536
        raise AddressError(f"{endpoint}: cannot bind: port {port}, allowed is 0 to 65535")
    try:
        socket.bind(endpoint)
    except zmq.ZMQError as error:
        hint = _HINTS.get(error.errno or 0, error.strerror)
        raise AddressError(f"{endpoint}: cannot bind: {hint}") from None


def close_bound(socket: Socket, linger_ms: int) -> None:
    """Close a socket that listens, and return when it has stopped to: for about 0.1 ms this blocks.

    ZMQ closes in the background, so that whoever is started again would find its own port in use. To unbind first
    would drop what is yet to be sent, whatever the linger.
    """
    # pyzmq would name the monitor by the descriptor's number, which another that is not quite closed may have had.
    address = f"inproc://closing-{next(_closings)}"
    socket.monitor(address, zmq.EVENT_CLOSED | zmq.EVENT_CLOSE_FAILED)
    with socket.context.socket(zmq.PAIR) as monitor:
        monitor.connect(address)
        socket.close(linger_ms)
        monitor.poll(_CLOSE_TIMEOUT_MS)
