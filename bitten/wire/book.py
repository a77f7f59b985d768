"""What an operator's command and the hub say of what is open: positions, and commands without an outcome."""

from typing import Literal

import attrs

from bitten.units import PlainText


@attrs.frozen(kw_only=True)
class PositionsRequest:
    """Ask what is open for a user, or (user "") for all."""

    type: Literal["positions"] = "positions"
    user: PlainText


@attrs.frozen(kw_only=True)
class PositionStatus:
    """One open position of BITTEN's, as deals tell it; its stop and profit as the terminal showed them last."""

    user: str
    ticket: int
    symbol: str
    direction: str
    lot: float
    """Still open."""
    price: float
    sl: float
    tp: float
    opened: int
    """Market time, ms."""
    fire_id: str
    profit: float | None
    """Account currency; None: the terminal has not shown it."""
    session: str
    """The session's state; "": there is none, and nothing can be sent."""
    under_way: str
    """A close or a modify without an outcome: its action and its id; "": there is none."""


@attrs.frozen(kw_only=True)
class CommandStatus:
    """One command without an outcome."""

    user: str
    id: str
    action: str
    symbol: str
    direction: str
    lot: float
    ticket: int
    """What it acts on, or the pending order that it placed; 0: none."""
    life: str


@attrs.frozen(kw_only=True)
class PositionsAnswer:
    """What is open, and what is under way, oldest first."""

    type: Literal["positions"] = "positions"
    positions: tuple[PositionStatus, ...]
    commands: tuple[CommandStatus, ...]


@attrs.frozen(kw_only=True)
class SignalsRequest:
    """Ask which signals stand."""

    type: Literal["signals"] = "signals"


@attrs.frozen(kw_only=True)
class SignalStatus:
    """A signal that CITADEL let through and that may still be fired."""

    id: str
    symbol: str
    direction: str
    kind: str
    pattern: str
    entry: float
    sl: float
    tp: float
    score: float
    shield: str
    size: float
    left_ms: int
    """Market time until it expires."""
    users: dict[str, str]
    """What came of it, by user: "fired" and the id, "counting down", "passed", or "" for nothing yet."""


@attrs.frozen(kw_only=True)
class SignalsAnswer:
    """The signals that stand, oldest first."""

    type: Literal["signals"] = "signals"
    signals: tuple[SignalStatus, ...]
