"""A fact in its place in the journal, and its bytes there."""

from typing import get_args, get_type_hints

import attrs
import msgspec

from bitten.rules.facts.commands import Adopted, Asked, Intent, Sent, Settled, Withdrawn
from bitten.rules.facts.decisions import CountdownBegun, Denial, Followed, SignalFound, VerdictGiven, XpAwarded
from bitten.rules.facts.events import Closing, Confirmed, EventFact
from bitten.rules.facts.sessions import (
    CursorSet,
    Greeted,
    Held,
    HoldEnded,
    Reloaded,
    SecurityEvent,
    SessionChanged,
    UserChanged,
)
from bitten.rules.facts.trading import EquityNoted, Outage, Rearmed, TradingSet, Unlocked

Fact = (
    Greeted
    | SessionChanged
    | Held
    | HoldEnded
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
    | CountdownBegun
    | Denial
    | Followed
    | XpAwarded
    | TradingSet
    | Rearmed
    | Unlocked
    | EquityNoted
    | Outage
    | SecurityEvent
    | UserChanged
    | Reloaded
)
"""All there is to be known."""


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
    """A fact to be journaled: who says it, when (hub time, ms), and the entries that caused it.

    It is encoded at once: what cannot be written (TypeError, ValueError) is the fault of who drafts it, and not of the
    scribe, who has the facts of others in hand.
    """

    actor: str
    time: int
    fact: Fact
    causes: tuple[int, ...] = ()
    body: bytes = attrs.field(init=False, repr=False, eq=False)

    @body.default
    def _encoded(self) -> bytes:
        return encode(self.fact)

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
