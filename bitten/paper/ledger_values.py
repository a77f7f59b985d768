"""What the paper EA's ledger keeps: commands with their outcome, and events as they are stored."""

from enum import StrEnum

import attrs

from bitten.wire.codec import Decoder, NumberedEvent, Order, encode
from bitten.wire.commands import Cancel, Close, Fire, Modify
from bitten.wire.events import Closed, Confirmation, FireRequest, Pass

UNSENT = "-"
"""Stands for the session in what is stored: a session ends, an event does not."""

_events: Decoder[NumberedEvent] = Decoder((Confirmation, Closed, FireRequest, Pass))
_requests: Decoder[Order] = Decoder((Fire, Modify, Close, Cancel))


class Stage(StrEnum):
    """How far a command id came. None of them is ever executed again (protocol 5.5)."""

    STARTED = "started"  # written before the broker was asked; no answer is known
    UNKNOWN = "unknown"  # the broker's answer was ambiguous: being looked for
    PLACED = "placed"  # a pending order stands
    NOT_FOUND = "not_found"  # said to be rejected after a search; a deal that appears later overrides it
    FINAL = "final"


@attrs.frozen(kw_only=True)
class Entry:
    """A command id in the ledger. Without a request it was only ever asked about (protocol 5.4, 5.8)."""

    id: str
    stage: Stage
    request: Order | None = None
    outcome: Confirmation | None = None
    """The newest confirmation; None while the broker's answer is awaited."""

    @property
    def magic(self) -> int:
        """What the broker keeps a fire under; 0 for other commands."""
        return self.request.magic if isinstance(self.request, Fire) else 0


def stored_event(event: NumberedEvent) -> bytes:
    """An event's bytes for the disk, without its session."""
    return encode(attrs.evolve(event, session=UNSENT))


def event_of(stored: bytes) -> NumberedEvent:
    """The event in `stored`. Raises `Malformed` for what `stored_event` did not write."""
    return _events.decode(stored)


def stored_request(request: Order | None) -> bytes | None:
    """A command's bytes for the disk, without its session."""
    return None if request is None else encode(attrs.evolve(request, session=UNSENT))


def request_of(stored: bytes | None) -> Order | None:
    """The command in `stored`. Raises `Malformed` for what `stored_request` did not write."""
    return None if stored is None else _requests.decode(stored)


def outcome_of(stored: bytes | None) -> Confirmation | None:
    """The confirmation in `stored`. Raises `Malformed` for anything else."""
    event = None if stored is None else event_of(stored)
    assert event is None or isinstance(event, Confirmation)
    return event
