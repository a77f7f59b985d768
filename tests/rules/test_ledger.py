"""The ledger: what facts amount to, once each, in whatever way the wire repeats them."""

from collections.abc import Iterator

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.messages import ShieldClass, Verdict
from bitten.rules.facts import (
    Adopted,
    Closing,
    Confirmed,
    CursorSet,
    Denial,
    Draft,
    EquityNoted,
    Fact,
    Garbled,
    Greeted,
    Held,
    HoldEnded,
    Intent,
    Rearmed,
    Sent,
    Settled,
    TradingSet,
    Withdrawn,
    decode,
    digest,
    encode,
)
from bitten.rules.fire import Life
from bitten.rules.ledger import Ledger
from bitten.units import Account, Direction, TradingState
from bitten.wire.base import Position
from bitten.wire.events import Closed, CloseReason, Confirmation, SettledAs, Status
from tests.rules.citadel.scenes import signal

ALICE = Account("Broker-Demo", 100)
INTENT = Intent(
    id="F1",
    user="alice",
    account=ALICE,
    ea="ea1",
    boot="b1",
    action="fire",
    expires=6_000,
    raw="{}",
    symbol="EURUSD",
    direction=Direction.BUY,
    lot=0.3,
    sl=1.09,
    tp=1.12,
    entry=1.1,
    signal_id="S1",
    leg=1,
    magic=7,
    risk=30.0,
    day=10,
    market_time=1_000,
)


VERDICT = Verdict(signal=signal(), score=7.0, shield=ShieldClass.ACTIVE, size=1.0, parts=(), vetoes=())


def confirmed(n: int, status: Status, id_: str = "F1", **more: object) -> Confirmed:
    values = {
        "session": "s1",
        "n": n,
        "id": id_,
        "status": status,
        "again": False,
        "ticket": 55,
        "deal": 77,
        "price": 1.1001,
        "lot": 0.3,
        "commission": -2.0,
        "retcode": 10009,
        "message": "",
        "time": 1_500,
    }
    event = Confirmation(**{**values, **more})  # type: ignore[arg-type]
    return Confirmed(user="alice", account=ALICE, ea="ea1", digest=digest(event), event=event)


def closing(n: int, deal: int, lot: float, profit: float = 10.0, fire_id: str = "F1") -> Closing:
    event = Closed(
        session="s1",
        n=n,
        ticket=55,
        deal=deal,
        fire_id=fire_id,
        symbol="EURUSD",
        direction=Direction.BUY,
        lot=lot,
        price=1.12,
        profit=profit,
        commission=-1.0,
        swap=0.5,
        reason=CloseReason.TP,
        time=2_000,
    )
    return Closing(user="alice", account=ALICE, ea="ea1", digest=digest(event), day=10, event=event)


def fold(*facts: Fact) -> Ledger:
    ledger = Ledger()
    for seq, fact in enumerate(facts, 1):
        ledger.apply(Draft("test", seq, fact).entry(seq))
    return ledger


def test_an_intent_is_a_shot_and_owed_an_answer() -> None:
    book = fold(INTENT).books[ALICE]
    assert list(book.unresolved) == ["F1"]
    assert (book.day(10).shots, book.open_count(), book.fired) == (1, 1, {"S1": "F1"})


def test_a_fill_ends_the_fire_and_opens_a_holding() -> None:
    book = fold(INTENT, Sent(id="F1", account=ALICE), confirmed(1, Status.FILLED)).books[ALICE]
    assert not book.unresolved
    assert book.commands["F1"].life is Life.FILLED
    holding = book.holdings[55]
    assert (holding.left, holding.price, holding.sl, holding.fire_id) == (0.3, 1.1001, 1.09, "F1")
    assert (book.open_count(), book.profit) == (1, -2.0)


def test_a_confirmation_counts_once_whatever_number_it_comes_under() -> None:
    once = fold(INTENT, confirmed(1, Status.FILLED)).books[ALICE]
    twice = fold(INTENT, confirmed(1, Status.FILLED), confirmed(2, Status.FILLED, again=True)).books[ALICE]
    assert once == twice


def greeted(boot: str) -> Greeted:
    return Greeted(user="alice", account=ALICE, ea="ea1", epoch=1, life=1, boot=boot)


def settled(outcome: SettledAs) -> Settled:
    return Settled(user="alice", account=ALICE, id="F1", outcome=outcome, who="op", why="seen at the broker")


