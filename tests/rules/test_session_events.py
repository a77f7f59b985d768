"""Numbered events: in order, once, acked only when durable, asked for while they are missing (protocol 6)."""

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bitten.rules import facts
from bitten.rules.session import Alarm, Effect, HoldBegun, HoldOver, Record, RecordRaw, SessionSettings, SetCursor
from bitten.units import TradingState
from bitten.wire.advice import TradingAdvice
from bitten.wire.commands import Ack, History, Resend
from bitten.wire.events import Status
from tests.rules import session_samples as ea

T, SESSION = ea.T, ea.SESSION


class AnyDelivery(RuleBasedStateMachine):
    """An EA whose events are lost, doubled and shuffled on the way, and a journal that commits in groups."""

    def __init__(self) -> None:
        super().__init__()
        self.now = T
        self.written = 0
        self.journal: list[int] = []
        self.committed = 0
        self.acked = 0
        self.digests: dict[int, str] = {}
        self.session = ea.greeted(digests=self.digests)
        self.take(self.session.start(T))

    def take(self, effects: list[Effect]) -> None:
        for each in effects:
            if isinstance(each, Record):
                self.journal.append(each.event.n)
        for message in ea.sent(effects):
            if isinstance(message, Ack):
                assert self.acked <= message.n <= self.committed
                self.acked = message.n
            if isinstance(message, Resend):
                assert message.from_ == len(self.journal) + 1

    @rule(count=st.integers(1, 5))
    def write(self, count: int) -> None:
        self.written += count

    @precondition(lambda self: self.written > 0)
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        n = data.draw(st.integers(1, self.written))
        self.take(self.session.receive(ea.passed(n), self.now))

    @rule()
    def beat(self) -> None:
        self.take(self.session.receive(ea.heartbeat(self.written + 1), self.now))

    @precondition(lambda self: len(self.journal) > self.committed)
    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        n = data.draw(st.integers(self.committed + 1, len(self.journal)))
        for each in range(self.committed + 1, n + 1):
            self.digests[each] = facts.digest(ea.passed(each))
        self.committed = n
        self.take(self.session.durable(n, self.now))

    @rule(ms=st.integers(1, 3_000))
    def wait(self, ms: int) -> None:
        self.now += ms
        self.take(self.session.timer(self.now))

    @invariant()
    def each_event_is_recorded_once_in_order(self) -> None:
        assert self.journal == list(range(1, len(self.journal) + 1))
        assert self.session.events_held == self.committed
        assert self.session.counts["refused"] == 0

    def teardown(self) -> None:
        """Once all is delivered and committed, everything is acked: nothing is ever stuck."""
        for n in range(len(self.journal) + 1, self.written + 1):
            self.take(self.session.receive(ea.passed(n), self.now))
        self.committed = len(self.journal)
        self.take(self.session.durable(self.committed, self.now))
        assert self.acked == self.committed == self.written


AnyDelivery.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAnyDelivery = AnyDelivery.TestCase


def test_one_ack_covers_a_group_commit() -> None:
    session = ea.live()
    for n in range(1, 65):
        assert ea.names(session.receive(ea.passed(n), T)) == ["Record"]
    assert ea.sent(session.durable(64, T)) == [Ack(session=SESSION, n=64)]
    assert session.durable(64, T) == []


def test_what_was_never_received_cannot_be_durable() -> None:
    with pytest.raises(ValueError, match="event 2 cannot be durable: only 0 were received"):
        ea.live().durable(2, T)


def test_a_repeat_on_its_way_to_the_journal_is_not_acked() -> None:
    session = ea.live()
    session.receive(ea.passed(1), T)
    assert session.receive(ea.passed(1), T) == []
    assert ea.sent(session.durable(1, T)) == [Ack(session=SESSION, n=1)]


