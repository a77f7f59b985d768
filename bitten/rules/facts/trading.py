"""What an operator allows, and what the account is worth."""

from typing import Literal

import attrs

from bitten.units import Account, TradingState


@attrs.frozen(kw_only=True)
class TradingSet:
    """The trading state was set, for a user or (user "") hub-wide."""

    kind: Literal["trading"] = "trading"
    user: str
    state: TradingState
    why: str
    who: str
    flatten: bool = False
    """While this halt holds, positions of BITTEN's are closed, and so is what is filled later."""


@attrs.frozen(kw_only=True)
class Rearmed:
    """A person has looked at the repeated fires of a user, or (user "") of everybody: they are counted anew."""

    kind: Literal["rearmed"] = "rearmed"
    user: str
    why: str
    who: str


@attrs.frozen(kw_only=True)
class Unlocked:
    """A person ended the lock that losses had brought a user."""

    kind: Literal["unlocked"] = "unlocked"
    user: str
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
class Outage:
    """The journal could not be written from this fact's time on, and all were halted until it was written."""

    kind: Literal["outage"] = "outage"
    what: str
