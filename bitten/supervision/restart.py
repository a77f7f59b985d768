"""Whether a child is started again, and after which wait: pure, so that the clock is an argument."""

from collections.abc import Iterable
from enum import StrEnum

import attrs

from bitten.settings import setting


class Restart(StrEnum):
    """After which exits a child is started again."""

    PERMANENT = "permanent"  # any
    TRANSIENT = "transient"  # a crash
    TEMPORARY = "temporary"  # none; it is forgotten when it ends


class Exit(StrEnum):
    """How a life ended."""

    NORMAL = "normal"  # its body returned
    SHUTDOWN = "shutdown"  # it was cancelled
    ABNORMAL = "abnormal"  # it crashed, or did not start in time


def wants_restart(restart: Restart, exit_: Exit) -> bool:
    """Whether a child that ended of itself is started again."""
    return restart is Restart.PERMANENT or (restart is Restart.TRANSIENT and exit_ is Exit.ABNORMAL)


@attrs.frozen(kw_only=True)
class Limits:
    """How many restarts are too many. The window is the supervisor's, the failures in a row are each child's.

    Both are needed: a backoff that grows keeps restarts too far apart for any window to fill.
    """

    intensity: int = setting(5, "restarts of all children allowed within the period", ge=0, le=1000)
    period: float = setting(30.0, "seconds during which a restart counts, its end included", gt=0, le=86_400)
    in_a_row: int = setting(8, "failures of one child allowed without a stable life in between", ge=0, le=100)


@attrs.frozen(kw_only=True)
class Backoff:
    """How long to wait before a restart: `first` seconds, then `factor` times more with each failure in a row."""

    first: float = setting(0.1, "seconds before the first restart", ge=0, le=3600)
    factor: float = setting(2.0, "growth of the wait with each failure in a row", ge=1, le=10)
    limit: float = setting(5.0, "longest wait, seconds", ge=0, le=3600)
    stable_after: float = setting(30.0, "seconds of life that make the failures before forgotten", gt=0, le=86_400)

    def delay(self, failures: int) -> float:
        """Seconds to wait after `failures` in a row, 1 to 101 (what `Limits.in_a_row` can let through)."""
        return min(self.first * self.factor ** (failures - 1), self.limit)

    def failures(self, before: int, lived: float) -> int:
        """Failures in a row, counting one after `lived` seconds of started life that followed `before` others."""
        return 1 if lived >= self.stable_after else before + 1


@attrs.frozen
class Decision:
    """What to do about a failure: restart, unless there is a reason to give up."""

    restarts: tuple[float, ...]
    """Times of the restarts that still count, this one last."""
    give_up: str | None


def decide(past: Iterable[float], now: float, failures: int, limits: Limits) -> Decision:
    """Judge a restart at `now` (s), after those at `past`, of a child that failed `failures` times in a row.

    As in Erlang: more than `intensity` restarts within `period` are too many, and one that lies exactly a period back
    still counts.
    """
    restarts = (*(then for then in past if now <= then + limits.period), now)
    reason = None
    if len(restarts) > limits.intensity:
        reason = f"{len(restarts)} restarts within {limits.period:g} s, allowed are {limits.intensity}"
    elif failures > limits.in_a_row:
        reason = f"{failures} failures in a row, allowed are {limits.in_a_row}"
    return Decision(restarts, reason)
