"""Who may connect, how a key is shown to people, and how often a thing is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.rules.access import Access, Directory, fingerprint, problem_with, user_of
from bitten.rules.handshakes import MARGIN_MS, Handshakes
from bitten.rules.throttle import KINDS, Throttle
from bitten.units import MINUTE_MS

KEY, OTHER = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID", "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"
"""Of the ZeroMQ RFC that defines CURVE."""


def test_a_key_is_its_users_while_it_is_not_revoked() -> None:
    users = [("alice", KEY, Access.ENABLED), ("bob", OTHER, Access.REVOKED), ("carol", "", Access.ENABLED)]
    directory = Directory.of(users)
    admitted = directory.admit(KEY)
    assert admitted is not None
    assert str(admitted) == f"alice/{fingerprint(KEY)}"
    assert user_of(str(admitted)) == "alice"
    assert directory.admit(OTHER) is None
    assert directory.admit("") is None


def test_who_is_disabled_connects_since_closes_must_pass() -> None:
    assert Directory.of([("alice", KEY, Access.DISABLED)]).admit(KEY) is not None


def test_a_fingerprint_tells_keys_apart() -> None:
    assert fingerprint(KEY) != fingerprint(OTHER)
    assert [len(part) for part in fingerprint(KEY).split("-")] == [4, 4, 4, 4]


@pytest.mark.parametrize("text", ["", KEY[:-1], KEY + "a", KEY[:-1] + " ", KEY[:-1] + '"', "ä" * 40])
def test_what_is_no_key_is_refused(text: str) -> None:
    assert "must be a public key of 40 letters" in problem_with(text)
    with pytest.raises(ValueError, match="must be a public key"):
        fingerprint(text)


def test_a_thing_is_said_once_a_minute_with_how_many_were_left_out() -> None:
    throttle = Throttle()
    assert [throttle.pass_(now, "alice", "knock") for now in (0, 1, MINUTE_MS - 1, MINUTE_MS)] == [0, None, None, 2]
    assert throttle.pass_(MINUTE_MS, "bob", "knock") == 0


def test_kinds_that_are_told_apart_are_bounded() -> None:
    throttle = Throttle()
    for number in range(KINDS + 1):
        assert throttle.pass_(0, str(number)) == 0
    assert throttle.pass_(1, str(KINDS)) is None
    assert throttle.pass_(1, "0") == 0  # Forgotten, and said again.


@given(st.lists(st.sampled_from(["accept", "settle", "wait"]), max_size=60))
def test_handshakes_that_neither_succeed_nor_are_refused_are_counted_in_the_end(events: list[str]) -> None:
    handshakes, now, open_, early, failed = Handshakes(100), 0, 0, 0, 0
    for event in events:
        if event == "accept":
            handshakes.accepted(now)
            early, open_ = (early - 1, open_) if early else (0, open_ + 1)
        elif event == "settle":
            handshakes.settled()
            early, open_ = (early, open_ - 1) if open_ else (early + 1, 0)
        else:
            now += 40
            found = handshakes.failed(now)
            open_, failed = open_ - found, failed + found
        assert (handshakes.next_due is None) == (open_ == 0)
    assert handshakes.failed(now + 100 + MARGIN_MS) == open_


def test_a_refusal_that_is_heard_before_its_connection_is_no_failure() -> None:
    handshakes = Handshakes(100)
    handshakes.settled()
    handshakes.accepted(0)
    assert handshakes.next_due is None
