"""Handshakes that came to no end, as far as they can be counted: who was accepted and did not succeed in time."""

from collections import deque

import attrs

MARGIN_MS = 50
"""Beyond the time that ZMQ gives a handshake: its success is told a moment later."""


@attrs.define
class Handshakes:
    """ZMQ does not tell which connection succeeded; but one that did is one less to wait for. Times: hub time, ms."""

    limit_ms: int
    """How long a handshake may take."""
    _due: deque[int] = attrs.field(factory=deque)
    _early: int = 0
    """Settled, and not heard of as accepted yet: the two come by sockets of their own, in any order."""

    def accepted(self, now: int) -> None:
        """A connection was accepted."""
        if self._early:
            self._early -= 1
        else:
            self._due.append(now + self.limit_ms + MARGIN_MS)

    def settled(self) -> None:
        """One has succeeded, or was refused for its key, which is counted there."""
        if self._due:
            self._due.popleft()
        else:
            self._early += 1

    def failed(self, now: int) -> int:
        """How many have failed since it was last asked."""
        before = len(self._due)
        while self._due and self._due[0] <= now:
            self._due.popleft()
        return before - len(self._due)

    @property
    def next_due(self) -> int | None:
        """When to ask again; None: nothing is waited for."""
        return self._due[0] if self._due else None
