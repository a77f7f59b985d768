"""The account's state (protocol 2.5, 4): EA → hub on 5556."""

from typing import Annotated, Literal

import attrs
from msgspec import Meta

from bitten.units import Millis, Money
from bitten.wire.base import Count, EventNumber, InSession, Order, Position, UtcOffset

BarsName = Annotated[str, Meta(pattern=r"^[!-~]{1,32} [MH][0-9]{1,2}\Z")]
"""A symbol and a timeframe."""
Part = Annotated[int, Meta(ge=1, le=10_000)]
"""A list too long for one frame comes in parts 1 … `parts`."""


@attrs.frozen(kw_only=True)
class Snapshot(InSession):
    """All positions and orders; every deal before it is an event before `next_event` (protocol 2.5)."""

    type: Literal["snapshot"] = "snapshot"
    part: Part
    parts: Part
    next_event: EventNumber
    positions: tuple[Position, ...]
    orders: tuple[Order, ...]


@attrs.frozen(kw_only=True)
class Ready(InSession):
    """Specs, bars and snapshot are sent; `bars` counts them by "SYMBOL TIMEFRAME" (protocol 2.5)."""

    type: Literal["ready"] = "ready"
    bars: dict[BarsName, Count]


@attrs.frozen(kw_only=True)
class Telemetry(InSession):
    """The account every `telemetry_ms` (protocol 4.1); money in the account's currency."""

    type: Literal["telemetry"] = "telemetry"
    time: Millis
    utc_offset: UtcOffset
    next_event: EventNumber
    balance: Money
    equity: Money
    margin: Money
    free_margin: Money
    profit: Money
    connected: bool
    broker_ping_ms: Annotated[float, Meta(ge=-1, lt=1e9)]
    trade_allowed: bool
    part: Part
    parts: Part
    positions: tuple[Position, ...]
    orders: tuple[Order, ...]


@attrs.frozen(kw_only=True)
class Heartbeat(InSession):
    """Sent whenever nothing else was for a second (protocol 4.2)."""

    type: Literal["heartbeat"] = "heartbeat"
    time: Millis
    next_event: EventNumber
