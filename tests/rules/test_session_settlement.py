"""From ready to live: what differs is asked, adopted, waited for, or left to a person (protocol 2.5, 2.6, 5.4)."""

from bitten.rules.reconcile import Adopt, Ask, External, Held, Hold, Missing, Picture, Wait
from bitten.rules.session import Alarm, Reconcile, Session, StateChanged
from bitten.units import TradingState
from bitten.wire.commands import History, Query
from bitten.wire.events import Status
from bitten.wire.session import ByeReason, Trading
from tests.rules import session_samples as ea

T, SESSION = ea.T, ea.SESSION
MISSING = Missing(Held("F1", 5, 0.2), 0.1)


def prepared(**said: object) -> Session:
    """Ready, with a snapshot, and nothing settled."""
    session = ea.begun(**said)
    session.receive(ea.snapshot(), T)
    session.receive(ea.ready(), T)
    return session


def test_with_nothing_to_settle_it_goes_live() -> None:
    assert ea.names(prepared().settle([], T)) == ["StateChanged", "live"]


def test_nothing_is_compared_before_the_cursor_reaches_the_snapshot() -> None:
    session = ea.begun(next_event=3)
    session.receive(ea.snapshot(next_event=3), T)
    assert ea.names(session.receive(ea.ready(), T)) == ["StateChanged"]
    session.receive(ea.passed(1), T)
    session.receive(ea.passed(2), T)
    assert ea.names(session.durable(1, T)) == ["ack"]
    assert session.durable(2, T)[-1] == Reconcile(Picture(3, (), ()))


def test_a_command_is_queried_once_and_live_waits_for_the_answer() -> None:
    session = prepared()
    assert ea.sent(session.settle([Ask("F1")], T)) == [Query(session=SESSION, id="F1")]
    assert session.settle([Ask("F1")], T) == []
    session.receive(ea.confirmation(1, "F1", Status.NEVER_SEEN, again=True), T)
    assert ea.names(session.durable(1, T)) == ["ack", "Reconcile"]
    assert ea.names(session.settle([], T)) == ["StateChanged", "live"]


def test_a_command_that_may_not_be_asked_about_yet_is_looked_at_again_in_time() -> None:
    session = prepared()
    assert session.settle([Wait("F1", T + 3_000)], T) == []
    assert session.deadline == T + 3_000
    assert ea.names(session.timer(T + 3_000)) == ["Reconcile"]
    assert session.deadline == T + 5_000
    assert ea.names(session.settle([Ask("F1")], T + 3_000)) == ["query"]


def test_a_position_without_an_intent_is_adopted_once_and_the_operator_told() -> None:
    session = prepared()
    adopt = Adopt("F9", ea.position(9))
    effects = session.settle([adopt, Ask("F1")], T)
    assert effects[1:] == [adopt, Alarm("adopted", "position 9 has our magic and no intent")]
    assert session.settle([adopt, Ask("F1")], T) == []
    # Nothing is fired beside it before the journal has it.
    assert session.settle([adopt], T) == []
    assert ea.names(session.reconsider()) == ["Reconcile"]
    assert ea.names(session.settle([], T)) == ["StateChanged", "live"]


def test_nothing_is_adopted_while_deals_are_still_to_be_told() -> None:
    session = ea.greeted(cursor=3, first_event=4, next_event=4, holds={"gap": "events 1 to 3 are lost"})
    (history,) = [each for each in ea.sent(session.start(T)) if isinstance(each, History)]
    session.receive(ea.snapshot(next_event=4), T)
    session.receive(ea.ready(), T)
    adopt = Adopt("F9", ea.position(9))
    assert session.settle([adopt], T) == []
    for event in (ea.closed(4), ea.confirmation(5, history.id, Status.DONE)):
        session.receive(event, T)
    session.durable(5, T)
    # The picture is older than what was told: some of that may lie behind it.
    assert session.settle([adopt], T) == []
    assert "Reconcile" in ea.names(session.receive(ea.telemetry(next_event=6), T))
    assert ea.names(session.settle([adopt], T)) == ["Adopt", "Alarm"]


def test_nothing_is_adopted_while_an_event_is_on_its_way_to_the_journal() -> None:
    session = prepared()
    session.receive(ea.closed(1), T)
    adopt = Adopt("F9", ea.position(9))
    assert session.settle([adopt], T) == []
    assert session.state == "reconciling"


