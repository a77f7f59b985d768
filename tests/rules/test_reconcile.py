"""Journal against account: every difference, and nothing else (protocol 2.6, 5.4, 6.3)."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.rules.book import Book
from bitten.rules.facts import Adopted, Closing, Confirmed, Intent
from bitten.rules.fire import magic_of
from bitten.rules.reconcile import (
    Adopt,
    Ask,
    Asker,
    Belief,
    Difference,
    External,
    Held,
    Hold,
    Missing,
    Picture,
    Unresolved,
    Wait,
    belief,
    compare,
)
from bitten.units import Account, Direction
from bitten.wire.base import Order, Position
from bitten.wire.events import Status
from tests.rules.session_samples import closed, confirmation, order, position

ASKER = Asker(ea="L1", boot="b1", now=100_000)
MAGIC = magic_of("F1")
F1 = Unresolved(id="F1", ea="L1", boot="b1", expires=50_000, magic=MAGIC)
ACCOUNT = Account("Broker", 100)


def picture(*shown: Position | Order) -> Picture:
    positions = tuple(each for each in shown if isinstance(each, Position))
    return Picture(1, positions, tuple(each for each in shown if isinstance(each, Order)))


def differences(believed: Belief, *shown: Position | Order, asker: Asker = ASKER) -> tuple[Difference, ...]:
    return compare(believed, picture(*shown), asker)


def test_nothing_differs_from_nothing() -> None:
    assert differences(Belief()) == ()


def test_the_process_that_a_command_was_sent_to_may_be_asked_at_once() -> None:
    assert differences(Belief(unresolved=(F1,))) == (Ask("F1"),)


@pytest.mark.parametrize("boot", ["b0", ""])
@pytest.mark.parametrize(
    ("now", "expected"),
    [(109_999, Wait("F1", 110_001)), (110_000, Wait("F1", 110_001)), (110_001, Ask("F1"))],
)
def test_a_later_process_may_be_asked_60_s_after_the_expiry(boot: str, now: int, expected: Difference) -> None:
    believed = Belief(unresolved=(attrs.evolve(F1, boot=boot),))
    assert differences(believed, asker=attrs.evolve(ASKER, now=now)) == (expected,)


def test_the_wait_is_at_the_sessions_pace() -> None:
    believed = Belief(unresolved=(attrs.evolve(F1, boot="b0"),))
    asker = attrs.evolve(ASKER, now=50_001, patience=600)
    assert differences(believed, asker=asker) == (Wait("F1", 50_601),)


def test_another_ledger_cannot_answer() -> None:
    (hold,) = differences(Belief(unresolved=(attrs.evolve(F1, ea="L0"),)))
    assert hold == Hold("F1", "it was addressed to the ledger L0, which only that one can answer for")


def test_a_pending_order_that_is_known_to_stand_is_no_question() -> None:
    placed = attrs.evolve(F1, placed=True)
    assert differences(Belief(unresolved=(placed,)), order(magic=MAGIC)) == ()
    assert differences(Belief(unresolved=(placed,))) == (Ask("F1"),)
    assert differences(Belief(unresolved=(F1,)), order(magic=MAGIC)) == (Ask("F1"),)


def test_a_position_of_a_command_that_is_asked_about_is_not_adopted() -> None:
    assert differences(Belief(unresolved=(F1,)), position(magic=MAGIC)) == (Ask("F1"),)


def test_a_position_settles_the_command_of_a_ledger_that_is_gone() -> None:
    found, gone = position(5, magic=MAGIC, fire_id=""), attrs.evolve(F1, ea="L0")
    assert differences(Belief(unresolved=(gone,), fires={MAGIC: "F1"}), found) == (Adopt("F1", found, intended=True),)


def test_a_position_that_its_ea_has_forgotten_is_found_by_its_magic() -> None:
    found = position(5, magic=MAGIC, fire_id="")
    assert differences(Belief(fires={MAGIC: "F1"}), found) == (Adopt("F1", found, intended=True),)


def test_a_pending_order_of_a_ledger_that_is_gone_is_left_to_its_command() -> None:
    gone = attrs.evolve(F1, ea="L0")
    (hold,) = differences(Belief(unresolved=(gone,), fires={MAGIC: "F1"}), order(8, magic=MAGIC))
    assert isinstance(hold, Hold)
    assert hold.what == "F1"


@pytest.mark.parametrize(("fire_id", "id_"), [("F1", "F1"), ("", "adopted-5")])
def test_our_magic_without_an_intent_is_adopted(fire_id: str, id_: str) -> None:
    found = position(5, magic=MAGIC, fire_id=fire_id)
    assert differences(Belief(), found) == (Adopt(id_, found),)


def test_a_position_that_was_closed_after_the_picture_is_not_adopted() -> None:
    assert differences(Belief(ended={5}), position(5, magic=MAGIC)) == ()


def test_another_magic_is_external() -> None:
    assert differences(Belief(), position(magic=7)) == (External(position(magic=7)),)


def test_an_order_with_our_magic_and_no_intent_is_for_a_person() -> None:
    assert differences(Belief(), order(8, magic=MAGIC)) == (Hold("8", "a pending order has our magic and no intent"),)
    assert differences(Belief(), order(8, magic=7)) == ()


@pytest.mark.parametrize("found", [0.0, 0.1, 0.3])
def test_what_is_held_must_be_there_with_its_volume(found: float) -> None:
    held = Held("F1", 5, 0.2)
    shown = [position(5, lot=found, magic=MAGIC)] if found else []
    assert differences(Belief(held=(held,)), *shown) == (Missing(held, found),)


def test_what_is_held_and_there_differs_in_nothing() -> None:
    assert differences(Belief(held=(Held("F1", 5, 0.1),)), position(5, magic=MAGIC)) == ()


TICKETS = st.sets(st.integers(1, 8))


@given(TICKETS, TICKETS, TICKETS)
def test_each_position_is_judged_once_and_none_is_believed_gone(
    held: set[int], ours: set[int], theirs: set[int]
) -> None:
    shown = [position(ticket, magic=MAGIC if ticket in ours else 7) for ticket in sorted(ours | theirs)]
    found = differences(Belief(held=tuple(Held(f"F{each}", each, 0.1) for each in sorted(held))), *shown)
    assert {each.held.ticket for each in found if isinstance(each, Missing)} == held - ours - theirs
    assert {each.position.ticket for each in found if isinstance(each, Adopt)} == ours - held
    assert {each.position.ticket for each in found if isinstance(each, External)} == theirs - ours - held
    assert len(found) == len(held - ours - theirs) + len((ours | theirs) - held)


def intent() -> Intent:
    return Intent(
        id="F1",
        user="paper",
        account=ACCOUNT,
        ea="L1",
        boot="b1",
        action="fire",
        expires=50_000,
        raw="{}",
        symbol="EURUSD",
        direction=Direction.BUY,
        lot=0.1,
        sl=0.0,
        tp=0.0,
        magic=MAGIC,
        day=0,
        market_time=0,
    )


def confirmed(status: Status) -> Confirmed:
    return Confirmed(user="paper", account=ACCOUNT, ea="L1", digest="d", event=confirmation(1, "F1", status))


def test_a_book_without_an_outcome_believes_in_a_question() -> None:
    book = Book(ACCOUNT, "paper")
    book.intend(1, 0, intent())
    assert belief(book).unresolved == (F1,)
    book.confirm(confirmed(Status.PLACED))
    assert belief(book).unresolved == (attrs.evolve(F1, placed=True),)


def test_a_book_believes_in_what_deals_have_left() -> None:
    book = Book(ACCOUNT, "paper")
    book.intend(1, 0, intent())
    book.confirm(confirmed(Status.FILLED))
    believed = belief(book)
    assert (believed.unresolved, believed.held) == ((), (Held("F1", 5, 0.1),))
    assert 5 not in believed.ended
    book.close(Closing(user="paper", account=ACCOUNT, ea="L1", digest="d", day=0, event=closed(2)))
    assert belief(book).held == ()
    assert 5 in belief(book).ended


def test_what_was_adopted_differs_no_more() -> None:
    book = Book(ACCOUNT, "paper")
    found = position(5, magic=MAGIC, fire_id="F1")
    book.adopt(Adopted(id="F1", user="paper", account=ACCOUNT, ea="L1", position=found, day=0))
    assert differences(belief(book), found) == ()
