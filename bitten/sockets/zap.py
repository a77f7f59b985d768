"""ZAP, by which libzmq asks who may connect (ZeroMQ RFC 27): its socket, and the questions that concern CURVE.

The socket is of the same context as the sockets that it guards.
"""

from collections.abc import Sequence
from typing import ClassVar, Self

import attrs
import zmq
from zmq.utils import z85

from bitten.errors import Malformed
from bitten.sockets.base import NOBLOCK, Channel, Sent
from bitten.sockets.context import Context
from bitten.sockets.options import SocketOptions, opening

ENDPOINT = "inproc://zeromq.zap.01"
"""Fixed by ZeroMQ's RFC 27."""
_NOBLOCK_MORE = int(zmq.NOBLOCK | zmq.SNDMORE)
VERSION = b"1.0"
_FRAMES = 7
"""Version, request id, domain, address, identity, mechanism, and one credential: the public key."""
_KEY_BYTES = 32


@attrs.frozen
class Question:
    """May the owner of this key connect?"""

    request_id: bytes
    domain: str
    address: str
    """Where the connection comes from."""
    public_key: str
    """Z85."""


def question(frames: Sequence[bytes]) -> Question:
    """Decode a question. Raises `Malformed` for what is none, or of another mechanism than CURVE."""
    if len(frames) != _FRAMES or frames[0] != VERSION:
        raise Malformed(f"ZAP: {len(frames)} frames, version {bytes(frames[0][:8]) if frames else b''!r}")
    _, request_id, domain, address, _, mechanism, key = frames
    if mechanism != b"CURVE" or len(key) != _KEY_BYTES:
        raise Malformed(f"ZAP: mechanism {mechanism[:16]!r} with {len(key)} bytes: only CURVE is asked for")
    return Question(
        request_id=bytes(request_id),
        domain=domain.decode("ascii", "replace"),
        address=address.decode("ascii", "replace"),
        public_key=z85.encode(key).decode(),
    )


def yes(asked: Question, user_id: str) -> list[bytes]:
    """The answer that lets the connection in, under this User-Id."""
    return [VERSION, asked.request_id, b"200", b"OK", user_id.encode(), b""]


def no(asked: Question) -> list[bytes]:
    """The answer that closes the connection. It does not say why: a stranger learns nothing here."""
    return [VERSION, asked.request_id, b"400", b"no", b"", b""]


class ZapChannel(Channel[list[bytes]]):
    """Questions as lists of frames: who asks, an empty one, and the question's own.

    Bind it before the sockets that it guards: what is asked while nobody listens is refused.
    """

    kind: ClassVar[zmq.SocketType] = zmq.ROUTER

    @classmethod
    def bind(cls, context: Context) -> Self:
        """The context's one."""
        with opening(context, cls.kind, SocketOptions()) as socket:
            socket.bind(ENDPOINT)
            return cls(socket)

    def answer(self, who: list[bytes], frames: list[bytes]) -> Sent:
        """Answer who asked, at once. A connection that has gone meanwhile needs no answer."""
        first, *rest = [*who, *frames]
        sent = self._offer(first, _NOBLOCK_MORE)
        if sent is Sent.SENT:
            self._socket.send_multipart(rest, NOBLOCK)
        return self._settle(sent)

    def _take(self, batch: list[list[bytes]], count: int) -> None:
        # What was taken stays taken when the next one says that there is none.
        batch.extend(self._socket.recv_multipart(NOBLOCK) for _ in range(count))

    def _size(self, batch: list[list[bytes]]) -> int:
        return sum(len(frame) for frames in batch for frame in frames)
