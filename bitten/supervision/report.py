"""What a supervisor tells: events for the log as they happen, statistics when asked."""

from enum import StrEnum

import attrs

from bitten.errors import BittenError
from bitten.mailbox import DeadLetter, MailboxStatistics
from bitten.supervision.restart import Exit
from bitten.supervision.spec import Strategy


class RestartIntensityReached(BittenError):
    """A supervisor gave up on `child`; the cause is that child's last error, where it had one."""

    def __init__(self, supervisor: str, child: str, reason: str) -> None:
        super().__init__(f"{supervisor} gives up on {child}: {reason}")
        self.supervisor = supervisor
        self.child = child
        self.reason = reason


@attrs.frozen
class SupervisionEvent:
    """Something happened to a child. `time` is trio's clock in seconds."""

    supervisor: str
    child: str
    time: float


@attrs.frozen
class Started(SupervisionEvent):
    """It has reported that it has started."""

    life: int
    """1 for its first."""


@attrs.frozen
class Ended(SupervisionEvent):
    """A life has ended, of itself or because it was stopped. `error` is its crash, also one while it was stopping."""

    exit: Exit
    error: Exception | None


@attrs.frozen
class Restarting(SupervisionEvent):
    """It will be started again in `delay` seconds, after `failures` in a row."""

    delay: float
    failures: int


@attrs.frozen
class StopTimedOut(SupervisionEvent):
    """It was cancelled and has not ended in `after` seconds: only itself, or the end of the process, can end it."""

    after: float


@attrs.frozen
class GaveUp(SupervisionEvent):
    """The supervisor ends because of this child."""

    error: RestartIntensityReached


@attrs.frozen
class Buried(SupervisionEvent):
    """A message that it left unfinished went to the dead letters."""

    letter: DeadLetter


class ChildState(StrEnum):
    """Where a child is in its life, or between two."""

    WAITING = "waiting"  # for its turn to start, or for the backoff
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    ENDED = "ended"  # for good


@attrs.frozen(kw_only=True)
class ChildStatistics:
    """A child since its supervisor began."""

    name: str
    state: ChildState
    lives: int
    restarts: int
    """Those that its own failures caused."""
    failures: int
    """In a row."""
    stop_timeouts: int
    last_error: str | None
    mailbox: MailboxStatistics | None


@attrs.frozen(kw_only=True)
class SupervisorStatistics:
    """A supervisor and its children in the order in which they start, without those that are forgotten."""

    name: str
    strategy: Strategy
    running: bool
    children: tuple[ChildStatistics, ...]
