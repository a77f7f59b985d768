"""The line to one EA: its place on the command socket, and what waits while its queue there is full."""

from collections import deque

import attrs

from bitten.sockets.channel import Sent
from bitten.sockets.command import Command
from bitten.wire.codec import FromHub, encode

OUTBOX = 256
"""Messages kept for an EA that does not read. Beyond it the oldest goes: acks and advice are said again anyway."""


@attrs.define(eq=False)
class Line:
    """Sends in order. A full peer is tried again by its session's timer, never waited for."""

    command: Command
    routing_id: bytes
    sender: str = ""
    """The User-Id of its connections (protocol 1.6); "" where all is plain."""
    dropped: int = 0
    """Messages that an EA which does not read, or is gone, will not get."""
    _outbox: deque[bytes] = attrs.field(factory=deque)

    @property
    def full(self) -> bool:
        """Something waits for room in the EA's queue."""
        return bool(self._outbox)

    def say(self, message: FromHub) -> None:
        """Send a message, or keep it until there is room."""
        raw = encode(message)
        if self._outbox or self._hand(raw) is Sent.FULL:
            if len(self._outbox) == OUTBOX:
                self._outbox.popleft()
                self.dropped += 1
            self._outbox.append(raw)

    def command_now(self, raw: bytes) -> Sent:
        """Send a command at once or not at all: one that waited here could leave when it must not any more."""
        return Sent.FULL if self._outbox else self._hand(raw)

    def flush(self) -> None:
        """Send what waits, as far as there is room."""
        while self._outbox and self._hand(self._outbox[0]) is not Sent.FULL:
            self._outbox.popleft()

    def _hand(self, raw: bytes) -> Sent:
        sent = self.command.send_raw(self.routing_id, raw)
        self.dropped += sent is Sent.GONE
        return sent