def test_a_burst_of_repeats_is_acked_once_at_once_and_once_at_its_end() -> None:
    session = ea.live(cursor=64, next_event=65)
    acks = [message for n in range(1, 65) for message in ea.sent(session.receive(ea.passed(n), T))]
    assert acks == [Ack(session=SESSION, n=64)]
    assert session.deadline == T + 100
    assert ea.sent(session.timer(T + 100)) == [Ack(session=SESSION, n=64)]
    assert session.counts["again"] == 64


def test_a_gap_is_asked_for_at_once_and_then_every_2_s() -> None:
    session = ea.live()
    resend = [Resend(session=SESSION, from_=1)]
    assert ea.sent(session.receive(ea.passed(2), T)) == resend
    assert ea.sent(session.receive(ea.passed(3), T + 10)) == []
    assert ea.sent(session.timer(T + 1_999)) == []
    assert ea.sent(session.timer(T + 2_000)) == resend
    assert session.counts["beyond"] == 2
    assert ea.names(session.receive(ea.passed(1), T + 2_100)) == ["Record"]
    assert ea.sent(session.timer(T + 4_100)) == [Resend(session=SESSION, from_=2)]


@pytest.mark.parametrize("message", [ea.heartbeat(3), ea.telemetry(next_event=3), ea.snapshot(next_event=3)])
def test_the_last_event_is_missed_by_what_is_said_of_it(message: object) -> None:
    session = ea.live()
    session.receive(message, T)  # type: ignore[arg-type]  # a message, whichever
    assert ea.sent(session.timer(T + 1_999)) == []
    assert ea.sent(session.timer(T + 2_000)) == [Resend(session=SESSION, from_=1)]


def test_hearing_of_it_again_does_not_put_the_question_off() -> None:
    session = ea.live()
    for second in range(2):
        session.receive(ea.heartbeat(2), T + second * 1_000)
    assert ea.sent(session.timer(T + 2_000)) == [Resend(session=SESSION, from_=1)]


def test_the_hello_tells_of_events_too() -> None:
    assert Resend(session=SESSION, from_=4) in ea.sent(ea.begun(cursor=3, next_event=6).timer(T + 2_000))


def test_the_periods_scale() -> None:
    session = ea.begun(next_event=2, settings=SessionSettings(telemetry_ms=50))
    assert Resend(session=SESSION, from_=1) in ea.sent(session.timer(T + 20))


def test_a_number_used_again_with_other_content_is_refused_and_reduces() -> None:
    session = ea.live(cursor=1, digests={1: facts.digest(ea.passed(1))}, next_event=2)
    effects = session.receive(ea.passed(1, "OTHER"), T)
    assert ea.names(effects) == ["HoldBegun", "trading"]
    assert session.trading.state is TradingState.REDUCING
    assert "conflict: event 1 came again with other content" in session.refusal("fire", T)
    assert session.refusal("close", T) == ""
    assert session.receive(ea.passed(1, "ANOTHER"), T) == []
    assert session.counts["refused"] == 2


def test_the_same_event_of_an_earlier_session_is_the_same() -> None:
    held = attrs.evolve(ea.passed(1), session="S-0")
    session = ea.live(cursor=1, digests={1: facts.digest(held)}, next_event=2)
    assert ea.sent(session.receive(ea.passed(1), T)) == [Ack(session=SESSION, n=1)]


def test_an_event_on_its_way_to_the_journal_has_a_digest_already() -> None:
    session = ea.live()
    session.receive(ea.passed(1), T)
    assert ea.names(session.receive(ea.passed(1, "OTHER"), T)) == ["HoldBegun", "trading"]


def test_of_what_is_long_forgotten_only_the_number_is_known() -> None:
    session = ea.live(cursor=20_000, next_event=20_001)
    assert ea.sent(session.receive(ea.passed(1), T)) == [Ack(session=SESSION, n=20_000)]


