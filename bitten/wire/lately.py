"""What an operator's command and the hub say of what happened lately: log lines, and what keeps fires from leaving."""

from typing import Literal

import attrs

from bitten.units import Millis, PlainText


@attrs.frozen(kw_only=True)
class LogRequest:
    """Ask for the log lines after one that was seen."""

    type: Literal["log"] = "log"
    hub: PlainText = ""
    """Whose line that was, as `LogAnswer` named it; "": none was seen."""
    since: Millis = 0
    """Its number."""


@attrs.frozen(kw_only=True)
class LogLine:
    """One line of the hub's log."""

    n: int
    """Counted from 1, since the hub's start."""
    time: int
    """ms since 1970 UTC."""
    level: str
    message: str


@attrs.frozen(kw_only=True)
class LogAnswer:
    """The newest lines, oldest first, as far back as the hub remembers."""

    type: Literal["log"] = "log"
    hub: str
    """Another one after each start of the hub, where the numbers begin anew."""
    lines: tuple[LogLine, ...]
    lost: int
    """Lines between the one that was seen and the first of these, which the hub does not remember."""


@attrs.frozen(kw_only=True)
class RestraintsRequest:
    """Ask what keeps fires from leaving, and which it kept lately."""

    type: Literal["restraints"] = "restraints"


@attrs.frozen(kw_only=True)
class DenialStatus:
    """A fire that the gate did not let pass."""

    time: int
    """Hub time, ms."""
    user: str
    signal_id: str
    code: str
    message: str


@attrs.frozen(kw_only=True)
class LockStatus:
    """A user who is locked, or whose like fires tripped the throttle."""

    user: str
    why: str
    left_ms: int | None
    """Market time until it ends; None: a person lifts it, or no session tells the market's time."""


@attrs.frozen(kw_only=True)
class RestraintsAnswer:
    """Locks, and the newest denials since the hub's start, oldest first."""

    type: Literal["restraints"] = "restraints"
    locks: tuple[LockStatus, ...]
    denials: tuple[DenialStatus, ...]
