"""What an operator may steer about sessions, and the one pace that all of the protocol's periods share."""

import attrs

from bitten.settings import setting

WRITTEN_FOR = 5_000
"""The protocol's periods are written for this `telemetry_ms` (protocol 1.8)."""


@attrs.frozen
class SessionSettings:
    """[session]"""

    telemetry_ms: int = setting(
        5_000,
        "Between two telemetry messages; every period of the protocol scales with it.",
        ge=1,
        le=3_600_000,
        why="a silent EA is stale after 1.2 times this and lost after 2.4 times, 12 s: more often would be traffic, "
        "and less often a longer time of not knowing.",
    )
    max_sessions: int = setting(
        200,
        "EAs at once; one more is told to try again later.",
        ge=1,
        le=10_000,
        why="four times the fifty streams that the benchmarks show one loop to carry; beyond what was measured, the "
        "fires of all would be late for the sake of one more.",
    )
    max_clock_skew_ms: int = setting(
        2_000,
        "Clocks of EA and hub further apart than this: no fires, and the operator is told.",
        ge=1,
        le=3_600_000,
        why="well above what a round trip blurs, well below the 5 s after which a command expires: a clock that is "
        "behind by as much would have carried out what is too old.",
    )
    max_messages_per_s: int = setting(
        500,
        "Beyond this rate a session's market data and telemetry are conflated and counted.",
        ge=1,
        le=10**9,
        why="two symbols at their busiest bring tens of quotes a second, twenty symbols some hundreds; beyond, the "
        "newest price is all that anybody needs.",
    )

    def scaled(self, period_ms: int) -> int:
        """A period as the protocol writes it, at this pace; at least 1 ms (protocol 1.8)."""
        return max(1, period_ms * self.telemetry_ms // WRITTEN_FOR)
