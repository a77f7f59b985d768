"""Hub time: wall time at the start plus a monotonic clock, so that a step of the system's clock moves no deadline.

The two clocks of the house are never mixed: hub time counts `expires`, liveness and pings; market time, which comes
from ticks and deals, counts everything that a strategy or an account knows (protocol 2.10; docs/architecture.md).
"""

import time

import attrs
import trio


@attrs.frozen
class HubClock:
    """The hub's own clock, on trio's (a MockClock in tests)."""

    wall_at_start: int
    """Wall time, ms since 1970 UTC, at `monotonic_at_start`."""
    monotonic_at_start: float
    """Trio's time, s."""

    @classmethod
    def start(cls) -> "HubClock":
        """A clock that shows wall time now. Call inside trio."""
        return cls(time.time_ns() // 1_000_000, trio.current_time())

    def now(self) -> int:
        """Hub time, milliseconds."""
        # Rounded: cut off, a deadline that was slept for would mostly lie a millisecond ahead still.
        return self.wall_at_start + round((trio.current_time() - self.monotonic_at_start) * 1000)

    def to_trio(self, hub_time: int) -> float:
        """The moment of trio's clock at which hub time is `hub_time`: for deadlines."""
        return self.monotonic_at_start + (hub_time - self.wall_at_start) / 1000
