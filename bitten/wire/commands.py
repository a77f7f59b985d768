"""Commands (protocol 5) and the bookkeeping of events (6.2): hub → EA on 5555."""

from typing import Annotated, Literal

import attrs
import msgspec
from msgspec import UNSET, Meta, UnsetType

from bitten.units import Direction, Id, Lot, MaybeLot, MaybePrice, Millis, Price, SymbolName, Ticket
from bitten.wire.base import Count, EventNumber, InSession


@attrs.frozen(kw_only=True)
class Command(InSession):
    """Executed at most once by its id, and not at or after `expires` (hub time; protocol 5.1, 5.5)."""

    id: Id
    expires: Millis


@attrs.frozen(kw_only=True)
class Fire(Command):
    """Open a position or place a pending order (protocol 5.2). sl and tp 0: none; `deviation` in points."""

    type: Literal["fire"] = "fire"
    signal_id: Id
    magic: Ticket
    symbol: SymbolName
    direction: Direction
    kind: Literal["market", "limit", "stop"]
    entry: Price
    lot: Lot
    sl: MaybePrice
    tp: MaybePrice
    deviation: Annotated[int, Meta(ge=0, lt=10**9)]
    good_till: Millis


@attrs.frozen(kw_only=True)
class Modify(Command):
    """Move stop or target of a position or order: absent is unchanged, 0 removes (protocol 5.3)."""

    type: Literal["modify"] = "modify"
    ticket: Ticket
    sl: MaybePrice | UnsetType = UNSET
    tp: MaybePrice | UnsetType = UNSET


@attrs.frozen(kw_only=True)
class Close(Command):
    """Close `lot` lots of a position (0: all), only while its volume is `if_lot` (protocol 5.3)."""

    type: Literal["close"] = "close"
    ticket: Ticket
    lot: MaybeLot
    if_lot: Lot


@attrs.frozen(kw_only=True)
class Cancel(Command):
    """Withdraw a pending order (protocol 5.3)."""

    type: Literal["cancel"] = "cancel"
    ticket: Ticket


@attrs.frozen(kw_only=True)
class Query(InSession):
    """What became of command `id`? Answered by a confirmation with `again`, or `never_seen` for ever (protocol 5.4)."""

    type: Literal["query"] = "query"
    id: Id


@attrs.frozen(kw_only=True)
class History(InSession):
    """Ask for the deals since a time again, as events (protocol 5.8)."""

    type: Literal["history"] = "history"
    id: Id
    since: Millis


@attrs.frozen(kw_only=True)
class Ack(InSession):
    """The journal holds every event up to `n` durably (protocol 6.1, 6.2)."""

    type: Literal["ack"] = "ack"
    n: Count


class Resend(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Events from `from_` on are missing (protocol 6.2). A Struct: the wire's name of the field is a keyword."""

    type: Literal["resend"] = "resend"
    session: Id
    from_: EventNumber