def test_a_position_that_appears_later_settles_the_command_it_came_of() -> None:
    session = prepared()
    session.settle([Hold("F1", "addressed to another ledger")], T)
    adopt = Adopt("F1", ea.position(9), intended=True)
    session.reconsider()
    effects = session.settle([adopt, Adopt("adopted-8", ea.position(8))], T)
    assert effects[:2] == [adopt, Alarm("adopted", "position 9 came of F1")]
    assert ea.names(effects[2:]) == ["trading"]


def test_a_position_that_is_not_ours_hinders_nothing() -> None:
    external = External(ea.position())
    assert ea.names(prepared().settle([external], T)) == ["External", "StateChanged", "live"]


def test_a_missing_position_is_asked_for_then_left_to_the_operator() -> None:
    session = prepared()
    (history,) = ea.sent(session.settle([MISSING], T))
    assert isinstance(history, History)
    session.receive(ea.confirmation(1, history.id, Status.DONE), T)
    assert ea.names(session.durable(1, T)) == ["ack", "Reconcile"]
    effects = session.settle([MISSING], T)
    assert ea.names(effects) == ["Alarm", "StateChanged", "live", "trading"]
    assert session.trading.state is TradingState.REDUCING
    assert session.refusal("fire", T) == "reducing: 5: 0.2 lots of F1 in the journal, 0.1 in the account"


def test_a_missing_position_that_the_history_explains_is_settled() -> None:
    session = prepared()
    (history,) = ea.sent(session.settle([MISSING], T))
    assert isinstance(history, History)
    session.receive(ea.closed(1), T)
    session.receive(ea.confirmation(2, history.id, Status.DONE), T)
    session.durable(2, T)
    assert ea.names(session.settle([], T)) == ["StateChanged", "live"]


def test_what_cannot_be_settled_reduces_until_it_is() -> None:
    session = prepared()
    hold = Hold("F1", "addressed to another ledger")
    assert ea.names(session.settle([hold], T)) == ["Alarm", "StateChanged", "live", "trading"]
    assert ea.names(session.reconsider()) == ["Reconcile"]
    assert session.settle([hold, Hold("F2", "new"), Ask("F3")], T) == []
    assert "F2" not in session.trading.reason
    session.reconsider()
    assert ea.names(session.settle([], T)) == ["trading"]
    assert session.refusal("fire", T) == ""
    assert session.reconsider() == []


def test_a_live_account_is_not_compared_while_nothing_is_in_question() -> None:
    assert ea.names(ea.live().receive(ea.telemetry(positions=(ea.position(),)), T)) == ["AccountSeen"]


def test_a_newer_telemetry_is_a_newer_picture_but_not_without_a_connection() -> None:
    session = ea.reconciling()
    shown = (ea.position(),)
    assert session.receive(ea.telemetry(positions=shown), T)[-1] == Reconcile(Picture(1, shown, ()))
    assert session.receive(ea.telemetry(connected=False), T)[-1] == Reconcile(Picture(1, shown, ()))
    assert session.receive(ea.telemetry(), T)[-1] == Reconcile(Picture(1, (), ()))


def test_telemetry_does_not_replace_the_snapshot() -> None:
    session = ea.begun()
    session.receive(ea.telemetry(), T)
    assert session.receive(ea.ready(), T) == []
    assert session.state == "greeted"


def test_a_session_that_ends_is_not_compared_any_more() -> None:
    session = ea.silent(ea.reconciling(), 12)
    assert ea.names(session.receive(ea.goodbye(), T)) == ["StateChanged", "StateChanged", "End"]


def test_the_ea_is_told_what_may_be_sent_when_it_changes() -> None:
    session = ea.live()
    halted = Trading(state=TradingState.HALTED, reason="lunch")
    assert ea.names(session.trade(halted)) == ["trading"]
    assert session.trade(halted) == []
    assert session.refusal("fire", T) == "halted: lunch"
    assert session.refusal("close", T) == ""
    assert ea.names(session.garbled(1, b"{}", T)) == ["RecordRaw", "HoldBegun"]
    assert session.trading == halted
    (advice,) = ea.sent(session.trade(ea.ACTIVE))
    assert advice.type == "trading"
    assert session.trading.state is TradingState.REDUCING


def test_a_bye_ends_it_once() -> None:
    session = ea.live()
    effects = session.stop(ByeReason.SUPERSEDED, "a new hello", T)
    assert ea.names(effects) == ["bye", "StateChanged", "End"]
    assert isinstance(effects[1], StateChanged)
    assert effects[1].reason == "superseded"
    assert session.stop(ByeReason.SHUTDOWN, "", T) == []
    assert session.trade(Trading(state=TradingState.HALTED, reason="")) == []
