"""The audit of a journal: what must not be is found at the entry where it shows."""

import attrs
import pytest

from bitten.rules.audit import Finding, audit
from bitten.rules.facts import Draft, Entry, Fact, Greeted, Sent, XpAwarded
from bitten.units import Account
from bitten.wire.events import Status
from tests.rules.test_ledger import ALICE, INTENT, closing, confirmed

AWARD = XpAwarded(
    user="alice",
    account=ALICE,
    deal=100,
    points=100,
    reasons=("target",),
    day=10,
    profit=9.5,
    streak=1,
    locked_until=0,
    lock_reason="",
    half_risk="",
)
STORY = (INTENT, Sent(id="F1", account=ALICE), confirmed(1, Status.FILLED), closing(2, 100, 0.3), AWARD)


def entries(*facts: Fact) -> list[Entry]:
    return [Draft("test", seq, fact).entry(seq) for seq, fact in enumerate(facts, 1)]


def test_a_whole_story_has_no_finding() -> None:
    assert audit(entries(*STORY)) == []


@pytest.mark.parametrize(
    ("facts", "seq", "says"),
    [
        ((INTENT, INTENT), 2, "F1 is intended twice"),
        ((Sent(id="F9", account=ALICE),), 1, "sent F9, which was never intended"),
        ((INTENT, confirmed(2, Status.FILLED)), 2, "event 2 of ea1, expected 1"),
        ((closing(1, 100, 0.3),), 1, "deal 100 closes F1, which was never intended"),
        ((INTENT, AWARD), 2, "XP for deal 100, which is not in the journal"),
        ((*STORY, AWARD), 6, "XP for deal 100 was awarded twice"),
        (
            (INTENT, confirmed(1, Status.FILLED), confirmed(2, Status.FILLED, ticket=56)),
            3,
            "F1 was filled as ticket 55, and as 56",
        ),
        (
            tuple(
                Greeted(user="alice", account=account, ea="ea1", epoch=1, life=1, boot="b")
                for account in (ALICE, Account("Other", 1))
            ),
            2,
            "alice is bound to 100@Broker-Demo, greeted as 1@Other",
        ),
    ],
)
def test_what_must_not_be_is_found_where_it_shows(facts: tuple[Fact, ...], seq: int, says: str) -> None:
    assert audit(entries(*facts)) == [Finding(seq, says)]


def test_a_missing_entry_is_found() -> None:
    whole = entries(*STORY)
    assert audit([*whole[:1], *whole[2:]])[0] == Finding(3, "entries 2 to 2 are missing")


def test_a_cause_that_is_not_before_its_effect_is_found() -> None:
    (entry,) = entries(INTENT)
    assert audit([attrs.evolve(entry, causes=(1,))]) == [Finding(1, "its cause 1 is not before it")]
