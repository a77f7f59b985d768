"""The storm's checker: silent about a whole story, and never silent about a broken hub."""

import attrs
import pytest

from bitten.paper.broker_values import BrokerPosition
from bitten.paper.report import ClosingDeal, OpeningDeal, PaperReport
from bitten.rules.facts import Draft, Entry, Fact, Sent, Withdrawn, XpAwarded
from bitten.rules.fire import magic_of
from bitten.units import Direction
from bitten.wire.events import Status
from tests.rules.test_audit import AWARD
from tests.rules.test_ledger import ALICE, INTENT, closing, confirmed
from tests.storm.checker import BrokerBook, Kind, LedgerEnd, check

SENT = Sent(id="F1", account=ALICE)
FILLED = confirmed(1, Status.FILLED)
CLOSED = closing(2, 100, 0.3)
STORY: tuple[Fact, ...] = (INTENT, SENT, FILLED, CLOSED, AWARD)

OPENING = OpeningDeal(
    fire_id="F1",
    magic=7,
    ticket=55,
    deal=77,
    symbol="EURUSD",
    direction=Direction.BUY,
    lot=0.3,
    price=1.1001,
    time=1_500,
)
CLOSING = ClosingDeal(
    deal=100,
    ticket=55,
    fire_id="F1",
    lot=0.3,
    price=1.12,
    profit=10.0,
    commission=-1.0,
    swap=0.5,
    reason="tp",
    time=2_000,
)
POSITION = BrokerPosition(
    ticket=56,
    symbol="EURUSD",
    direction=Direction.BUY,
    lot=0.3,
    open_price=1.1,
    open_time=1_500,
    sl=1.09,
    tp=1.12,
    magic=magic_of("F9"),
    comment="",
    profit=0.0,
)
REPORT = PaperReport(
    user="alice",
    ea="ea1",
    server=ALICE.server,
    login=ALICE.login,
    opened=(OPENING,),
    closed=(CLOSING,),
    positions=(),
    orders=(),
    balance=10_007.5,
    equity=10_007.5,
    market_time=3_000,
    ticks_sent=1,
    ticks_dropped=0,
    unacked=0,
    denied={},
    signals=0,
    lives=1,
    foreign=0,
    malformed=0,
)


def entries(*facts: Fact) -> list[Entry]:
    return [Draft("test", seq, fact).entry(seq) for seq, fact in enumerate(facts, 1)]


def found(
    facts: tuple[Fact, ...], next_event: int = 3, earlier: tuple[LedgerEnd, ...] = (), **report: object
) -> list[tuple[Kind, str]]:
    """What the checker says of a journal and a changed book; `next_event` is the EA's ledger's."""
    changed = attrs.evolve(REPORT, **report)  # type: ignore[arg-type]  # each test names fields of the report
    book = BrokerBook(report=changed, next_event=next_event, earlier=earlier, deposit=10_000.0)
    return [(each.kind, each.what) for each in check(entries(*facts), [book])]


def test_a_whole_story_has_no_finding() -> None:
    assert found(STORY) == []


def test_a_hub_that_forgets_its_intents() -> None:
    kinds = found((SENT, FILLED, CLOSED, AWARD))
    assert (Kind.WITHOUT_INTENT, "alice: F1 was ordered as [55] and never intended") in kinds


def test_a_hub_that_retries_blindly() -> None:
    again = attrs.evolve(OPENING, ticket=56, deal=78)
    ours = attrs.evolve(POSITION, magic=OPENING.magic)
    kinds = found(STORY, opened=(OPENING, again), positions=(ours,))
    assert (Kind.DUPLICATED, "alice: F1 was ordered 2 times, as [55, 56]") in kinds
    # Under a new id it is another order, and nobody decided that one.
    other = attrs.evolve(again, fire_id="F2", magic=8)
    kinds = found(STORY, opened=(OPENING, other), positions=(attrs.evolve(ours, magic=8),))
    assert (Kind.WITHOUT_INTENT, "alice: F2 was ordered as [56] and never intended") in kinds


def test_a_signal_that_was_fired_again_while_its_first_leg_was_filled() -> None:
    second = attrs.evolve(INTENT, id="F2", leg=2, magic=8)
    again = attrs.evolve(OPENING, fire_id="F2", magic=8, ticket=56, deal=78)
    kinds = found((*STORY, second), opened=(OPENING, again))
    assert (Kind.DUPLICATED, f"alice: signal {INTENT.signal_id} was ordered 2 times, as ['F1', 'F2']") in kinds


