"""What goes into and comes out of the paper EA's machine."""

from enum import StrEnum
from typing import Literal

import attrs

from bitten.wire.codec import FromEa

Press = Literal["fire", "pass", "none"]
"""What the trader's finger does with each signal that is shown in manual mode."""


class Channel(StrEnum):
    """Which socket a message leaves by (protocol 1.1)."""

    COMMAND = "command"
    FEEDBACK = "feedback"


@attrs.frozen
class Sending:
    """A message to send now."""

    channel: Channel
    message: FromEa


class State(StrEnum):
    """Where the EA stands with its hub (protocol 2)."""

    WAITING = "waiting"  # not connected; the next try is at `retry_at`
    GREETING = "greeting"  # hello sent
    PREPARING = "preparing"  # welcome received: specs, bars and snapshot sent, ready repeated
    LIVE = "live"
    ENDED = "ended"  # left by its own will, or refused in a way that trying again does not mend


@attrs.frozen(kw_only=True)
class Identity:
    """Who says hello."""

    user: str
    boot: str
    """Random, new for every process."""
    telemetry_ms: int = 5000
    """The pace of all periods until the welcome gives another."""
    press: Press = "none"


@attrs.define
class Counters:
    """What the EA received, for its report."""

    foreign: int = 0
    """Messages of another session, dropped (protocol 2.4)."""
    malformed: int = 0
    signals: int = 0
    denied: dict[str, int] = attrs.field(factory=dict)
    """By code."""
    lives: int = 0
    """How often a session went live."""
