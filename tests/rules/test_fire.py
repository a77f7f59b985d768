"""The identity and the life of a command, over the whole product of lives and confirmations."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.errors import IllegalEvent
from bitten.rules.fire import NOT_FOUND, Life, after, barren, fire_id, is_ours, magic_of, order_id
from bitten.units import Account
from bitten.wire.events import Status

ALICE = Account("Broker-Demo", 100)

ALLOWED = {life: {Status(life.value)} for life in Life if life.final and life is not Life.WITHDRAWN} | {
    Life.INTENT: set(Status),
    Life.SENT: set(Status),
    Life.UNKNOWN: set(Status) - {Status.NEVER_SEEN},
    Life.PLACED: set(Status) - {Status.NEVER_SEEN, Status.DONE},
    Life.REJECTED: {Status.REJECTED, Status.FILLED, Status.PARTIAL},
    Life.WITHDRAWN: {Status.NEVER_SEEN},
}


@pytest.mark.parametrize(("life", "status"), list(product(Life, Status)))
def test_every_confirmation_of_every_life_is_decided(life: Life, status: Status) -> None:
    if status in ALLOWED[life]:
        expected = life if life is Life.WITHDRAWN else Life(status.value)
        assert after(life, status) is expected
    else:
        with pytest.raises(IllegalEvent, match=f"{life} cannot become {status}"):
            after(life, status)


@pytest.mark.parametrize("life", Life)
def test_a_final_life_stays_final(life: Life) -> None:
    reachable = {after(life, status) for status in ALLOWED[life]}
    assert not life.final or all(each.final for each in reachable)


def test_a_position_that_was_opened_is_never_forgotten() -> None:
    for life, status in product((Life.FILLED, Life.PARTIAL), set(Status) - {Status.FILLED, Status.PARTIAL}):
        with pytest.raises(IllegalEvent):
            after(life, status)


@pytest.mark.parametrize(("life", "message"), list(product(Life, ["", "no_money", NOT_FOUND])))
def test_only_an_end_without_a_fill_lets_the_next_leg_come(life: Life, message: str) -> None:
    unfilled = {Life.REJECTED, Life.EXPIRED, Life.CANCELLED, Life.NEVER_SEEN, Life.WITHDRAWN}
    assert barren(life, message) is (life in unfilled and message != NOT_FOUND)


def test_a_fire_id_is_the_same_after_a_crash_and_another_for_every_account_signal_and_leg() -> None:
    assert fire_id(ALICE, "S1", 1) == fire_id(Account("Broker-Demo", 100), "S1", 1)
    ids = {
        fire_id(account, signal, leg)
        for account in (ALICE, Account("Broker-Demo", 101), Account("Broker-Live", 100))
        for signal in ("S1", "S11")
        for leg in (1, 11)
    }
    assert len(ids) == 12


def test_an_order_id_differs_by_action_and_ordinal() -> None:
    ids = {order_id(ALICE, "F1", action, n) for action in ("close", "cancel", "modify") for n in (1, 2)}
    assert len(ids) == 6


@given(st.text(max_size=64))
def test_a_magic_is_ours_and_a_double_holds_it(command_id: str) -> None:
    magic = magic_of(command_id)
    assert is_ours(magic)
    assert magic < 2**53


@given(st.integers(min_value=0, max_value=2**32))
def test_a_hand_made_magic_is_not_ours(magic: int) -> None:
    assert not is_ours(magic)
