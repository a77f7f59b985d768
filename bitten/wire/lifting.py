"""What an operator's command and the hub say of what only a person lifts: a throttle that tripped, a lock."""

from typing import Literal

import attrs

from bitten.units import Id, PlainText


@attrs.frozen(kw_only=True)
class Rearm:
    """Let like fires of a user, or (user "") of everybody, be counted anew."""

    type: Literal["rearm"] = "rearm"
    user: PlainText
    why: PlainText
    who: PlainText


@attrs.frozen(kw_only=True)
class Unlock:
    """End the lock that losses brought a user."""

    type: Literal["unlock"] = "unlock"
    user: Id
    why: PlainText
    who: PlainText


@attrs.frozen(kw_only=True)
class RearmAnswer:
    """Like fires are counted anew."""

    type: Literal["rearmed"] = "rearmed"
    scope: str
    """"hub", or "user NAME"."""
    tripped: dict[str, str]
    """What had tripped, by user; they may be fired for again."""


@attrs.frozen(kw_only=True)
class UnlockAnswer:
    """The lock is ended."""

    type: Literal["unlocked"] = "unlocked"
    user: str
    until: int
    """Market time at which it would have ended, ms."""
    was: str
    """Why it was there."""