def test_a_hub_that_acks_early() -> None:
    # The EA has dropped event 3 from its outbox, as acked; the hub died before it was in the journal.
    assert found(STORY, next_event=4) == [(Kind.LOST, "alice: event 3 of ea1 was acked and is not in the journal")]
    assert found((INTENT, SENT, FILLED)) == [
        (Kind.LOST, "alice: event 2 of ea1 was acked and is not in the journal"),
        (Kind.DISAGREE, "alice: open are {55: 0.3} in the journal, {} at the broker"),
        (Kind.LOST, "alice: closing deal 100 is not in the journal"),
        (Kind.DISAGREE, "alice: profit is -2.00 in the journal, 7.50 in the book"),
        (Kind.DISAGREE, "alice: closing deal 100 earned no XP"),
    ]


def test_an_event_that_is_not_acked_need_not_be_in_the_journal_but_shows_that_it_was_not_calm() -> None:
    assert found(STORY, next_event=4, unacked=1) == [(Kind.UNRESOLVED, "alice: 1 events were never acked")]


def test_an_event_of_another_ledger_under_the_same_number_does_not_stand_for_it() -> None:
    kinds = found(tuple(attrs.evolve(f, ea="ea2") if f in (FILLED, CLOSED) else f for f in STORY))
    assert [kind for kind, _ in kinds] == [Kind.LOST, Kind.LOST]


def test_an_event_that_a_ledger_was_acked_must_be_there_although_the_ledger_is_lost() -> None:
    earlier = (LedgerEnd("ea0", 1),)
    assert found(STORY, earlier=earlier) == [(Kind.LOST, "alice: event 1 of ea0 was acked and is not in the journal")]


def test_an_order_whose_ledger_is_lost_is_known_by_its_magic() -> None:
    unnamed = attrs.evolve(OPENING, fire_id="")
    assert found(STORY, opened=(unnamed,), closed=(attrs.evolve(CLOSING, fire_id=""),)) == []
    stray = attrs.evolve(OPENING, fire_id="", magic=9, ticket=56, deal=78)
    what = "alice: magic 9 was ordered as [56] and never intended"
    assert found(STORY, opened=(OPENING, stray)) == [(Kind.WITHOUT_INTENT, what)]


@pytest.mark.parametrize(
    ("facts", "report", "kind", "what"),
    [
        ((INTENT, *STORY), {}, Kind.DUPLICATED, "alice: F1 was intended 2 times"),
        ((*STORY, CLOSED), {}, Kind.DUPLICATED, "alice: event 2 of ea1 is in the journal 2 times"),
        ((*STORY, AWARD), {}, Kind.DUPLICATED, "100@Broker-Demo: deal 100 earned XP 2 times"),
        ((INTENT, SENT), {"opened": (), "closed": ()}, Kind.UNRESOLVED, "alice: F1 is sent"),
        (
            (INTENT, SENT, confirmed(1, Status.REJECTED)),
            {"closed": ()},
            Kind.LOST,
            "alice: F1 is rejected in the journal; the broker filled it",
        ),
        (
            (INTENT, Withdrawn(id="F1", account=ALICE, reason="not_sent")),
            {"closed": ()},
            Kind.LOST,
            "alice: F1 is withdrawn in the journal; the broker filled it",
        ),
        (
            STORY,
            {"opened": ()},
            Kind.DISAGREE,
            "alice: F1 is filled in the journal; the broker knows no such fill",
        ),
        (
            STORY,
            {"positions": (POSITION,)},
            Kind.WITHOUT_INTENT,
            "alice: ticket 56 has our magic, and no fire of ours opened it",
        ),
        (STORY, {"closed": ()}, Kind.DISAGREE, "alice: closing deal 100 is in the journal and not in the book"),
        (STORY[:-1], {}, Kind.DISAGREE, "alice: closing deal 100 earned no XP"),
        (
            (*STORY[:-1], attrs.evolve(AWARD, profit=1.0)),
            {},
            Kind.DISAGREE,
            "alice: deal 100 earned 1.00, not 9.50",
        ),
        (STORY, {"balance": 10_007.0}, Kind.DISAGREE, "alice: profit is 7.50 in the journal, 7.00 in the book"),
        (
            (INTENT, SENT, confirmed(2, Status.FILLED)),
            {},
            Kind.DISAGREE,
            "entry 3: event 2 of ea1, expected 1",
        ),
    ],
)
def test_what_is_wrong_is_named(facts: tuple[Fact, ...], report: dict[str, object], kind: Kind, what: str) -> None:
    assert (kind, what) in found(facts, **report)  # type: ignore[arg-type]


def test_a_journal_that_knows_nothing_of_an_account() -> None:
    kinds = [kind for kind, _ in found(())]
    assert {Kind.LOST, Kind.WITHOUT_INTENT, Kind.DISAGREE} == set(kinds)


def test_an_award_for_a_position_of_someone_elses() -> None:
    stray = attrs.evolve(AWARD, deal=101)
    assert isinstance(stray, XpAwarded)
    assert (Kind.DISAGREE, "alice: closing deal 101 earned XP and is none of ours") in found((*STORY, stray))