def ends() -> Iterator[tuple[str, list[Fact], bool]]:
    """Every way in which a fire can stand, by name, and whether the next leg may follow."""
    unfilled = {Status.REJECTED, Status.EXPIRED, Status.CANCELLED, Status.NEVER_SEEN}
    yield "decided", [], False
    yield "sent", [Sent(id="F1", account=ALICE)], False
    yield "withdrawn", [Withdrawn(id="F1", account=ALICE, reason="busy")], True
    yield "not-found", [confirmed(1, Status.REJECTED, message="not_found")], False
    yield "filled-after-rejected", [confirmed(1, Status.REJECTED), confirmed(2, Status.FILLED)], False
    for outcome in set(SettledAs) - {SettledAs.CLOSED_UNSEEN}:
        yield f"settled-{outcome}", [settled(outcome)], False
    for status in Status:
        yield status.value, [confirmed(1, status)], status in unfilled
        # A ledger that was rolled back never saw what ran; it invents no other end.
        by_another: list[Fact] = [greeted("b2"), confirmed(1, status)]
        yield f"{status} by another process", by_another, status in unfilled - {Status.NEVER_SEEN}


ENDS = sorted(ends(), key=lambda each: each[0])


@pytest.mark.parametrize(("facts", "may_fire"), [each[1:] for each in ENDS], ids=[each[0] for each in ENDS])
def test_the_next_leg_comes_only_after_an_end_without_a_fill(facts: list[Fact], may_fire: bool) -> None:
    book = fold(greeted(INTENT.boot), attrs.evolve(INTENT, verdict=VERDICT), *facts).books[ALICE]
    assert book.may_fire("S1") is may_fire
    assert list(book.lapsed) == (["F1"] if book.commands["F1"].life is Life.NEVER_SEEN and may_fire else [])
    assert book.commands["F1"].intent.verdict == (
        VERDICT if book.lapsed or not book.commands["F1"].life.final else None
    )


def test_a_leg_that_never_ran_waits_for_no_more_than_the_next_one() -> None:
    second = attrs.evolve(INTENT, id="F2", leg=2, magic=8)
    book = fold(greeted(INTENT.boot), INTENT, confirmed(1, Status.NEVER_SEEN), second).books[ALICE]
    assert (book.lapsed, book.may_fire("S1"), book.fired) == ({}, False, {"S1": "F2"})


@given(
    st.lists(st.sampled_from([0.1, 0.2]), min_size=1, max_size=3).filter(lambda lots: sum(lots) < 0.31), st.booleans()
)
def test_partial_closings_leave_what_is_left_in_decimal(lots: list[float], doubled: bool) -> None:
    deals = [closing(2 + index, 100 + index, lot) for index, lot in enumerate(lots)]
    book = fold(INTENT, confirmed(1, Status.FILLED), *deals, *(deals if doubled else [])).books[ALICE]
    left = round(0.3 - sum(lots), 10)
    assert (book.holdings[55].left if left else 0) == left
    assert (55 in book.holdings) is (left > 0)
    assert book.day(10).realised == pytest.approx(-2.0 + 9.5 * len(lots))
    assert book.profit == pytest.approx(book.day(10).realised)


def test_a_closing_that_is_told_before_its_fill_is_not_forgotten() -> None:
    book = fold(INTENT, confirmed(1, Status.UNKNOWN), closing(2, 100, 0.3), confirmed(3, Status.FILLED)).books[ALICE]
    assert not book.holdings
    assert book.profit == 7.5


def test_a_foreign_position_changes_the_day_but_nothing_of_ours() -> None:
    ledger = fold(INTENT, closing(1, 100, 0.3, fire_id=""))
    book = ledger.books[ALICE]
    assert (book.day(10).realised, book.profit, ledger.unjudged) == (9.5, 0.0, {})


def test_a_fill_that_is_found_later_overrides_not_found() -> None:
    ledger = fold(INTENT, confirmed(1, Status.REJECTED, lot=0.0, message="not_found"), confirmed(2, Status.FILLED))
    assert ledger.books[ALICE].commands["F1"].life is Life.FILLED
    assert 55 in ledger.books[ALICE].holdings
    assert ledger.conflicts == ["alice: F1 was rejected (not_found), and is filled after all"]


@pytest.mark.parametrize("second", [Status.REJECTED, Status.EXPIRED, Status.NEVER_SEEN, Status.UNKNOWN])
def test_a_contradiction_changes_nothing_and_is_kept_for_a_person(second: Status) -> None:
    ledger = fold(INTENT, confirmed(1, Status.FILLED), confirmed(2, second))
    assert ledger.books[ALICE].commands["F1"].life is Life.FILLED
    assert ledger.conflicts == [f"alice: F1: a command that is filled cannot become {second}"]


def test_a_word_on_an_unknown_command_is_kept_for_a_person() -> None:
    assert fold(confirmed(1, Status.FILLED, id_="F9")).conflicts == [
        "alice: filled for F9, which this journal never intended"
    ]


def test_a_withdrawn_fire_was_no_shot() -> None:
    book = fold(INTENT, Withdrawn(id="F1", account=ALICE, reason="queue full")).books[ALICE]
    assert (book.day(10).shots, book.open_count(), book.commands["F1"].life) == (0, 0, Life.WITHDRAWN)


