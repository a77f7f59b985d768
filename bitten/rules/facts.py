"""What the journal holds: append-only facts, each a frozen class with its own `kind`.

State is a fold of facts (`rules.ledger`), so a fact carries all that the fold needs and nothing that can be derived.
Market times decide the broker's `day` (days since 1970 in broker time) where the fact is made, once.
"""

import hashlib
from base64 import b64encode
from typing import Literal, get_args, get_type_hints

import attrs
import msgspec

from bitten.messages import Signal, Verdict
from bitten.units import Account, Direction, TradingState
from bitten.wire.base import Position
from bitten.wire.codec import NumberedEvent
from bitten.wire.events import Closed, Confirmation, FireRequest, Pass, SettledAs

Action = Literal["fire", "modify", "close", "cancel"]


@attrs.frozen(kw_only=True)
class Greeted:
    """A session began: which ledger (`ea`) of which account speaks for the user now."""

    kind: Literal["greeted"] = "greeted"
    user: str
    account: Account
    ea: str
    epoch: int
    life: int
    boot: str


@attrs.frozen(kw_only=True)
class SessionChanged:
    """A session went live, stale, lost or ended."""

    kind: Literal["session"] = "session"
    user: str
    epoch: int
    state: str
    reason: str


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
class Confirmed:
    """The EA's word on a command."""

    kind: Literal["confirmed"] = "confirmed"
    user: str
    account: Account
    ea: str
    digest: str
    event: Confirmation


@attrs.frozen(kw_only=True)
class Closing:
    """A closing deal, in full."""

    kind: Literal["closed"] = "closed"
    user: str
    account: Account
    ea: str
    digest: str
    day: int
    utc_offset: int = 0
    """Broker time minus UTC, ms."""
    event: Closed

    @property
    def net(self) -> float:
        """What the deal realised, net of commission and swap, account currency."""
        return self.event.profit + self.event.commission + self.event.swap


@attrs.frozen(kw_only=True)
class Requested:
    """The trader pressed FIRE."""

    kind: Literal["requested"] = "requested"
    user: str
    account: Account
    ea: str
    digest: str
    event: FireRequest


@attrs.frozen(kw_only=True)
class Passed:
    """The trader pressed PASS."""

    kind: Literal["passed"] = "passed"
    user: str
    account: Account
    ea: str
    digest: str
    event: Pass


@attrs.frozen(kw_only=True)
class Garbled:
    """An event whose number can be read but whose body cannot: kept raw, base64 (protocol 8.1)."""

    kind: Literal["garbled"] = "garbled"
    user: str
    account: Account
    ea: str
    n: int
    digest: str
    raw: str


@attrs.frozen(kw_only=True)
class CursorSet:
    """The EA's outbox begins beyond what we hold: its events up to `n` are lost to us (protocol 6.3)."""

    kind: Literal["cursor"] = "cursor"
    user: str
    account: Account
    ea: str
    n: int


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


@attrs.frozen(kw_only=True)
class SignalFound:
    """VENOM found a pattern."""

    kind: Literal["signal"] = "signal"
    signal: Signal


@attrs.frozen(kw_only=True)
class VerdictGiven:
    """CITADEL judged a signal."""

    kind: Literal["verdict"] = "verdict"
    verdict: Verdict


@attrs.frozen(kw_only=True)
class Denial:
    """The risk gate did not let a fire pass."""

    kind: Literal["denied"] = "denied"
    user: str
    signal_id: str
    code: str
    message: str


@attrs.frozen(kw_only=True)
class XpAwarded:
    """What a closing deal earned: folded into score, streak and locks. One a deal."""

    kind: Literal["xp"] = "xp"
    user: str
    account: Account
    deal: int
    points: int
    reasons: tuple[str, ...]
    day: int
    profit: float
    """Net of commission and swap, account currency."""
    streak: int
    """Wins (positive) or losses (negative) in a row after this deal."""
    locked_until: int
    """Market time; 0: not locked."""
    lock_reason: str
    half_risk: str
    """Why risk is halved from now on until a win; "": it is not."""
    medic: str = ""
    """Why risk is halved for the rest of the broker's day; "": it is not."""
    ticket: int = 0
    closed_lot: float = 0.0
    """Lots of the position that its judged deals closed; 0 after its last deal."""
    closed_net: float = 0.0
    """What those lots realised, account currency."""


@attrs.frozen(kw_only=True)
class TradingSet:
    """The trading state was set, for a user or (user "") hub-wide."""

    kind: Literal["trading"] = "trading"
    user: str
    state: TradingState
    why: str
    who: str


@attrs.frozen(kw_only=True)
class EquityNoted:
    """The account once a minute of market time; the first of a broker's day is its opening equity."""

    kind: Literal["equity"] = "equity"
    user: str
    account: Account
    day: int
    time: int
    balance: float
    equity: float


@attrs.frozen(kw_only=True)
class SecurityEvent:
    """Somebody did what they must not: another's session, a second EA, a foreign ticket."""

    kind: Literal["security"] = "security"
    user: str
    what: str
    detail: str


EventFact = Confirmed | Closing | Requested | Passed | Garbled
Fact = (
    Greeted
    | SessionChanged
    | Intent
    | Sent
    | Asked
    | Withdrawn
    | EventFact
    | CursorSet
    | Adopted
    | Settled
    | SignalFound
    | VerdictGiven
    | Denial
    | XpAwarded
    | TradingSet
    | EquityNoted
    | SecurityEvent
)


@attrs.frozen(kw_only=True)
class Entry:
    """A fact in its place: number, hub time, the actor that wrote it, the entries that caused it."""

    seq: int
    time: int
    actor: str
    causes: tuple[int, ...]
    fact: Fact


@attrs.frozen
class Draft:
    """A fact to be journaled: who says it, when (hub time, ms), and the entries that caused it."""

    actor: str
    time: int
    fact: Fact
    causes: tuple[int, ...] = ()

    def entry(self, seq: int) -> Entry:
        """The fact in its place."""
        return Entry(seq=seq, time=self.time, actor=self.actor, causes=self.causes, fact=self.fact)


_decoders = {get_args(get_type_hints(cls)["kind"])[0]: msgspec.json.Decoder(cls) for cls in get_args(Fact)}


def encode(fact: Fact) -> bytes:
    """A fact's body as the journal keeps it."""
    return msgspec.json.encode(fact)


def decode(kind: str, body: bytes) -> Fact:
    """The fact that was encoded. Raises ValueError for a kind or a body that this version does not know."""
    if kind not in _decoders:
        raise ValueError(f"fact kind {kind!r} is not one of {', '.join(sorted(_decoders))}")
    fact: Fact = _decoders[kind].decode(body)
    return fact


def command_of(fact: Fact) -> str:
    """The id of the command that an event speaks of; "" where it speaks of none."""
    match fact:
        case Confirmed(event=event):
            return event.id
        case Closing(event=event):
            return event.fire_id
        case _:
            return ""


def digest(event: NumberedEvent) -> str:
    """What an event says, hashed without its session: resent under another session it is the same event (6.5)."""
    return _digest(msgspec.json.encode(attrs.evolve(event, session="-")))


def garble(raw: bytes) -> tuple[str, str]:
    """An undecodable event's raw bytes as base64, and their digest."""
    return b64encode(raw).decode(), _digest(raw)


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:32]
