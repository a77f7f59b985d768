"""What a tape holds: all that VENOM, CITADEL, the gate and position care were given, in order, and their answers.

A record is a tuple that begins with its kind. It is put together on the way of a tick, so that it must cost nothing:
what is in it is never changed, and it is encoded later, elsewhere.
"""

from collections.abc import Callable

import attrs
import msgspec

from bitten.messages import Evaluate, Signal, Verdict
from bitten.rules.care import Care, Cared, Rules
from bitten.rules.caring import Look
from bitten.rules.citadel import CitadelSettings, Ease, Scene, SourceQuote
from bitten.rules.citadel.calendar import Event
from bitten.rules.risk import Denied, Order, RiskSettings, Situation, Tier
from bitten.rules.venom import VenomSettings
from bitten.rules.venom.calibration import Calibration, Row
from bitten.units import Id, Millis, Quote, SymbolSpec
from bitten.wire.market import BarRow
from bitten.wire.session import Timeframe

VERSION = 1


@attrs.frozen
class Began:
    """A hub was started, and its brains with it: they know nothing."""

    version: int
    time: Millis
    """Hub time."""
    venom: dict[str, object]
    """`[venom]`, as plain tables."""
    citadel: dict[str, object]
    calibration: tuple[Row, ...]


@attrs.frozen
class Ticked:
    """A quote that VENOM took."""

    user: Id
    symbol: str
    time: Millis
    bid: float
    ask: float


@attrs.frozen
class Beat:
    """What time it is in a user's market."""

    user: Id
    time: int


@attrs.frozen
class Seeded:
    """A session's history."""

    user: Id
    symbol: str
    timeframe: Timeframe
    rows: tuple[BarRow, ...]


@attrs.frozen
class Specified:
    """A symbol's conditions at a user's broker, and that broker's offset from UTC, ms."""

    user: Id
    spec: SymbolSpec
    utc_offset: int


@attrs.frozen
class Gone:
    """A user's session does not deliver any more."""

    user: Id


@attrs.frozen
class Looked:
    """VENOM looked at its bars."""

    work: Evaluate
    signal: Signal | None


@attrs.frozen
class News:
    """The calendar is this from now on."""

    events: tuple[Event, ...]


@attrs.frozen
class Judged:
    """CITADEL judged a signal, at a broker's offset from UTC, ms."""

    utc_offset: int
    others: tuple[SourceQuote, ...]
    """What the other sources showed."""
    ease: Ease | None
    """The throttle's."""
    verdict: Verdict


@attrs.frozen
class Gated:
    """The gate decided: one of `order` and `denied` is there."""

    situation: Situation
    settings: RiskSettings
    tier: Tier
    order: Order | None
    denied: Denied | None


@attrs.frozen
class Tended:
    """Position care looked at a position, and the step that it decided on became the intent `id`.

    A look at which nothing is due has neither; those of the rounds, one a second, are not recorded.
    """

    user: Id
    ticket: int
    id: str
    time: int
    """Market time."""
    position: Cared
    quote: Quote
    rules: Rules
    step: Care | None


@attrs.frozen
class Dropped:
    """So many records are missing here."""

    count: int


Record = Began | Ticked | Beat | Seeded | Specified | Gone | Looked | News | Judged | Gated | Tended | Dropped
KINDS: dict[str, type[Record]] = {
    "began": Began,
    "tick": Ticked,
    "beat": Beat,
    "seed": Seeded,
    "spec": Specified,
    "gone": Gone,
    "look": Looked,
    "news": News,
    "judge": Judged,
    "gate": Gated,
    "care": Tended,
    "dropped": Dropped,
}
Put = Callable[[tuple[object, ...]], None]
"""Takes a record: its kind, and the fields of its class in order."""


def began(time: int, venom: VenomSettings, citadel: CitadelSettings, known: Calibration) -> tuple[object, ...]:
    """The record of a hub's start, hub time."""
    tables = [msgspec.to_builtins(each) for each in (venom, citadel)]
    return ("began", VERSION, time, *tables, known.rows)


def nowhere(record: tuple[object, ...]) -> None:
    """Nothing is recorded."""


def judged(scene: Scene, ease: Ease | None, verdict: Verdict) -> tuple[object, ...]:
    """The record of a verdict; VENOM's records tell the bars that it looked at."""
    return ("judge", scene.utc_offset, scene.others, ease, verdict)


def gated(situation: Situation, settings: RiskSettings, tier: Tier, decision: Order | Denied) -> tuple[object, ...]:
    """The record of the gate's decision."""
    order, denied = (decision, None) if isinstance(decision, Order) else (None, decision)
    return ("gate", situation, settings, tier, order, denied)


def tended(user: str, ticket: int, time: int, seen: Look, id_: str = "") -> tuple[object, ...]:
    """The record of a look at a position, at market time `time`, and of the step that became the intent `id_`."""
    return ("care", user, ticket, id_, time, seen.position, seen.quote, seen.rules, seen.step)


def encode(records: list[tuple[object, ...]]) -> bytes:
    """Records as bytes."""
    return msgspec.msgpack.encode(records)


def decode(body: bytes) -> list[Record]:
    """The records that were encoded. Raises ValueError for what this version does not know."""
    return [_record(each) for each in msgspec.msgpack.decode(body, type=list[list[object]])]


def _record(values: list[object]) -> Record:
    kind = KINDS.get(str(values[0]) if values else "")
    if kind is None:
        raise ValueError(f"a record of kind {values[:1]!r}: must be one of {', '.join(KINDS)}")
    names = [field.name for field in attrs.fields(kind)]
    if len(names) != len(values) - 1:
        raise ValueError(f"a {values[0]} of {len(values) - 1} fields: it has {len(names)}")
    return msgspec.convert(dict(zip(names, values[1:], strict=True)), kind)
