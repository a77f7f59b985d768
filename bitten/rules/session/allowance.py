"""How much one session may say (protocol 8.1, 8.2)."""

from collections import deque

SECOND_MS = 1_000
MALFORMED_LIMIT = 10
MALFORMED_WINDOW_MS = 60_000


class Allowance:
    """Messages per second of hub time. Market data and telemetry beyond it are conflated and counted."""

    __slots__ = ("_left", "_limit", "_second", "over")

    def __init__(self, max_messages_per_s: int) -> None:
        self._limit = self._left = max_messages_per_s
        self._second = -1
        self.over = 0
        """Messages that came beyond the allowance."""

    def admit(self, now: int) -> bool:
        """Count a message. False: it is beyond the allowance of this second."""
        second = now // SECOND_MS
        if second != self._second:
            self._second, self._left = second, self._limit
        if self._left > 0:
            self._left -= 1
            return True
        self.over += 1
        return False

    @property
    def renewed_at(self) -> int:
        """When the next second of the allowance begins; hub time, ms."""
        return (self._second + 1) * SECOND_MS


class Patience:
    """At most 10 malformed messages in 60 s."""

    def __init__(self, window_ms: int) -> None:
        self._window = window_ms
        self._times: deque[int] = deque(maxlen=MALFORMED_LIMIT + 1)

    def exhausted(self, now: int) -> bool:
        """Count a malformed message. True: that was one too many."""
        self._times.append(now)
        return len(self._times) > MALFORMED_LIMIT and now - self._times[0] < self._window
