"""What the actors say to each other: frozen values, one union a mailbox.

Times are milliseconds since 1970 UTC; `market` times come from ticks and events, `hub` times from the hub's own clock.
"""

from enum import StrEnum
from math import isfinite
from typing import Literal

import attrs

from bitten.units import HOUR_MS, MINUTE_MS, Account, Direction, sentence, whole

_TIMEFRAME_MS = {
    "M1": MINUTE_MS,
    "M5": 5 * MINUTE_MS,
    "M15": 15 * MINUTE_MS,
    "H1": HOUR_MS,
    "H4": 4 * HOUR_MS,
}


class Timeframe(StrEnum):
    """The bars that VENOM keeps."""

    ms: int
    """The bar's length in milliseconds."""

    M1 = "M1"
    M5 = "M5"
    M15 = "M15"
    H1 = "H1"
    H4 = "H4"

    def __init__(self, name: str) -> None:
        # An attribute, because a property of an enum costs a fire more than what it answers.
        self.ms = _TIMEFRAME_MS[name]

    def open_time(self, time: int) -> int:
        """When the bar that holds market time `time` began (UTC-aligned)."""
        return time - time % self.ms


@attrs.frozen
class Bar:
    """A closed bar of the bid. `volume` is its count of ticks, 0 where the ticks are synthetic."""

    open_time: int
    open: float
    high: float
    low: float
    close: float
    volume: float

    @property
    def range(self) -> float:
        """High minus low, a price distance."""
        return self.high - self.low

    @property
    def body(self) -> float:
        """Distance between open and close."""
        return abs(self.close - self.open)


class SignalKind(StrEnum):
    """How a signal is meant to be traded: its stop, target and life."""

    RAPID_ASSAULT = "RAPID_ASSAULT"
    PRECISION_STRIKE = "PRECISION_STRIKE"


def _finite(_: object, attribute: "attrs.Attribute[float]", value: float) -> None:
    if not isfinite(value):
        raise ValueError(
            f"{attribute.name} = {value!r}: must be a finite number, or the journal could not be read again"
        )


@attrs.frozen(kw_only=True)
class Evidence:
    """A level and the bar (its open time) that made it: why a pattern spoke.

    Numbers may be NumPy's. Raises ValueError for no finite price, and TypeError.
    """

    what: str = attrs.field(converter=sentence)
    bar_time: int = attrs.field(converter=whole)
    price: float = attrs.field(converter=float, validator=_finite)


@attrs.frozen(kw_only=True)
class HitRate:
    """How often signals like this one reached their target before their stop, in the history that was gone through.

    What was counted, not a probability.
    """

    n: int
    """Signals that were counted."""
    rate: float
    """0 to 1."""
    lower: float
    """Of the interval of 95 %."""
    upper: float
    mean_r: float
    """Mean result in parts of what the stop would have lost, costs included."""

    def __str__(self) -> str:
        """As people are told it."""
        return f"hit rate {self.rate:.0%} of {self.n} ({self.lower:.0%} to {self.upper:.0%}), {self.mean_r:+.2f} R"


@attrs.frozen(kw_only=True)
class Signal:
    """A pattern found. The id is a function of pattern, symbol, timeframe, market time and direction."""

    id: str
    symbol: str
    direction: Direction
    kind: SignalKind
    pattern: str
    timeframe: Timeframe
    entry: float
    sl: float
    tp: float
    score: float
    """0 to 100: a score, not a probability."""
    spread: float
    regime: str
    """As the shield knows it: "trend_up", "trend_down", "range"."""
    evidence: tuple[Evidence, ...]
    source: str
    """The user whose session's ticks made it."""
    made_at: int
    """Market time."""
    expires: int
    """Market time from which it may not be fired any more."""
    hit_rate: HitRate | None = None
    """None: uncalibrated."""

    @property
    def calibrated(self) -> str:
        """What history says of such signals, for people."""
        return "uncalibrated" if self.hit_rate is None else str(self.hit_rate)

    @property
    def reward_to_risk(self) -> float:
        """Target distance over stop distance."""
        return abs(self.tp - self.entry) / abs(self.entry - self.sl)


class ShieldClass(StrEnum):
    """CITADEL's classes, best first."""

    APPROVED = "SHIELD_APPROVED"
    ACTIVE = "SHIELD_ACTIVE"
    VOLATILITY = "VOLATILITY_ZONE"
    UNVERIFIED = "UNVERIFIED"


@attrs.frozen(kw_only=True)
class Part:
    """One reason in a verdict: its points (0: a remark or a veto) and a sentence for people."""

    name: str
    points: float
    sentence: str


@attrs.frozen(kw_only=True)
class Conflict:
    """What a signal may not be fired beside: an open position of this symbol and direction is the same bet."""

    symbol: str
    direction: Direction
    sentence: str


@attrs.frozen(kw_only=True)
class Verdict:
    """CITADEL's word on a signal."""

    signal: Signal
    score: float
    """0 to 10."""
    shield: ShieldClass
    size: float
    """Multiplies the tier's risk; 0 where vetoed, never above 1."""
    parts: tuple[Part, ...]
    vetoes: tuple[Part, ...]
    conflicts: tuple[Conflict, ...] = ()
    base: float = 5.0
    """Where the score of every signal begins."""
    least: float = 4.0
    """What a score must be at least to be traded."""

    def decision(self) -> "Verdict":
        """What was decided, without the reasons: they have a record of their own, and a fire waits for this one."""
        return attrs.evolve(self, parts=(), vetoes=())

    @property
    def vetoed(self) -> bool:
        """No fire may come of it."""
        return self.size == 0


class FollowedTo(StrEnum):
    """How a signal ended, or would have."""

    TARGET = "target"
    STOP = "stop"
    EXPIRED = "expired"  # neither was reached for so long that it was closed at the price of the time
    UNKNOWN = "unknown"  # not all ticks were seen


@attrs.frozen(kw_only=True)
class Evaluate:
    """VENOM's work: the bars of `symbol` changed in a way that patterns wait for."""

    symbol: str
    trigger: Literal["bar", "tick"]
    at: int
    """Market time: of the M5 bar's close, or of the tick."""


@attrs.frozen(kw_only=True)
class FireAsked:
    """Somebody wants a signal fired for a user: the trader's button."""

    user: str
    signal_id: str
    expires: int
    """Hub time."""


@attrs.frozen(kw_only=True)
class CountdownOver:
    """Market time has come to where a user's mode semi fires."""

    user: str


@attrs.frozen(kw_only=True)
class Returned:
    """A user's session is reconciled and has a quote of `symbol`: fires of it that never ran may be judged anew."""

    user: str
    symbol: str


@attrs.frozen(kw_only=True)
class Arrived:
    """A user's session is live."""

    user: str


@attrs.frozen(kw_only=True)
class DealClosed:
    """A closing deal is durable: seq of its fact, for the XP actor."""

    user: str
    account: Account
    seq: int


@attrs.frozen(kw_only=True)
class RankWanted:
    """A user's chart has no rank to show yet: the session went live."""

    user: str


@attrs.frozen(kw_only=True)
class CareDue:
    """A user's open positions may be due for a step of position care."""

    user: str


VenomMessage = Evaluate
CitadelMessage = Signal
RouterMessage = Verdict | FireAsked | CountdownOver | Returned | Arrived
XpMessage = DealClosed | RankWanted
