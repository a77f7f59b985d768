"""Bytes to messages and back (protocol 1.2, 1.3).

One table a channel and a direction: what a peer may not say there is malformed, like what cannot be read. msgspec
refuses wrong types, NaN, infinities and numbers out of range; unknown fields are ignored, a field given twice is not.
"""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar, get_args, get_type_hints

import msgspec

from bitten.errors import Malformed
from bitten.wire.account import Heartbeat, Ready, Snapshot, Telemetry
from bitten.wire.advice import Denied, Rank, SignalAdvice, SignalEnd, TradingAdvice
from bitten.wire.commands import Ack, Cancel, Close, Fire, History, Modify, Query, Resend
from bitten.wire.duplicates import FieldCount, refuse_twice
from bitten.wire.events import Closed, Confirmation, FireRequest, Pass
from bitten.wire.market import Bars, Calendar, Spec, Tick, Ticks
from bitten.wire.session import Bye, Goodbye, Hello, Live, Ping, Pong, Welcome

MAX_BYTES = 64 * 1024

FromEaOnCommand = Hello | Ping | Pong | Goodbye
NumberedEvent = Confirmation | Closed | FireRequest | Pass
MarketData = Spec | Tick | Ticks | Bars | Calendar
AccountData = Snapshot | Ready | Telemetry | Heartbeat
FromEaOnFeedback = MarketData | AccountData | NumberedEvent
FromEa = FromEaOnCommand | FromEaOnFeedback
Advice = SignalAdvice | SignalEnd | Rank | TradingAdvice | Denied
Order = Fire | Modify | Close | Cancel
"""A command that may change the account; `query` and `history` change nothing."""
FromHub = Welcome | Bye | Live | Ping | Pong | Order | Query | History | Ack | Resend | Advice

M = TypeVar("M")


class Envelope(msgspec.Struct, frozen=True):
    """What routes a message before its body is read. `n` is 0 where there is no event number."""

    type: str
    session: str = ""
    n: int = 0


class Named(msgspec.Struct, frozen=True):
    """What a message says of its symbol, and nothing else."""

    symbol: str = ""


UNREADABLE = Envelope(type="")
"""Of what has none."""

_envelope = msgspec.json.Decoder(Envelope)
_named = msgspec.json.Decoder(Named)
_encoder = msgspec.json.Encoder()


def peek(raw: bytes) -> Envelope:
    """Read only type, session and event number. Raises `Malformed`."""
    try:
        return _envelope.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"no message: {error}") from None


def symbol_of(raw: bytes) -> str:
    """Read only the symbol of a tick, in a tenth of the time; "" where it has none. Raises `Malformed`."""
    try:
        return _named.decode(raw).symbol
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"no symbol: {error}") from None


class Decoder(Generic[M]):
    """Decodes the messages that one side may send on one channel."""

    def __init__(self, classes: Iterable[type[M]]) -> None:
        self.classes = tuple(classes)
        """What it takes, in the order of the protocol."""
        # Any: msgspec has no type for "a decoder of one of these classes".
        self._by_type: dict[str, tuple[Any, FieldCount]] = {
            _type_name(cls): (msgspec.json.Decoder(cls).decode, FieldCount.of(cls)) for cls in self.classes
        }

    @property
    def types(self) -> frozenset[str]:
        """The `type` values that this channel takes."""
        return frozenset(self._by_type)

    def decode(self, raw: bytes, envelope: Envelope | None = None) -> M:
        """The message in `raw`; `envelope` spares a second peek. Raises `Malformed`, which names the field."""
        kind = (envelope or peek(raw)).type
        known = self._by_type.get(kind)
        if known is None:
            raise Malformed(f"type {kind[:64]!r} is not one of {', '.join(sorted(self._by_type))}")
        decode, fields = known
        try:
            message: M = decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Malformed(f"{kind}: {error}") from None
        if raw.count(b":") != (fields.least(message) if fields.listed else fields.own):
            refuse_twice(raw)
        return message


def _type_name(cls: type) -> str:
    """The one value that the class's `type` field may have."""
    (name,) = get_args(get_type_hints(cls)["type"])
    return str(name)


def encode(message: FromEa | FromHub) -> bytes:
    """One frame. Raises ValueError over 64 KiB: the sender must cut its lists into parts (protocol 1.2)."""
    raw = _encoder.encode(message)
    if len(raw) > MAX_BYTES:
        raise ValueError(f"a {message.type} of {len(raw)} bytes: at most {MAX_BYTES} fit a frame")
    return raw


ea_on_command: Decoder[FromEaOnCommand] = Decoder((Hello, Ping, Pong, Goodbye))
ea_on_feedback: Decoder[FromEaOnFeedback] = Decoder(
    (Spec, Tick, Ticks, Bars, Calendar, Snapshot, Ready, Telemetry, Heartbeat, Confirmation, Closed, FireRequest, Pass)
)
hub_on_command: Decoder[FromHub] = Decoder(
    (
        *(Welcome, Bye, Live, Ping, Pong),
        *(Fire, Modify, Close, Cancel, Query, History, Ack, Resend),
        *(SignalAdvice, SignalEnd, Rank, TradingAdvice, Denied),
    )
)
