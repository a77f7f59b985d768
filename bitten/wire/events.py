"""Numbered events (protocol 6): EA → hub on 5556, resent until acked."""

from enum import StrEnum
from typing import Literal

import attrs

from bitten.units import Direction, Id, Lot, MaybeId, MaybeLot, MaybePrice, Millis, Money, PlainText, SymbolName, Ticket
from bitten.wire.base import Count, EventNumber, InSession


class Status(StrEnum):
    """What became of a command (protocol 5.4, 6.4)."""

    PLACED = "placed"  # a pending order was accepted
    FILLED = "filled"
    PARTIAL = "partial"  # the remainder is cancelled before this is said
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"  # the broker's answer was ambiguous; a final one follows
    DONE = "done"  # a modify, close or cancel was carried out
    NEVER_SEEN = "never_seen"  # stored for ever: that id will never run


class SettledAs(StrEnum):
    """How an operator may end what the wire does not (protocol 2.6). Not a word of the wire."""

    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NEVER_SEEN = "never_seen"
    CLOSED_UNSEEN = "closed_unseen"  # the position is gone, and its closing deal will never be told


class CloseReason(StrEnum):
    """Why a position, or a part of it, was closed (protocol 6.5)."""

    TP = "tp"
    SL = "sl"
    CLOSE = "close"  # by a command of the hub
    MANUAL = "manual"
    STOP_OUT = "stop_out"
    UNKNOWN = "unknown"


@attrs.frozen(kw_only=True)
class Event(InSession):
    """An event has a number `n` in its EA's ledger."""

    n: EventNumber


@attrs.frozen(kw_only=True)
class Confirmation(Event):
    """What became of command `id`; `again` marks an answer to a query or a repeat (protocol 6.4)."""

    type: Literal["confirmation"] = "confirmation"
    id: Id
    status: Status
    again: bool
    ticket: Ticket
    deal: Ticket
    price: MaybePrice
    lot: MaybeLot
    commission: Money
    retcode: Count
    message: PlainText
    time: Millis


@attrs.frozen(kw_only=True)
class Closed(Event):
    """One closing deal; `fire_id` is "" for a position that BITTEN did not open (protocol 6.5)."""

    type: Literal["closed"] = "closed"
    ticket: Ticket
    deal: Ticket
    fire_id: MaybeId
    symbol: SymbolName
    direction: Direction
    """The position's direction, not the closing deal's."""
    lot: Lot
    price: MaybePrice
    profit: Money
    commission: Money
    swap: Money
    reason: CloseReason
    time: Millis


@attrs.frozen(kw_only=True)
class FireRequest(Event):
    """The trader pressed FIRE on a signal (protocol 6.6)."""

    type: Literal["fire_request"] = "fire_request"
    signal_id: Id
    expires: Millis


@attrs.frozen(kw_only=True)
class Pass(Event):
    """The trader pressed PASS on a signal (protocol 6.6)."""

    type: Literal["pass"] = "pass"
    signal_id: Id
