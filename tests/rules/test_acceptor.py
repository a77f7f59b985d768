"""Which hello begins a session (protocol 1.7, 2.1, 2.9)."""

from itertools import product

import attrs
import pytest

from bitten.rules.acceptor import Accept, Present, Refuse, UserBinding, barred, judge
from bitten.rules.access import Access
from bitten.rules.session import SessionSettings
from bitten.units import Account
from bitten.wire.session import ByeReason, Hello
from tests.rules.session_samples import T, hello

SETTINGS = SessionSettings()
FREE = {"paper": UserBinding(account=None)}
HERE = Present(ea="L1", boot="b1", life=1, lost_since=None)
BROKER_100 = Account("Broker", 100)


def real_money(**changes: object) -> Hello:
    sample = hello(**changes)
    return attrs.evolve(sample, account=attrs.evolve(sample.account, demo=False))


def refused(said: Hello, users: dict[str, UserBinding], present: Present | None = None) -> Refuse:
    verdict = judge(said, users, present, SETTINGS, T, sender="", sessions=0)
    assert isinstance(verdict, Refuse)
    assert verdict.bye.session == ""
    return verdict


def refusal(said: Hello, users: dict[str, UserBinding], present: Present | None = None) -> tuple[ByeReason, str]:
    verdict = refused(said, users, present)
    return verdict.bye.reason, verdict.bye.message


def claims(said: Hello, users: dict[str, UserBinding]) -> str:
    return refused(said, users).security


def test_a_user_without_an_account_is_bound_to_the_first() -> None:
    assert judge(hello(), FREE, None, SETTINGS, T, sender="", sessions=0) == Accept(supersedes=False)


def test_a_bound_user_returns_with_its_account() -> None:
    bound = {"paper": UserBinding(account=BROKER_100)}
    assert judge(hello(), bound, None, SETTINGS, T, sender="", sessions=0) == Accept(supersedes=False)


@pytest.mark.parametrize("protocol", [0, 2, -1])
def test_another_protocol(protocol: int) -> None:
    reason, message = refusal(hello(protocol=protocol), FREE)
    assert (reason, message) == (ByeReason.PROTOCOL_VERSION, f"protocol {protocol}: this hub speaks 1")


def test_an_outbox_that_ends_before_it_begins() -> None:
    assert refusal(hello(first_event=3, next_event=2), FREE) == (
        ByeReason.MALFORMED,
        "first_event 3 is after next_event 2",
    )
    empty = hello(first_event=3, next_event=3)
    assert judge(empty, FREE, None, SETTINGS, T, sender="", sessions=0) == Accept(supersedes=False)


def test_an_unknown_user() -> None:
    assert refusal(hello(user="mallory"), FREE) == (
        ByeReason.UNKNOWN_USER,
        "user 'mallory' is not configured here",
    )


@pytest.mark.parametrize("account", [Account("Broker", 101), Account("Other", 100)])
def test_another_account(account: Account) -> None:
    reason, message = refusal(hello(), {"paper": UserBinding(account=account)})
    assert (reason, message) == (ByeReason.WRONG_ACCOUNT, f"user 'paper' trades {account}, not 100@Broker")


def test_an_account_that_is_not_the_users_is_a_claim_and_real_money_a_mistake() -> None:
    other = {"paper": UserBinding(account=Account("Broker", 101))}
    alice = {"alice": UserBinding(account=BROKER_100)}
    said = "said hello with another account: "
    assert claims(hello(), other) == f"{said}user 'paper' trades 101@Broker, not 100@Broker"
    assert claims(hello(), other | alice).endswith("; that is the account of 'alice'")
    assert claims(hello(), FREE | alice) == f"{said}100@Broker is that of 'alice'"
    assert claims(real_money(), FREE) == ""


def test_an_account_has_one_user() -> None:
    users = FREE | {"alice": UserBinding(account=BROKER_100)}
    assert refusal(hello(), users) == (ByeReason.WRONG_ACCOUNT, "account 100@Broker is bound to another user")


def test_real_money_needs_a_word_of_the_operator() -> None:
    reason, message = refusal(real_money(), FREE)
    assert reason is ByeReason.WRONG_ACCOUNT
    assert "accept_live = false" in message
    allowed = {"paper": UserBinding(account=None, accept_live=True)}
    assert judge(real_money(), allowed, None, SETTINGS, T, sender="", sessions=0) == Accept(supersedes=False)


