"""Who speaks for whom, and what is held against it."""

from typing import Literal

import attrs

from bitten.units import Account


@attrs.frozen(kw_only=True)
class Greeted:
    """A session began: which ledger (`ea`) of which account speaks for the user now."""

    kind: Literal["greeted"] = "greeted"
    user: str
    account: Account
    ea: str
    epoch: int
    life: int
    boot: str


@attrs.frozen(kw_only=True)
class SessionChanged:
    """A session went live, stale, lost or ended."""

    kind: Literal["session"] = "session"
    user: str
    epoch: int
    state: str
    reason: str


@attrs.frozen(kw_only=True)
class CursorSet:
    """The EA's outbox begins beyond what we hold: its events up to `n` are lost to us (protocol 6.3)."""

    kind: Literal["cursor"] = "cursor"
    user: str
    account: Account
    ea: str
    n: int


@attrs.frozen(kw_only=True)
class SecurityEvent:
    """Somebody did what they must not: another's session, a second EA, a foreign ticket."""

    kind: Literal["security"] = "security"
    user: str
    what: str
    detail: str


@attrs.frozen(kw_only=True)
class UserChanged:
    """What a user may do here, or with which key, is another from now on."""

    kind: Literal["user"] = "user"
    user: str
    change: str
    """One of enrolled, enabled, disabled, revoked, rotated, or "mode" and which."""
    fingerprint: str
    """Of the public key that holds from now on; "": none."""
    why: str
    who: str


@attrs.frozen(kw_only=True)
class Reloaded:
    """The configuration was read anew, and holds."""

    kind: Literal["reloaded"] = "reloaded"
    changes: tuple[str, ...]
    """What was changed, a line each."""
    why: str
    who: str


@attrs.frozen(kw_only=True)
class Held:
    """Something was seen that a person must look at: the account is `reducing` until this is ended, session or not."""

    kind: Literal["held"] = "held"
    user: str
    account: Account
    ea: str
    what: str
    why: str


@attrs.frozen(kw_only=True)
class HoldEnded:
    """What was held has been settled by the EA's own word. An operator ends holds with `resume --user`."""

    kind: Literal["hold_ended"] = "hold_ended"
    user: str
    account: Account
    what: str
