"""Greeting, liveness and farewell (protocol 2)."""

from enum import StrEnum
from typing import Annotated, Literal

import attrs
from msgspec import Meta

from bitten.units import PLAIN, Id, MaybeId, Millis, PlainText, SymbolName, Text, TradingState
from bitten.wire.base import Count, EventNumber, InSession, UtcOffset

Timeframe = Literal["M1", "M5", "M15", "H1"]
"""The timeframes an EA is asked for; H4 the hub composes itself (protocol 3.2)."""


class ByeReason(StrEnum):
    """Why a session ended or never began (protocol 2.11)."""

    PROTOCOL_VERSION = "protocol_version"
    UNKNOWN_USER = "unknown_user"
    USER_MISMATCH = "user_mismatch"
    USER_REVOKED = "user_revoked"
    WRONG_ACCOUNT = "wrong_account"
    ALREADY_CONNECTED = "already_connected"
    SUPERSEDED = "superseded"
    MALFORMED = "malformed"
    FEEDBACK_LOST = "feedback_lost"
    HUB_FULL = "hub_full"
    SHUTDOWN = "shutdown"


@attrs.frozen(kw_only=True)
class AccountInfo:
    """The account a terminal is logged in to, as its hello describes it."""

    login: Annotated[int, Meta(ge=1, le=2**63 - 1)]
    server: Annotated[str, Meta(min_length=1, max_length=512, pattern=PLAIN)]
    company: PlainText
    currency: Annotated[str, Meta(min_length=1, max_length=16, pattern=PLAIN)]
    leverage: Annotated[int, Meta(ge=1, le=100_000)]
    margin_mode: Literal["hedging", "netting"]
    demo: bool


@attrs.frozen(kw_only=True)
class Hello:
    """EA → hub on 5555, the first message of a connection (protocol 2.1)."""

    type: Literal["hello"] = "hello"
    protocol: int
    user: Id
    ea: Id
    build: Count
    account: AccountInfo
    time: Millis
    utc_offset: UtcOffset
    first_event: EventNumber
    next_event: EventNumber
    life: Count
    boot: Id
    trade_allowed: bool


@attrs.frozen(kw_only=True)
class BarsWanted:
    """A warm-up request in the welcome: the newest `count` closed bars of one timeframe."""

    symbol: SymbolName
    timeframe: Timeframe
    count: Annotated[int, Meta(ge=1, le=10_000)]


@attrs.frozen(kw_only=True)
class Trading:
    """What may be sent, and why, if not all (protocol 2.3, 7.3)."""

    state: TradingState
    reason: Text


@attrs.frozen(kw_only=True)
class Welcome(InSession):
    """Hub → EA on 5555, the answer to an accepted hello (protocol 2.3)."""

    type: Literal["welcome"] = "welcome"
    epoch: Count
    time: Millis
    echo: Millis
    telemetry_ms: Annotated[int, Meta(ge=1, le=3_600_000)]
    symbols: tuple[SymbolName, ...]
    bars: tuple[BarsWanted, ...]
    ack: Count
    trading: Trading


@attrs.frozen(kw_only=True)
class Bye:
    """Hub → EA on 5555: refused or ended; nothing more comes to that routing id (protocol 2.3, 2.11)."""

    type: Literal["bye"] = "bye"
    session: MaybeId = ""
    reason: ByeReason
    message: Text


@attrs.frozen(kw_only=True)
class Goodbye(InSession):
    """EA → hub on 5555: the terminal leaves (protocol 2.11)."""

    type: Literal["goodbye"] = "goodbye"
    reason: PlainText


@attrs.frozen(kw_only=True)
class Live(InSession):
    """Hub → EA on 5555: reconciled, fires may come (protocol 2.5)."""

    type: Literal["live"] = "live"


@attrs.frozen(kw_only=True)
class Ping(InSession):
    """Either way on 5555; answered by `pong` (protocol 2.10). `time` is the sender's clock."""

    type: Literal["ping"] = "ping"
    nonce: Count
    time: Millis


@attrs.frozen(kw_only=True)
class Pong(InSession):
    """The answer to a ping: its nonce and time (`echo`), and the answerer's own clock."""

    type: Literal["pong"] = "pong"
    nonce: Count
    time: Millis
    echo: Millis
