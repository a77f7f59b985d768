"""From an EA's bytes to the calls of its session (protocol 1.2, 1.3, 8.1)."""

from typing import get_args, get_type_hints

from bitten.errors import Malformed
from bitten.rules.session.effects import Effect
from bitten.rules.session.machine import Session
from bitten.wire.codec import (
    Decoder,
    Envelope,
    FromEaOnCommand,
    FromEaOnFeedback,
    NumberedEvent,
    ea_on_command,
    ea_on_feedback,
)
from bitten.wire.duplicates import ambiguous

_EVENTS = frozenset(get_args(get_type_hints(event)["type"])[0] for event in get_args(NumberedEvent))
_NUMBERS = range(1, 2**53)


def on_command(session: Session, envelope: Envelope, raw: bytes, now: int) -> list[Effect]:
    """A frame from port 5555 whose envelope names this session. Never raises for what is in it."""
    return _take(ea_on_command, session, envelope, raw, now)


def on_feedback(session: Session, envelope: Envelope, raw: bytes, now: int) -> list[Effect]:
    """A frame from port 5556 whose envelope names this session. Never raises for what is in it."""
    return _take(ea_on_feedback, session, envelope, raw, now)


def _take(
    decoder: Decoder[FromEaOnCommand] | Decoder[FromEaOnFeedback],
    session: Session,
    envelope: Envelope,
    raw: bytes,
    now: int,
) -> list[Effect]:
    try:
        message = decoder.decode(raw, envelope)
    except Malformed:
        return unreadable(session, envelope, raw, now) if decoder is ea_on_feedback else session.malformed(now)
    return session.receive(message, now)


def unreadable(session: Session, envelope: Envelope, raw: bytes, now: int) -> list[Effect]:
    """A frame from port 5556 that is no message: an event is kept by its number, anything else is malformed."""
    if envelope.type in _EVENTS and envelope.n in _NUMBERS and not ambiguous(raw):
        return session.garbled(envelope.n, raw, now)
    return session.malformed(now)
