"""What an operator's command and the hub say to each other, over the desk's own socket: one request, one answer."""

from typing import Literal, get_args

import attrs

from bitten.errors import ExitCode
from bitten.units import PlainText, TradingState
from bitten.wire.acts import (
    ActRequest,
    OrderAnswer,
    OutcomeAnswer,
)
from bitten.wire.alerts import AlertsAnswer, AlertsRequest, AlertsTest, AlertsTestAnswer
from bitten.wire.book import PositionsAnswer, PositionsRequest, SignalsAnswer, SignalsRequest
from bitten.wire.codec import Decoder
from bitten.wire.diagnosis import DiagnosisAnswer, DiagnosisRequest
from bitten.wire.events import SettledAs
from bitten.wire.lately import LogAnswer, LogRequest, RestraintsAnswer, RestraintsRequest
from bitten.wire.latency import LatencyStatus
from bitten.wire.lifting import Rearm, RearmAnswer, Unlock, UnlockAnswer
from bitten.wire.ping import PingAnswer, PingRequest, PongAnswer, PongRequest
from bitten.wire.reload import Reload, ReloadAnswer
from bitten.wire.sight import SilenceCount, SpreadStatus
from bitten.wire.users import (
    Enrol,
    PendingAnswer,
    PendingRequest,
    SetAccess,
    SetKey,
    SetMode,
    UserAnswer,
    UsersAnswer,
    UsersRequest,
)


@attrs.frozen(kw_only=True)
class StatusRequest:
    """Ask for everything that `bitten status` shows."""

    type: Literal["status"] = "status"


@attrs.frozen(kw_only=True)
class SetTrading:
    """Set the trading state of a user, or (user "") of the hub."""

    type: Literal["set_trading"] = "set_trading"
    user: PlainText
    state: TradingState
    why: PlainText
    who: PlainText
    flatten: bool = False
    """With `halted` only: close what BITTEN has open, and what is filled later, while this holds."""


@attrs.frozen(kw_only=True)
class Release:
    """Let another ledger take the place of a user's session (protocol 2.9)."""

    type: Literal["release"] = "release"
    user: PlainText
    who: PlainText


@attrs.frozen(kw_only=True)
class Settle:
    """End a command without an outcome, or a position whose closing will never be told."""

    type: Literal["settle"] = "settle"
    user: PlainText
    """Whose; "": whoever alone has it."""
    id: PlainText
    outcome: SettledAs
    why: PlainText
    who: PlainText


@attrs.frozen(kw_only=True)
class SessionStatus:
    """One EA's session. Ages and offsets in ms, money in the account's currency; -1 or None: not known yet."""

    user: str
    login: int
    server: str
    state: str
    reason: str
    epoch: int
    heard_ms_ago: int
    balance: float | None
    equity: float | None
    open_positions: int
    clock_offset_ms: int | None
    trading: TradingState
    dropped: dict[str, int]


@attrs.frozen(kw_only=True)
class ActorStatus:
    """One supervised actor and its mailbox."""

    name: str
    state: str
    lives: int
    restarts: int
    depth: int
    dropped: int
    refused: int
    last_error: str


@attrs.frozen(kw_only=True)
class StageStatus:
    """One stage of the way from tick to score: how often it spoke, what it said last, how long ago, and how it does."""

    name: str
    count: int
    last: str
    age_ms: int | None
    queue: int
    """Messages that wait for whoever speaks here."""
    expected: str
    """When it should speak."""
    health: str
    """By that: "ok", "late" or "stale"."""
    why: str
    """Why it is not ok, or why nothing is expected now; "": it spoke when it should."""


@attrs.frozen(kw_only=True)
class SocketStatus:
    """One of the hub's sockets."""

    name: str
    endpoint: str
    counts: dict[str, int]


@attrs.frozen(kw_only=True)
class JournalStatus:
    """The journal. `lag` is the number of facts that wait for their commit."""

    path: str
    durability: str
    entries: int
    bytes: int
    lag: int
    failure: str


