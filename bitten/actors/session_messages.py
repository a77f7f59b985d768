"""What lies in a session's mailbox."""

from typing import Literal

import attrs

from bitten.wire.codec import Envelope
from bitten.wire.session import ByeReason, Trading


@attrs.frozen
class Frame:
    """Bytes from the EA, by the port that they came to."""

    port: Literal["command", "feedback"]
    envelope: Envelope
    raw: bytes


@attrs.frozen
class Durable:
    """The journal holds more of the session's events."""


@attrs.frozen
class Told:
    """The trading state that holds for the user has changed."""

    trading: Trading


@attrs.frozen
class Reconsider:
    """The operator has settled something, or a position was adopted: account and journal are to be compared anew."""


@attrs.frozen
class Pardoned:
    """The operator has looked at what is held against the account, and lets it trade on."""


@attrs.frozen
class Stop:
    """Say bye."""

    reason: ByeReason
    message: str


@attrs.frozen
class Failed:
    """What a reader met in this session's code: it is the session's crash, not the reader's."""

    error: Exception


SessionMessage = Frame | Durable | Told | Reconsider | Pardoned | Stop | Failed
