"""What an operator's command and the hub say of single acts: fires, closes, changes, cancels, and what came of them."""

from typing import Literal

import attrs

from bitten.units import (
    Direction,
    Id,
    MaybeId,
    MaybeLot,
    MaybePrice,
    Millis,
    OrderKind,
    PlainText,
    Ticket,
)


@attrs.frozen(kw_only=True)
class FireNow:
    """Fire a signal that stands for a user, or (`symbol` given) what is described."""

    type: Literal["fire"] = "fire"
    user: Id
    signal_id: MaybeId
    """"" where a symbol is given: such a fire gets an id of its own."""
    symbol: PlainText = ""
    direction: Direction = Direction.BUY
    lot: MaybeLot = 0.0
    """0: as many as the risk allows."""
    sl: MaybePrice = 0.0
    tp: MaybePrice = 0.0
    kind: OrderKind = "market"
    entry: MaybePrice = 0.0
    """Of a pending order."""
    good_for: Millis = 0
    """Of a pending order, ms of market time; 0: until it is cancelled."""
    why: PlainText
    who: PlainText


@attrs.frozen(kw_only=True)
class ClosePosition:
    """Close `lot` lots of a position of ours; 0: all that is open. `user` "": whoever alone has that ticket."""

    type: Literal["close"] = "close"
    user: PlainText
    ticket: Ticket
    lot: MaybeLot
    why: PlainText = ""
    who: PlainText


@attrs.frozen(kw_only=True)
class ModifyPosition:
    """Move stop or target of a position of ours; None: unchanged, 0: none. `user` as for `ClosePosition`."""

    type: Literal["modify"] = "modify"
    user: PlainText
    ticket: Ticket
    sl: MaybePrice | None
    tp: MaybePrice | None
    why: PlainText = ""
    who: PlainText


@attrs.frozen(kw_only=True)
class CancelOrder:
    """Withdraw a pending order of ours. `user` as for `ClosePosition`."""

    type: Literal["cancel"] = "cancel"
    user: PlainText
    ticket: Ticket
    why: PlainText
    who: PlainText


@attrs.frozen(kw_only=True)
class OutcomeRequest:
    """Ask what became of a command."""

    type: Literal["outcome"] = "outcome"
    user: Id
    id: Id


@attrs.frozen(kw_only=True)
class OrderAnswer:
    """A command left for the EA; `OutcomeRequest` asks what became of it."""

    type: Literal["order"] = "order"
    id: str
    user: str
    what: str


@attrs.frozen(kw_only=True)
class OutcomeAnswer:
    """Where a command stands."""

    type: Literal["outcome"] = "outcome"
    id: str
    user: str
    life: str
    """As `bitten journal` names it: sent, placed, filled, done, rejected …"""
    final: bool
    good: bool
    """It did what it was for, or (a pending order) stands."""
    ticket: int
    """The position that it opened, or the pending order that it placed; 0: none."""
    lot: float
    price: float
    message: str
    """The broker's, or the EA's."""


ActRequest = FireNow | ClosePosition | ModifyPosition | CancelOrder | OutcomeRequest
