"""Whether a hello begins a session (protocol 1.7, 2.1, 2.3, 2.9)."""

from collections.abc import Mapping

import attrs

from bitten.rules.access import Access, user_of
from bitten.rules.session.settings import SessionSettings
from bitten.units import Account
from bitten.wire.session import Bye, ByeReason, Hello

PROTOCOL = 1
LOST_FOR_MS = 60_000
"""How long a session must have been lost before another ledger may take its place."""


@attrs.frozen(kw_only=True)
class UserBinding:
    """What a user may connect with."""

    account: Account | None
    """As configured, or as the journal has bound it; None: the first that says hello."""
    accept_live: bool = False
    access: Access = Access.ENABLED
    sender: str = ""
    """The User-Id of a connection with the key that is the user's now; "" without a key."""


@attrs.frozen(kw_only=True)
class Present:
    """The user's session, which has not ended."""

    ea: str
    boot: str
    life: int
    lost_since: int | None
    """Hub time, ms; None: it is not lost."""
    sender: str = ""
    """The User-Id of its connections: whose key it has (protocol 1.6)."""
    released: bool = False
    """The operator has said that another may take its place."""


@attrs.frozen
class Accept:
    """Begin a session. `supersedes`: the present one is told `bye superseded` first."""

    supersedes: bool


@attrs.frozen
class Refuse:
    """Answer with `bye`. `security`: what the journal and the operator are told; "": nothing is suspicious."""

    bye: Bye
    security: str = ""


def judge(
    hello: Hello,
    users: Mapping[str, UserBinding],
    present: Present | None,
    settings: SessionSettings,
    now: int,
    *,
    sender: str,
    sessions: int,
) -> Accept | Refuse:
    """Judge a hello. `now`: hub time, ms; `sender`: the User-Id of its connection, "" where all is plain; `sessions`:
    how many there are.
    """
    if hello.protocol != PROTOCOL:
        return _refuse(ByeReason.PROTOCOL_VERSION, f"protocol {hello.protocol}: this hub speaks {PROTOCOL}")
    if hello.first_event > hello.next_event:
        return _refuse(ByeReason.MALFORMED, f"first_event {hello.first_event} is after next_event {hello.next_event}")
    if bar := barred(hello, users, sender=sender):
        return bar
    if present is None and sessions >= settings.max_sessions:
        return _refuse(ByeReason.HUB_FULL, f"the hub has {sessions} sessions, as many as it may: try again later")
    if present is None:
        return Accept(supersedes=False)
    if present.released or _returns(hello, sender, present) or _may_replace(hello, present, settings, now):
        return Accept(supersedes=True)
    who = "a copy of its ledger" if hello.ea == present.ea else f"another ledger, {hello.ea}"
    return Refuse(
        Bye(
            reason=ByeReason.ALREADY_CONNECTED,
            message=f"user {hello.user!r} has a session already: end it, or have the operator release it",
        ),
        f"{who} said hello while the session of {present.ea} exists",
    )


def barred(hello: Hello, users: Mapping[str, UserBinding], *, sender: str) -> Refuse | None:
    """Why who said this hello may have no session, or have it no longer, among these users; None: they may."""
    if sender and user_of(sender) != hello.user:
        return Refuse(
            Bye(reason=ByeReason.USER_MISMATCH, message="this key is another user's"),
            f"the key of {sender} said hello as {hello.user!r}",
        )
    binding = users.get(hello.user)
    if binding is None:
        return _refuse(ByeReason.UNKNOWN_USER, f"user {hello.user!r} is not configured here")
    if binding.access is Access.REVOKED:
        return _refuse(ByeReason.USER_REVOKED, f"the operator has taken the access of user {hello.user!r} away")
    if sender and sender != binding.sender:
        return _refuse(ByeReason.USER_REVOKED, f"this key is no longer that of user {hello.user!r}")
    return _wrong_account(hello, users, binding)


def _refuse(reason: ByeReason, message: str) -> Refuse:
    return Refuse(Bye(reason=reason, message=message[:512]))


def _wrong_account(hello: Hello, users: Mapping[str, UserBinding], binding: UserBinding) -> Refuse | None:
    """An account that is not the user's is a claim; real money may be there by mistake."""
    account, wrong = Account(hello.account.server, hello.account.login), ByeReason.WRONG_ACCOUNT
    owner = next((name for name, other in users.items() if other.account == account and name != hello.user), None)
    if binding.account not in (None, account):
        message = f"user {hello.user!r} trades {binding.account}, not {account}"
        whose = "" if owner is None else f"; that is the account of {owner!r}"
        return attrs.evolve(_refuse(wrong, message), security=f"said hello with another account: {message}{whose}")
    if owner is not None:
        # Whose, the operator is told, and nobody else.
        security = f"said hello with another account: {account} is that of {owner!r}"
        return attrs.evolve(_refuse(wrong, f"account {account} is bound to another user"), security=security)
    if hello.account.demo or binding.accept_live:
        return None
    money = f"account {account} holds real money, which user {hello.user!r} may not use (accept_live = false)"
    return _refuse(wrong, money)


def _returns(hello: Hello, sender: str, present: Present) -> bool:
    """The same EA again: of the same key, the same process or a later opening of the same ledger."""
    same = (hello.ea, sender) == (present.ea, present.sender)
    return same and (hello.boot == present.boot or hello.life > present.life)


def _may_replace(hello: Hello, present: Present, settings: SessionSettings, now: int) -> bool:
    """Another ledger, after the present one has been lost for long. A copy of it never may."""
    lost_for = None if present.lost_since is None else now - present.lost_since
    return hello.ea != present.ea and lost_for is not None and lost_for >= settings.scaled(LOST_FOR_MS)
