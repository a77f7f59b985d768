"""What time it is for the paper EA: three clocks, never mixed, and the pace of the protocol's periods."""

import attrs

_WRITTEN_FOR = 5000


@attrs.frozen
class Moment:
    """One instant, all in milliseconds since 1970 UTC."""

    ea: int
    """The EA's own clock: wall time at its start plus a monotonic counter."""
    hub: int
    """The EA's estimate of hub time: for `expires` (protocol 2.10, 5.1)."""
    market: int
    """The newest time of the market."""
    telemetry_ms: int = _WRITTEN_FOR

    def scaled(self, period: int) -> int:
        """A period as the protocol writes it, at this session's pace; at least 1 ms (protocol 1.8)."""
        return max(1, period * self.telemetry_ms // _WRITTEN_FOR)
