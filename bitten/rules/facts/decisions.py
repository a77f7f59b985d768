"""What the brains said."""

from typing import Literal

import attrs

from bitten.messages import FollowedTo, Signal, Verdict
from bitten.units import Account


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
class CountdownBegun:
    """Mode semi: the signal is fired for the user when market time comes to `due`, unless the trader says no."""

    kind: Literal["countdown"] = "countdown"
    user: str
    account: Account
    due: int
    """Market time."""
    verdict: Verdict
    """Without its reasons."""


@attrs.frozen(kw_only=True)
class Denial:
    """The risk gate did not let a fire pass."""

    kind: Literal["denied"] = "denied"
    user: str
    signal_id: str
    code: str
    message: str
    who: str = ""
    """The operator whose fire it would have been; "": the hub's, or the trader's."""
    why: str = ""


@attrs.frozen(kw_only=True)
class Followed:
    """How a signal ended, or would have, if it had been fired at its own entry; by the ticks of its source."""

    kind: Literal["followed"] = "followed"
    signal_id: str
    end: FollowedTo
    at: int
    """Market time."""
    price: float
    """At which it was closed; 0 where that is unknown."""
    r: float | None
    """What it made, in stop distances; None where that is unknown."""
    why: str = ""
    """Why it is unknown."""


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
