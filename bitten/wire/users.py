"""What an operator's command and the hub say of users, over the desk's socket."""

from typing import Literal

import attrs

from bitten.rules.access import Access
from bitten.rules.risk.settings import Mode
from bitten.units import Id, PlainText, TradingState


@attrs.frozen(kw_only=True)
class UsersRequest:
    """Ask who may do what, and who is here."""

    type: Literal["users"] = "users"


@attrs.frozen(kw_only=True)
class PendingRequest:
    """Ask which keys were refused lately."""

    type: Literal["pending"] = "pending"


@attrs.frozen(kw_only=True)
class Enrol:
    """A user that the running hub does not know yet; it stands in the configuration already."""

    type: Literal["enrol"] = "enrol"
    user: Id
    tier: PlainText
    mode: PlainText
    public_key: PlainText
    server: PlainText
    """The broker's server; "" with login 0: bound to the first account that says hello."""
    login: int
    accept_live: bool
    why: PlainText
    who: PlainText


@attrs.frozen(kw_only=True)
class SetAccess:
    """Let a user trade, only lower exposure, or not in at all."""

    type: Literal["set_access"] = "set_access"
    user: Id
    access: Access
    why: PlainText
    who: PlainText


@attrs.frozen(kw_only=True)
class SetKey:
    """The user's EA has another key from now on: the old one is refused, its session ended."""

    type: Literal["set_key"] = "set_key"
    user: Id
    public_key: PlainText
    why: PlainText
    who: PlainText


@attrs.frozen(kw_only=True)
class SetMode:
    """Who decides that a signal is fired for the user, from now on."""

    type: Literal["set_mode"] = "set_mode"
    user: Id
    mode: Mode
    why: PlainText
    who: PlainText


@attrs.frozen(kw_only=True)
class UserStatus:
    """One user: what is configured, and what is so now."""

    user: str
    tier: str
    mode: str
    access: Access
    why: str
    """Why the access is as it is."""
    fingerprint: str
    """Of the public key; "": no key."""
    login: int
    """Of the account that the user is bound to; 0: none yet."""
    server: str
    session: str
    """The session's state; "": there is none."""
    trading: TradingState
    """What holds for the user."""
    open_positions: int
    """Of BITTEN's, by the journal, session or not; a fire without an outcome counts."""


@attrs.frozen(kw_only=True)
class PendingKey:
    """A key that was refused. Ages in ms."""

    public_key: str
    fingerprint: str
    address: str
    first_ms_ago: int
    last_ms_ago: int
    count: int


@attrs.frozen(kw_only=True)
class UsersAnswer:
    """All users of the running hub, in the order of their names."""

    type: Literal["users"] = "users"
    users: tuple[UserStatus, ...]


@attrs.frozen(kw_only=True)
class PendingAnswer:
    """The keys that were refused lately, the newest first."""

    type: Literal["pending"] = "pending"
    keys: tuple[PendingKey, ...]


@attrs.frozen(kw_only=True)
class UserAnswer:
    """What was done to a user, in force when this is sent."""

    type: Literal["user"] = "user"
    user: str
    change: str
    """As `change_of` names it."""
    trading: TradingState
    """What holds for the user now."""
    why: str
    """Why that holds."""
    session: str
    """What became of the session: "ended", "told", "here" where there was nothing to tell, or "" for none."""
    open_positions: int


UserChange = Enrol | SetAccess | SetKey | SetMode


def change_of(request: UserChange) -> str:
    """What a request does to a user, in words: enrolled, enabled, disabled, revoked, rotated, or mode and which."""
    match request:
        case Enrol():
            return "enrolled"
        case SetAccess(access=access):
            return access.value
        case SetKey():
            return "rotated"
        case SetMode(mode=mode):
            return f"mode {mode}"
