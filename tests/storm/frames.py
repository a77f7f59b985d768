"""Where in a stream of ZMTP 3.1 (ZeroMQ RFC 37, plain) one frame ends and the next begins."""

_GREETING = 64
_LONG = 0x02
"""The flag of a frame whose size takes eight bytes, not one."""


class Frames:
    """Follows one direction of a connection from its first byte on."""

    def __init__(self) -> None:
        self._left = _GREETING
        """Bytes until the next frame begins."""
        self._head = b""

    def last_end(self, data: bytes) -> int | None:
        """Where in `data`, which comes next, its last whole frame ends; None: no frame ends there."""
        at, end = 0, None
        while at < len(data):
            if not self._left:
                self._head += data[at : at + 1]
                at += 1
                self._left = self._size()
            else:
                step = min(self._left, len(data) - at)
                at, self._left = at + step, self._left - step
            if not self._left and not self._head:
                end = at
        return end

    def _size(self) -> int:
        """Of the body, once the head is whole; 0 before."""
        length = 8 if self._head[0] & _LONG else 1
        if len(self._head) <= length:
            return 0
        size = int.from_bytes(self._head[1:])
        self._head = b""
        return size


def frame(size: int) -> bytes:
    """The head of a frame of so many bytes, the only one of its message."""
    return bytes([_LONG]) + size.to_bytes(8)
