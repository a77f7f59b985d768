"""What every message of the wire has: frozen attrs classes, decoded and encoded by msgspec.

A class states its own `type`; `session` fences it to one connection of one EA (protocol 2.4). Fields are declared with
their ranges, so that a message object that exists is well-formed (protocol 1.3).
"""

from typing import Annotated, Literal

import attrs
from msgspec import Meta

from bitten.units import Direction, Id, Lot, MaybeId, MaybePrice, Millis, Money, Price, SymbolName, Ticket

EventNumber = Annotated[int, Meta(ge=1, lt=2**53)]
"""The ledger's number of an event: 1, 2, 3 … (protocol 6.1)."""
Count = Annotated[int, Meta(ge=0, lt=2**53)]
UtcOffset = Annotated[int, Meta(ge=-86_400_000, le=86_400_000)]
"""Broker time minus UTC, milliseconds."""


@attrs.frozen(kw_only=True)
class InSession:
    """A message inside a session: all but `hello` and a refusing `bye`."""

    session: Id


@attrs.frozen(kw_only=True)
class Position:
    """An open position as the terminal reports it (protocol 2.7)."""

    ticket: Ticket
    symbol: SymbolName
    direction: Direction
    lot: Lot
    open_price: Price
    open_time: Millis
    sl: MaybePrice
    tp: MaybePrice
    profit: Money
    magic: Ticket
    fire_id: MaybeId


@attrs.frozen(kw_only=True)
class Order:
    """A pending order as the terminal reports it (protocol 2.7)."""

    ticket: Ticket
    symbol: SymbolName
    direction: Direction
    kind: Literal["limit", "stop"]
    lot: Lot
    price: Price
    sl: MaybePrice
    tp: MaybePrice
    magic: Ticket
    fire_id: MaybeId