KEYED = "paper/1111-2222-3333-4444"


@pytest.mark.parametrize(
    ("access", "sender", "account"),
    list(product(Access, ("", KEYED, "paper/old", "alice/1111-2222-3333-4444"), (BROKER_100, Account("Broker", 101)))),
)
def test_who_may_have_a_session(access: Access, sender: str, account: Account) -> None:
    """The first that speaks against it is told: whose key, then access, then which key, then the account."""
    users = {"paper": UserBinding(account=account, access=access, sender=KEYED)}
    if sender.startswith("alice"):
        expected = ByeReason.USER_MISMATCH
    elif access is Access.REVOKED or sender == "paper/old":
        expected = ByeReason.USER_REVOKED
    elif account != BROKER_100:
        expected = ByeReason.WRONG_ACCOUNT
    else:
        assert barred(hello(), users, sender=sender) is None
        assert judge(hello(), users, None, SETTINGS, T, sender=sender, sessions=0) == Accept(supersedes=False)
        return
    bar = barred(hello(), users, sender=sender)
    assert bar == judge(hello(), users, HERE, SETTINGS, T, sender=sender, sessions=0)
    assert bar is not None
    assert bar.bye.reason is expected


def test_a_key_that_the_user_has_no_longer_speaks_for_nobody() -> None:
    bar = barred(hello(), {"paper": UserBinding(account=None)}, sender=KEYED)
    assert bar is not None
    assert bar.bye.reason is ByeReason.USER_REVOKED


EAS = ("L1", "L2")
BOOTS = ("b1", "b2")
LIVES = (0, 1, 2)
LOST = (None, T - 59_999, T - 60_000)


@pytest.mark.parametrize(
    ("ea", "boot", "life", "lost_since", "released"), list(product(EAS, BOOTS, LIVES, LOST, (0, 1)))
)
def test_a_hello_while_the_users_session_exists(
    ea: str, boot: str, life: int, lost_since: int | None, released: int
) -> None:
    present = attrs.evolve(HERE, lost_since=lost_since, released=bool(released))
    same = ea == "L1" and (boot == "b1" or life == 2)
    replaced = ea == "L2" and lost_since == T - 60_000
    verdict = judge(hello(ea=ea, boot=boot, life=life), FREE, present, SETTINGS, T, sender="", sessions=0)
    if same or replaced or released:
        assert verdict == Accept(supersedes=True)
    else:
        assert isinstance(verdict, Refuse)
        assert verdict.bye.reason is ByeReason.ALREADY_CONNECTED
        who = "a copy of its ledger" if ea == "L1" else "another ledger, L2,"
        assert verdict.security.replace("L2 said", "L2, said") == f"{who} said hello while the session of L1 exists"


def test_the_wait_for_a_lost_session_scales() -> None:
    fast = SessionSettings(telemetry_ms=50)
    present = attrs.evolve(HERE, lost_since=T - 600)
    assert judge(hello(ea="L2"), FREE, present, fast, T, sender="", sessions=0) == Accept(supersedes=True)


def test_a_wrong_account_is_refused_before_anything_is_said_of_the_present_session() -> None:
    reason, _ = refusal(real_money(), FREE, HERE)
    assert reason is ByeReason.WRONG_ACCOUNT


@pytest.mark.parametrize(("sessions", "full"), [(1, False), (2, True), (3, True)])
def test_a_hub_that_is_full_takes_who_is_here_and_nobody_new(sessions: int, full: bool) -> None:
    two = SessionSettings(max_sessions=2)
    new = judge(hello(), FREE, None, two, T, sender="", sessions=sessions)
    assert isinstance(new, Refuse) == full
    if isinstance(new, Refuse):
        assert new.bye.reason is ByeReason.HUB_FULL
        assert new.bye.message == f"the hub has {sessions} sessions, as many as it may: try again later"
    assert judge(hello(), FREE, HERE, two, T, sender="", sessions=sessions) == Accept(supersedes=True)
    unknown = judge(hello(user="nobody"), FREE, None, two, T, sender="", sessions=sessions)
    assert isinstance(unknown, Refuse)
    assert unknown.bye.reason is ByeReason.UNKNOWN_USER
