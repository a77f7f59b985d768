"""What every socket is made with."""

from collections.abc import Iterator
from contextlib import contextmanager

import attrs
import zmq
from attrs.validators import ge, optional

from bitten.errors import AddressError
from bitten.settings import Secret
from bitten.sockets.context import Context, Socket

_CURVE_OVERHEAD = 33
"""Bytes that CurveZMQ (ZeroMQ RFC 26) adds to a frame: the command's name, a nonce, a flag, the box's tag."""
ZAP_DOMAIN = "bitten"
"""What the gatekeeper is asked for: with a domain that is enforced, a socket without one lets nobody in."""

_KEEPALIVE = {
    zmq.TCP_KEEPALIVE: 1,
    zmq.TCP_KEEPALIVE_IDLE: 60,
    zmq.TCP_KEEPALIVE_INTVL: 20,
    zmq.TCP_KEEPALIVE_CNT: 3,
}
"""Seconds of silence, then thrice as many seconds: a peer without power or network is given up after two minutes. It
comes back by new connections (protocol 1.5), and the hub, which says nothing on the old ones, would keep them all."""


@attrs.frozen(kw_only=True)
class CurveServer:
    """A socket that lets in whom the gatekeeper lets in (protocol 1.6)."""

    secret: Secret
    """The hub's key, Z85."""
    handshake_ms: int = attrs.field(default=5_000, validator=ge(1))
    """How long a connection may take to show its key before it is closed: a stranger who stays is no peer."""


@attrs.frozen(kw_only=True)
class SocketOptions:
    """Limits of a socket. Each has one, so that no peer can make the hub keep or take without end."""

    max_message_bytes: int = attrs.field(default=65_536, validator=ge(1))
    """Longest frame that a peer may send (protocol 1.2). One that sends more is dropped, with what it sent after."""
    send_hwm: int = attrs.field(default=1_000, validator=ge(1))
    """Messages queued for one peer before it counts as full, besides what the kernel's buffers hold."""
    receive_hwm: int = attrs.field(default=1_000, validator=ge(1))
    """Messages of one peer that wait to be received, besides what the kernel's buffers hold."""
    backlog: int = attrs.field(default=4_096, validator=ge(1))
    """Connections that wait to be accepted; with ZMQ's 100, 1,500 EAs that come at once are let in slowly."""
    send_buffer_bytes: int | None = attrs.field(default=None, validator=optional(ge(1)))
    """The kernel's buffer to one peer; None is the system's choice, which holds thousands of messages."""
    receive_buffer_bytes: int | None = attrs.field(default=None, validator=optional(ge(1)))
    """The kernel's buffer from one peer; None is the system's choice. 4,096, with a low `receive_hwm`, and the same at
    the peer's end, is what keeps a hub that stood still from being fed thousands of quotes that are old."""
    curve: CurveServer | None = None
    """None: plain, whoever connects is heard."""


@contextmanager
def opening(context: Context, kind: zmq.SocketType, options: SocketOptions) -> Iterator[Socket]:
    """A socket of `kind`, to be bound or connected; closed again where that fails."""
    socket = context.socket(kind)
    try:
        _configure(socket, options)
        yield socket
    except BaseException:
        socket.close()
        raise


def connect(socket: Socket, endpoint: str) -> None:
    """Connect to `endpoint` in the background. Raises `AddressError` for one that can never be reached."""
    try:
        socket.connect(endpoint)
    except zmq.ZMQError as error:
        raise AddressError(f"{endpoint}: cannot connect: {error.strerror}") from None


def _configure(socket: Socket, options: SocketOptions) -> None:
    socket.set(zmq.LINGER, 0)
    socket.set(zmq.IPV6, 0)
    # ZMQ measures what is on the wire, so an encrypted frame of the longest message would cost its sender the link.
    socket.set(zmq.MAXMSGSIZE, options.max_message_bytes + (_CURVE_OVERHEAD if options.curve else 0))
    socket.set(zmq.SNDHWM, options.send_hwm)
    socket.set(zmq.RCVHWM, options.receive_hwm)
    socket.set(zmq.BACKLOG, options.backlog)
    for option, value in _KEEPALIVE.items():
        socket.set(option, value)
    if options.send_buffer_bytes is not None:
        socket.set(zmq.SNDBUF, options.send_buffer_bytes)
    if options.receive_buffer_bytes is not None:
        socket.set(zmq.RCVBUF, options.receive_buffer_bytes)
    if options.curve is not None:
        socket.set(zmq.CURVE_SERVER, 1)
        socket.set(zmq.CURVE_SECRETKEY, options.curve.secret.reveal().encode())
        socket.set(zmq.ZAP_DOMAIN, ZAP_DOMAIN.encode())
        socket.set(zmq.ZAP_ENFORCE_DOMAIN, 1)
        socket.set(zmq.HANDSHAKE_IVL, options.curve.handshake_ms)
    if socket.type == zmq.ROUTER:
        socket.set(zmq.ROUTER_MANDATORY, 1)
        # A second peer with a routing id that is taken stays deaf. To let it take over would hand one user's commands
        # to another; an honest EA never notices, since its id is random and new for every connection (protocol 1.5).
        socket.set(zmq.ROUTER_HANDOVER, 0)
