"""The cursor over an EA's numbered events: what was taken, what is durable, what is known to exist (protocol 6)."""

from collections.abc import Mapping
from enum import Enum, auto


class Taken(Enum):
    """What an arriving event is to us."""

    NEW = auto()  # the next one: to be journaled
    HELD = auto()  # taken before: acked again
    DIFFERS = auto()  # its number was used with other content (6.5)
    BEYOND = auto()  # one before it is missing: dropped


class EventCursor:
    """Two cursors, because an event is on its way to the journal for a while: only what is durable may be acked."""

    def __init__(self, durable: int, digests: Mapping[int, str]) -> None:
        self.durable = durable
        """The last event that the journal holds durably."""
        self.received = durable
        """The last event that was handed to the journal."""
        self.heard = durable
        """The last event that the EA is known to have."""
        self._digests = digests
        self._in_flight: dict[int, str] = {}

    @property
    def behind(self) -> bool:
        """The EA has events that were not received."""
        return self.received < self.heard

    def hear(self, next_event: int) -> None:
        """The EA has events up to `next_event - 1`; a lower number than before is an older message."""
        self.heard = max(self.heard, next_event - 1)

    def take(self, n: int, digest: str) -> Taken:
        """Judge event `n`; `NEW` moves the received cursor."""
        self.hear(n + 1)
        if n <= self.received:
            held = self._in_flight.get(n) or self._digests.get(n)
            # Of what is older than the journal remembers, nothing can be said but that it is held.
            return Taken.HELD if held in (None, digest) else Taken.DIFFERS
        if n > self.received + 1:
            return Taken.BEYOND
        self.received = n
        self._in_flight[n] = digest
        return Taken.NEW

    def settle(self, n: int) -> bool:
        """Everything up to `n` is durable. False: that was known. Raises ValueError for what was never received."""
        if n > self.received:
            raise ValueError(f"event {n} cannot be durable: only {self.received} were received")
        if n <= self.durable:
            return False
        for each in range(self.durable + 1, n + 1):
            self._in_flight.pop(each, None)
        self.durable = n
        return True

    def jump(self, n: int) -> None:
        """Events up to `n` are lost to us (protocol 6.3)."""
        self.durable = self.received = n
        self.heard = max(self.heard, n)