def test_a_modify_moves_the_stops_once_it_is_done() -> None:
    modify = attrs.evolve(INTENT, id="M1", action="modify", ticket=55, sl=1.1, tp=0.0, signal_id="")
    done = confirmed(2, Status.DONE, id_="M1", commission=0.0)
    before = fold(INTENT, confirmed(1, Status.FILLED), modify).books[ALICE].holdings[55]
    after = fold(INTENT, confirmed(1, Status.FILLED), modify, done).books[ALICE].holdings[55]
    assert ((before.sl, before.tp), (after.sl, after.tp)) == ((1.09, 1.12), (1.1, 0.0))


def test_the_cursor_follows_the_events_of_its_ea_and_remembers_what_they_said() -> None:
    first, second = confirmed(1, Status.PLACED), closing(2, 100, 0.1)
    garbled = Garbled(user="alice", account=ALICE, ea="ea1", n=3, digest="d3", raw="")
    cursor = fold(INTENT, first, second, garbled).cursor(ALICE, "ea1")
    assert (cursor.n, cursor.digests) == (3, {1: first.digest, 2: second.digest, 3: "d3"})
    assert fold(first).cursor(ALICE, "ea2").n == 0


def test_a_cursor_is_set_over_a_gap() -> None:
    assert fold(CursorSet(user="alice", account=ALICE, ea="ea1", n=40)).cursor(ALICE, "ea1").n == 40


def test_the_same_event_under_another_session_says_the_same() -> None:
    event = confirmed(1, Status.FILLED).event
    assert digest(event) == digest(attrs.evolve(event, session="s2"))
    assert digest(event) != digest(attrs.evolve(event, price=1.2))


@pytest.mark.parametrize("hub", TradingState)
@pytest.mark.parametrize("own", TradingState)
def test_the_stricter_of_hub_and_user_holds(hub: TradingState, own: TradingState) -> None:
    order = [TradingState.ACTIVE, TradingState.REDUCING, TradingState.HALTED]
    ledger = fold(
        TradingSet(user="", state=hub, why="h", who="op"), TradingSet(user="alice", state=own, why="u", who="op")
    )
    assert ledger.trading_of("alice").state is max(hub, own, key=order.index)
    assert ledger.trading_of("bob").state is hub


def test_the_first_equity_of_a_day_opens_it() -> None:
    notes = [
        EquityNoted(user="alice", account=ALICE, day=10, time=time, balance=1000.0, equity=equity)
        for time, equity in ((1, 990.0), (2, 1010.0))
    ]
    assert fold(*notes).books[ALICE].day(10).opening_equity == 990.0


def test_a_user_stays_bound_to_the_first_account() -> None:
    first = Greeted(user="alice", account=ALICE, ea="ea1", epoch=1, life=1, boot="b")
    again = Greeted(user="alice", account=ALICE, ea="ea1", epoch=2, life=2, boot="c")
    ledger = fold(first, again)
    assert (ledger.accounts["alice"], ledger.epochs["alice"]) == (ALICE, 2)


POSITION = Position(
    ticket=55,
    symbol="EURUSD",
    direction=Direction.SELL,
    lot=0.2,
    open_price=1.1,
    open_time=5,
    sl=0.0,
    tp=0.0,
    profit=0.0,
    magic=7,
    fire_id="F8",
)


def test_a_position_with_our_magic_is_adopted_under_its_id() -> None:
    ledger = fold(Adopted(id="F8", user="alice", account=ALICE, ea="ea1", position=POSITION, day=10))
    assert ledger.books[ALICE].holdings[55].fire_id == "F8"
    assert ledger.conflicts == ["alice: position 55 has our magic and no intent"]


@pytest.mark.parametrize(
    ("before", "says"),
    [([], []), ([confirmed(1, Status.NEVER_SEEN)], ["alice: F1 was never_seen, and position 55 has its magic"])],
    ids=["without-outcome", "denied-before"],
)
@pytest.mark.parametrize(("lot", "life"), [(0.3, Life.FILLED), (0.1, Life.PARTIAL)])
def test_a_position_that_came_of_a_fire_ends_it(before: list[Fact], says: list[str], lot: float, life: Life) -> None:
    found = attrs.evolve(POSITION, lot=lot)
    adopted = Adopted(id="F1", user="alice", account=ALICE, ea="ea2", position=found, day=10)
    ledger = fold(INTENT, *before, adopted)
    book = ledger.books[ALICE]
    assert (book.commands["F1"].life, book.unresolved, book.lapsed, book.may_fire("S1")) == (life, {}, {}, False)
    assert (book.holdings[55].fire_id, book.holdings[55].left, ledger.conflicts) == ("F1", lot, says)
    # The new ledger knows no fire of the old one: its ticket tells whose closing it is.
    ledger.apply(Draft("test", 9, closing(1, 100, lot, fire_id="")).entry(9))
    assert (book.holdings, book.deals, list(ledger.unjudged)) == ({}, {100}, [(ALICE, 100)])
    assert book.profit == 9.5


