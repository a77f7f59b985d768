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
    """What it acts on; 0: a fire."""
    life: str


@attrs.frozen(kw_only=True)
class PositionsAnswer:
    """What is open, and what is under way, oldest first."""

    type: Literal["positions"] = "positions"
    positions: tuple[PositionStatus, ...]
    commands: tuple[CommandStatus, ...]
