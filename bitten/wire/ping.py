"""What an operator's command and the hub say of a ping to an EA: that it left, and what came of it."""

from typing import Literal

import attrs

from bitten.units import Id
from bitten.wire.base import Count


@attrs.frozen(kw_only=True)
class PingRequest:
    """Ping a user's EA now (protocol 2.10)."""

    type: Literal["ping"] = "ping"
    user: Id


@attrs.frozen(kw_only=True)
class PingAnswer:
    """It was handed on; `PongRequest` asks what came of it."""

    type: Literal["pinged"] = "pinged"
    user: str
    session: str
    nonce: int


@attrs.frozen(kw_only=True)
class PongRequest:
    """Ask what came of a ping."""

    type: Literal["pong"] = "pong"
    user: Id
    session: Id
    nonce: Count


@attrs.frozen(kw_only=True)
class PongAnswer:
    """What came of it. Times are ms."""

    type: Literal["ponged"] = "ponged"
    user: str
    nonce: int
    answered: bool
    round_trip_ms: int | None
    """From hub to EA and back, by the hub's clock; None: no pong yet."""
    offset_ms: int | None
    """The EA's clock minus the hub's, by this pong."""
    clock_offset_ms: int
    """The same by the fastest of its recent pongs, which the hub goes by."""
    broker_ping_ms: float | None
    """Terminal to broker, by its last telemetry; None: not told."""
    session_state: str
    heard_ms_ago: int
    """Since the EA said anything."""
