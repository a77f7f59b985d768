"""What was decided for an account, and what ends it without the EA."""

from typing import Literal

import attrs

from bitten.messages import Verdict
from bitten.units import Account, Direction, OrderKind
from bitten.wire.base import Position
from bitten.wire.events import SettledAs

Action = Literal["fire", "modify", "close", "cancel"]


@attrs.frozen(kw_only=True)
class Intent:
    """A command was decided. Durable before the command leaves; `raw` is what is sent, byte for byte (protocol 5.6)."""

    kind: Literal["intent"] = "intent"
    id: str
    user: str
    account: Account
    ea: str
    boot: str
    """The process that it is sent to; who else may say that it never saw it, and when, is protocol 5.4."""
    action: Action
    expires: int
    """Hub time."""
    raw: str
    symbol: str
    direction: Direction
    """Of the position that is opened, changed or closed."""
    lot: float
    sl: float
    """Stop that holds once the command is carried out; 0: none."""
    tp: float
    entry: float = 0.0
    ticket: int = 0
    signal_id: str = ""
    leg: int = 0
    magic: int = 0
    risk: float = 0.0
    """Money lost if the stop is hit, account currency."""
    day: int
    market_time: int
    verdict: Verdict | None = None
    """What a fire came of, without its reasons: its own record may die with the hub, and a next leg is judged on it."""
    asked_until: int = 0
    """Hub time until which the trader's press counts; 0: nobody pressed."""
    order_kind: OrderKind = "market"
    """Of a fire."""
    care: str = ""
    """The step of position care that it is; "": it is none."""
    who: str = ""
    """The operator whose act it is; "": it is the hub's, or the trader's."""
    why: str = ""


@attrs.frozen(kw_only=True)
class Sent:
    """The command was handed to the socket: delivered it is not yet."""

    kind: Literal["sent"] = "sent"
    id: str
    account: Account


@attrs.frozen(kw_only=True)
class Asked:
    """An EA was asked for the deals of an account again: its `done` under this id is the answer (protocol 5.8)."""

    kind: Literal["asked"] = "asked"
    id: str
    account: Account


@attrs.frozen(kw_only=True)
class Withdrawn:
    """The command never left this process and never will."""

    kind: Literal["withdrawn"] = "withdrawn"
    id: str
    account: Account
    reason: str


@attrs.frozen(kw_only=True)
class Adopted:
    """A position with our magic that no intent of this journal explains: taken over under its id (protocol 6.3)."""

    kind: Literal["adopted"] = "adopted"
    id: str
    user: str
    account: Account
    ea: str
    position: Position
    day: int


@attrs.frozen(kw_only=True)
class Settled:
    """The operator ended what nothing else can: a command without an outcome, or a position whose closing is lost."""

    kind: Literal["settled"] = "settled"
    user: str
    account: Account
    id: str
    """A command's id, or a ticket of ours."""
    outcome: SettledAs
    who: str
    why: str
