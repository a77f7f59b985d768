"""How long a stage of the way takes, as the desk is told."""

import attrs


@attrs.frozen(kw_only=True)
class LatencyStatus:
    """Since the hub's start, microseconds, to 1 %; None: nothing was recorded."""

    name: str
    """tick_to_fire, fire_to_confirmation or journal_commit."""
    count: int
    p50_us: int | None
    p99_us: int | None
    max_us: int | None
    sum_us: int
    buckets: dict[str, int]
    """By upper bound, how many took no longer: Prometheus' cumulative buckets."""
