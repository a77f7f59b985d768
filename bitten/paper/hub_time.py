"""What the hub's clock shows, as far as the EA can tell (protocol 2.10)."""

from collections import deque

_SAMPLES = 8


class HubTime:
    """An offset to the EA's own clock: from the welcome at first, then from the fastest of the last 8 pings."""

    def __init__(self) -> None:
        self.offset = 0
        """Hub time minus the EA's clock, milliseconds."""
        self._samples: deque[tuple[int, int]] = deque(maxlen=_SAMPLES)

    def welcomed(self, hello_time: int, hub_time: int) -> None:
        """The hub answered the hello of `hello_time` at `hub_time`.

        The whole round trip is added, so that a command is late here rather than too early.
        """
        self._samples.clear()
        self.offset = hub_time - hello_time

    def ponged(self, sent: int, hub_time: int, now: int) -> None:
        """The hub answered a ping of `sent` at `hub_time`, half-way as far as anyone can tell."""
        round_trip = now - sent
        self._samples.append((round_trip, hub_time + round_trip // 2 - now))
        self.offset = min(self._samples)[1]

    def at(self, now: int) -> int:
        """Hub time at `now` of the EA's clock."""
        return now + self.offset
