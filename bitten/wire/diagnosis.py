"""What `bitten doctor` asks a running hub beyond its status: what time it has, and how its terminals are."""

from typing import Literal

import attrs


@attrs.frozen(kw_only=True)
class DiagnosisRequest:
    """Ask for what `bitten doctor` judges."""

    type: Literal["diagnosis"] = "diagnosis"


@attrs.frozen(kw_only=True)
class TerminalStatus:
    """The terminal of one session."""

    user: str
    state: str
    build: int
    """Of the terminal, as its hello told it (protocol 2.1)."""
    hindrance: str
    """Why it could not carry out a fire, by its own word; "": it could."""
    clock_offset_ms: int
    """Its EA's clock minus the hub's."""
    clocks_agree: bool
    """They are not so far apart that nothing is fired (protocol 2.10)."""
    broker_ping_ms: float | None
    """Terminal to broker; None: not told."""


@attrs.frozen(kw_only=True)
class DiagnosisAnswer:
    """The hub's time, and a terminal a session."""

    type: Literal["diagnosis"] = "diagnosis"
    hub_time: int
    """ms since 1970 UTC, by a clock that no step of the system's moves."""
    terminals: tuple[TerminalStatus, ...]