def test_what_was_closed_before_a_position_was_adopted_is_not_taken_off_it_again() -> None:
    adopted = Adopted(id="F8", user="alice", account=ALICE, ea="ea1", position=POSITION, day=10)
    ledger = fold(closing(1, 99, 0.2, fire_id="F8"), adopted)
    assert ledger.books[ALICE].holdings[55].left == POSITION.lot
    ledger.apply(Draft("test", 9, closing(2, 99, 0.2, fire_id="F8")).entry(9))  # Told again by the history.
    assert ledger.books[ALICE].holdings[55].left == POSITION.lot
    ledger.apply(Draft("test", 9, closing(3, 100, POSITION.lot, fire_id="F8")).entry(10))
    assert ledger.books[ALICE].holdings == {}


def test_a_closing_of_ours_waits_for_its_xp() -> None:
    ledger = fold(INTENT, confirmed(1, Status.FILLED), closing(2, 100, 0.3))
    assert list(ledger.unjudged) == [(ALICE, 100)]


@pytest.mark.parametrize(
    "fact",
    [INTENT, confirmed(1, Status.FILLED), closing(2, 100, 0.3), Sent(id="F1", account=ALICE)],
    ids=lambda f: f.kind,
)
def test_a_fact_survives_the_journal(fact: Fact) -> None:
    assert decode(fact.kind, encode(fact)) == fact


def test_a_fact_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="fact kind 'zzz' is not one of adopted, "):
        decode("zzz", b"{}")


def test_a_tripped_throttle_stays_tripped_until_a_person_rearms_it() -> None:
    denial = Denial(user="alice", signal_id="S9", code="repeated", message="5 fires alike")
    resume = TradingSet(user="alice", state=TradingState.ACTIVE, why="looked", who="op")
    halt = attrs.evolve(resume, state=TradingState.HALTED)
    assert fold(denial, halt).tripped == {"alice": "5 fires alike"}
    assert fold(denial, resume).tripped == {"alice": "5 fires alike"}
    for user in ("alice", ""):
        assert fold(denial, Rearmed(user=user, why="looked", who="op")).tripped == {}
    assert fold(denial, Rearmed(user="bob", why="looked", who="op")).tripped == {"alice": "5 fires alike"}


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        (TradingSet(user="alice", state=TradingState.ACTIVE, why="looked", who="op"), []),
        (TradingSet(user="", state=TradingState.ACTIVE, why="looked", who="op"), ["conflict", "gap"]),
        (TradingSet(user="bob", state=TradingState.ACTIVE, why="looked", who="op"), ["conflict", "gap"]),
        (TradingSet(user="alice", state=TradingState.HALTED, why="wait", who="op"), ["conflict", "gap"]),
        (HoldEnded(user="alice", account=ALICE, what="gap"), ["conflict"]),
        (HoldEnded(user="alice", account=Account("Broker-Demo", 101), what="gap"), ["conflict", "gap"]),
    ],
)
def test_a_hold_ends_by_the_eas_own_word_or_by_a_person_who_names_the_user(after: Fact, kept: list[str]) -> None:
    holds = [Held(user="alice", account=ALICE, ea="ea1", what=what, why="seen") for what in ("conflict", "gap")]
    assert list(fold(*holds, after).book(ALICE, "alice").holds) == kept


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ((INTENT, INTENT), "alice: F1 was intended twice"),
        ((INTENT, Sent(id="F9", account=ALICE)), "alice: F9 was sent, which this journal never intended"),
        (
            (INTENT, Withdrawn(id="F9", account=ALICE, reason="")),
            "alice: F9 was withdrawn, which is unknown",
        ),
        (
            (INTENT, confirmed(1, Status.FILLED), Withdrawn(id="F1", account=ALICE, reason="")),
            "alice: F1 was withdrawn, which is filled",
        ),
        (
            (Sent(id="F1", account=ALICE),),
            "100@Broker-Demo: sent F1 on an account that was never greeted",
        ),
    ],
)
def test_facts_that_do_not_fit_change_nothing_and_are_kept_for_a_person(facts: tuple[Fact, ...], says: str) -> None:
    ledger = fold(*facts)
    assert ledger.conflicts == [says]
    assert ledger.books == fold(*facts[:-1]).books


def test_a_name_of_a_ledger_that_another_account_claims_moves_nothing_here() -> None:
    theirs = attrs.evolve(confirmed(1, Status.PLACED), account=Account("Broker-Demo", 101))
    assert fold(theirs).cursor(ALICE, "ea1").n == 0