def test_an_unreadable_event_is_kept_raw_acked_and_reduces() -> None:
    session = ea.live()
    record, alarm, advice = session.garbled(1, b'{"type":"pass","n":1}', T)
    assert isinstance(record, RecordRaw)
    assert (record.n, record.raw) == (1, "eyJ0eXBlIjoicGFzcyIsIm4iOjF9")
    assert isinstance(alarm, HoldBegun)
    assert ea.names([advice]) == ["trading"]
    assert ea.sent(session.durable(1, T)) == [Ack(session=SESSION, n=1)]
    assert session.refusal("fire", T) == "reducing: garbled: event 1 cannot be read: it is in the journal as it came"


def test_an_unreadable_event_of_an_earlier_session_is_the_same() -> None:
    record = ea.greeted(id_="S-0").garbled(1, b'{"session":"S-0","n":1}', T)[0]
    assert isinstance(record, RecordRaw)
    again = ea.begun(cursor=1, digests={1: record.digest}, next_event=2)
    assert ea.names(again.garbled(1, b'{"session":"S-1","n":1}', T)) == ["ack"]


def test_a_journal_older_than_the_eas_memory_skips_asks_and_reduces_until_told() -> None:
    session = ea.greeted(cursor=3, first_event=10, next_event=12)
    effects = session.start(T)
    assert ea.names(effects) == ["welcome", "SetCursor", "HoldBegun", "history", "ping", "trading"]
    assert SetCursor(9) in effects
    (history,) = [each for each in ea.sent(effects) if isinstance(each, History)]
    session.receive(ea.snapshot(next_event=12), T)
    session.receive(ea.ready(), T)
    session.receive(ea.passed(10), T)
    session.receive(ea.closed(11), T)
    assert ea.names(session.durable(11, T)) == ["ack", "Reconcile"]
    assert session.settle([], T) == []
    assert session.state == "reconciling"
    session.receive(ea.confirmation(12, history.id, Status.DONE), T)
    assert ea.names(session.durable(12, T)) == ["ack", "HoldOver", "trading", "Reconcile"]
    assert ea.names(session.settle([], T)) == ["StateChanged", "live"]
    assert session.refusal("fire", T) == ""


@pytest.mark.parametrize(("first_event", "gap"), [(1, False), (4, False), (5, True)])
def test_a_gap_begins_with_the_first_event_that_is_missing(first_event: int, gap: bool) -> None:
    effects = ea.greeted(cursor=3, first_event=first_event, next_event=6).start(T)
    assert (SetCursor(first_event - 1) in effects) is gap


def test_a_ledger_older_than_the_journal_reduces() -> None:
    effects = ea.greeted(cursor=5, first_event=1, next_event=4).start(T)
    assert Alarm("rolled_back", "its next event is 4, the journal holds 5 of it") in effects
    assert "trading" in ea.names(effects)


def test_what_an_earlier_session_saw_is_told_and_holds_until_a_person_has_looked() -> None:
    session = ea.greeted(holds={"conflict": "event 1 came again with other content"})
    assert [message.type for message in ea.sent(session.start(T))] == ["welcome", "ping", "trading"]
    session.receive(ea.snapshot(), T)
    session.receive(ea.ready(), T)
    session.settle([], T)
    assert session.refusal("fire", T) == "reducing: conflict: event 1 came again with other content"
    (advice,) = ea.sent(session.pardon())
    assert advice == TradingAdvice(session=SESSION, state=TradingState.ACTIVE, reason="")
    assert session.refusal("fire", T) == ""
    assert session.pardon() == []


def test_a_gap_whose_history_was_not_told_to_the_end_is_asked_for_again() -> None:
    session = ea.greeted(cursor=9, first_event=10, next_event=10, holds={"gap": "events 4 to 9 are lost"})
    (history,) = [each for each in ea.sent(session.start(T)) if isinstance(each, History)]
    session.receive(ea.confirmation(10, history.id, Status.DONE), T)
    assert HoldOver("gap") in session.durable(10, T)