@attrs.frozen(kw_only=True)
class HubStatus:
    """The hub at a moment."""

    version: str
    pid: int
    uptime_s: float
    trading: TradingState
    trading_why: str
    active_users: int
    sessions: tuple[SessionStatus, ...]
    actors: tuple[ActorStatus, ...]
    stages: tuple[StageStatus, ...]
    latencies: tuple[LatencyStatus, ...]
    sockets: tuple[SocketStatus, ...]
    journal: JournalStatus
    bars: dict[str, int]
    """Bars that VENOM closed from ticks, by timeframe."""
    silences: tuple[SilenceCount, ...]
    """Why VENOM made no signal, the most frequent first."""
    spreads: tuple[SpreadStatus, ...]
    benched: tuple[str, ...]
    """Plug-ins that crashed and are out until the next start."""
    conflicts: tuple[str, ...]
    dead_letters: int
    security: dict[str, int]
    """What was done that must not be, and how often."""
    health: str
    """The worst of all stages, sessions and the journal: "ok", "late" or "stale"."""
    complaints: tuple[str, ...]
    """What is late or stale: its name and the reason."""


@attrs.frozen(kw_only=True)
class StatusAnswer:
    """The answer to `StatusRequest`."""

    type: Literal["status"] = "status"
    status: HubStatus


@attrs.frozen(kw_only=True)
class TradingAnswer:
    """What a `SetTrading` did: the states before and after, and who is held by it now."""

    type: Literal["trading"] = "trading"
    scope: str
    """"hub", or "user NAME"."""
    before: TradingState
    """What held."""
    set_to: TradingState
    after: TradingState
    """What holds now: the stricter of the hub's and the user's own."""
    why: str
    """Why it holds."""
    told: tuple[str, ...]
    """Users whose EA was told."""


@attrs.frozen(kw_only=True)
class ReleaseAnswer:
    """The next hello of the user is accepted, whichever ledger it comes from."""

    type: Literal["released"] = "released"
    user: str
    state: str
    """Of the session that may be replaced."""


@attrs.frozen(kw_only=True)
class SettleAnswer:
    """It is settled, and journaled."""

    type: Literal["settled"] = "settled"
    id: str
    user: str
    was: str
    outcome: SettledAs


@attrs.frozen(kw_only=True)
class Refusal:
    """The hub did not do it."""

    type: Literal["refusal"] = "refusal"
    message: str
    exit_code: int = int(ExitCode.ERROR)


UserRequest = UsersRequest | PendingRequest | Enrol | SetAccess | SetKey | SetMode
DeskRequest = (
    StatusRequest
    | SetTrading
    | Release
    | Settle
    | ActRequest
    | Rearm
    | Unlock
    | PositionsRequest
    | SignalsRequest
    | RestraintsRequest
    | LogRequest
    | DiagnosisRequest
    | PingRequest
    | PongRequest
    | AlertsRequest
    | UserRequest
)
SlowRequest = Reload | AlertsTest
"""What takes its time to answer."""
DeskAnswer = (
    StatusAnswer
    | TradingAnswer
    | ReleaseAnswer
    | SettleAnswer
    | OrderAnswer
    | OutcomeAnswer
    | RearmAnswer
    | UnlockAnswer
    | PositionsAnswer
    | SignalsAnswer
    | RestraintsAnswer
    | LogAnswer
    | DiagnosisAnswer
    | PingAnswer
    | PongAnswer
    | AlertsAnswer
    | AlertsTestAnswer
    | UsersAnswer
    | PendingAnswer
    | UserAnswer
    | ReloadAnswer
    | Refusal
)

desk_requests: Decoder[DeskRequest | SlowRequest] = Decoder(get_args(DeskRequest | SlowRequest))
desk_answers: Decoder[DeskAnswer] = Decoder(get_args(DeskAnswer))
