"""A command is carried out once, ever; its outcome is an event that is repeated until acked (protocol 5, 6.4, 6.5)."""

from pathlib import Path

import pytest

from bitten.paper.broker_values import Retcode
from bitten.paper.ledger_values import Stage
from bitten.units import Direction
from bitten.wire.advice import SignalAdvice
from bitten.wire.commands import Cancel, Close, History, Modify, Query
from bitten.wire.events import Closed, Confirmation, FireRequest, Pass
from tests.paper.ea_bench import MARKET, Bench, without_number
from tests.paper.wire_samples import SESSION, fire


def live(state: Path | None = None, *, latency_ms: int = 0) -> Bench:
    """A live EA with a quote."""
    bench = Bench(state, latency_ms=latency_ms)
    bench.tick()
    bench.go_live()
    return bench


def close(**changes: object) -> Close:
    """Close all 0.1 lots of position 1."""
    fields = {"session": SESSION, "id": "C1", "expires": 2**50, "ticket": 1, "lot": 0.0, "if_lot": 0.1}
    return Close(**{**fields, **changes})  # type: ignore[arg-type]  # the fields are what Close declares


def advice(mode: str) -> SignalAdvice:
    """A signal to show."""
    return SignalAdvice(
        session=SESSION,
        signal_id="SIG1",
        symbol="EURUSD",
        direction=Direction.BUY,
        kind="RAPID_ASSAULT",
        entry=1.1,
        sl=1.09,
        tp=1.12,
        score=80.0,
        shield="SHIELD_APPROVED",
        mode=mode,  # type: ignore[arg-type]  # the caller's word
        expires=MARKET + 1000,
    )


# Once


def test_a_fire_is_filled_and_told_with_the_brokers_words() -> None:
    bench = live()
    bench.hear(fire())
    (told,) = bench.messages(Confirmation)
    assert (told.status, told.ticket, told.deal, told.price, told.lot) == ("filled", 1, 1, 1.1002, 0.1)
    assert (told.retcode, told.again, told.n, told.session, told.time) == (10009, False, 1, SESSION, MARKET + 1000)
    (position,) = bench.broker.positions()
    assert (position.magic, position.sl, position.tp) == (1001, 1.09, 1.11)


def test_the_same_id_again_is_answered_from_memory_not_executed() -> None:
    bench = live()
    bench.hear(fire())
    bench.hear(fire())
    assert bench.dealer.asked == 1
    assert len(bench.broker.positions()) == 1
    first, again = bench.messages(Confirmation)
    assert (again.n, again.again) == (2, True)
    assert without_number(again).price == first.price


def test_the_same_id_with_other_content_is_answered_from_memory() -> None:
    bench = live()
    bench.hear(fire())
    bench.hear(fire(lot=5.0, magic=9))
    assert bench.dealer.asked == 1


def test_an_id_is_looked_up_before_its_expiry_is_judged() -> None:
    bench = live()
    bench.hear(fire())
    bench.hear(fire(expires=1))
    assert [status for _, _, status, _ in bench.confirmations()] == ["filled", "filled"]


def test_an_expired_command_is_never_carried_out() -> None:
    bench = live()
    bench.hear(fire(expires=bench.now))
    bench.hear(fire(expires=2**50))
    assert bench.confirmations() == [(1, "F1", "expired", False), (2, "F1", "expired", True)]
    assert bench.dealer.asked == 0


def test_never_seen_is_said_for_ever() -> None:
    bench = live()
    bench.hear(Query(session=SESSION, id="F1"))
    bench.hear(fire())
    bench.hear(Query(session=SESSION, id="F1"))
    assert bench.confirmations() == [
        (1, "F1", "never_seen", True),
        (2, "F1", "never_seen", True),
        (3, "F1", "never_seen", True),
    ]
    assert bench.dealer.asked == 0


def test_a_query_of_a_known_id_is_answered_with_its_outcome() -> None:
    bench = live()
    bench.hear(fire())
    bench.hear(Query(session=SESSION, id="F1"))
    assert bench.confirmations() == [(1, "F1", "filled", False), (2, "F1", "filled", True)]


def test_everything_is_remembered_across_a_restart(tmp_path: Path) -> None:
    bench = live(tmp_path)
    bench.hear(fire())
    bench.hear(Query(session=SESSION, id="F2"))
    bench.close()
    again = live(tmp_path)
    assert [position.magic for position in again.broker.positions()] == [1001]
    again.hear(fire())
    again.hear(fire(id="F2", magic=2))
    told = [(id_, status, again_) for _, id_, status, again_ in again.confirmations()]
    assert told == [("F1", "filled", True), ("F2", "never_seen", True)]
    assert again.dealer.asked == 0


def test_unacked_events_come_again_after_a_restart_with_their_numbers(tmp_path: Path) -> None:
    bench = live(tmp_path)
    bench.hear(fire())
    bench.hear(fire(id="F2", magic=2))
    bench.ack(1)
    bench.close()
    again = Bench(tmp_path)
    again.connect()
    again.sent.clear()
    again.go_live(ack=1)
    again.hear(fire(id="F3", magic=3))
    assert [(event.n, event.id) for event in again.ledger.events(1, 9) if isinstance(event, Confirmation)] == [
        (2, "F2"),
        (3, "F3"),
    ]


# Refused, and by whom


@pytest.mark.parametrize(
    ("change", "retcode"),
    [
        ({"sl": 1.2}, Retcode.INVALID_STOPS),
        ({"sl": 1.09999}, Retcode.INVALID_STOPS),
        ({"tp": 1.0}, Retcode.INVALID_STOPS),
        ({"lot": 0.015}, Retcode.INVALID_VOLUME),
        ({"lot": 1000.0}, Retcode.INVALID_VOLUME),
        ({"lot": 100.0}, Retcode.NO_MONEY),
        ({"symbol": "XAUUSD"}, Retcode.INVALID),
    ],
)
def test_a_wrong_command_is_rejected_and_never_repaired(change: dict[str, object], retcode: Retcode) -> None:
    bench = live()
    bench.hear(fire(**change))
    (told,) = bench.messages(Confirmation)
    assert (told.status, told.retcode) == ("rejected", retcode)
    assert told.message
    assert bench.broker.positions() == ()


def test_a_passed_signal_is_not_fired() -> None:
    bench = Bench(press="pass")
    bench.tick()
    bench.go_live()
    bench.hear(advice("manual"))
    assert [event.signal_id for event in bench.messages(Pass)] == ["SIG1"]
    bench.hear(fire())
    (told,) = bench.messages(Confirmation)
    assert (told.status, told.message) == ("rejected", "passed: the trader passed signal SIG1")


def test_a_magic_that_another_fire_has_is_refused() -> None:
    bench = live()
    bench.hear(fire())
    bench.hear(fire(id="F2"))
    told = bench.messages(Confirmation)[1]
    assert (told.status, told.message) == ("rejected", "magic_collision: 1001 is that of F1")


def test_a_full_outbox_takes_no_fire_but_closes_still_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = live()
    bench.hear(fire())
    monkeypatch.setattr("bitten.paper.commands.OUTBOX_LIMIT", 1)
    bench.hear(fire(id="F2", magic=2))
    assert bench.messages(Confirmation)[1].message == "outbox_full: 1 events are not acked"
    bench.hear(close())
    assert bench.broker.positions() == ()


# Requotes


def test_a_requote_is_tried_again_with_the_same_id() -> None:
    bench = live()
    bench.dealer.answers = [Retcode.REQUOTE, Retcode.PRICE_CHANGED, Retcode.NO_QUOTES]
    bench.hear(fire())
    assert bench.confirmations() == []
    for _ in range(3):
        bench.wait(100)
    assert bench.confirmations() == [(1, "F1", "filled", False)]
    assert bench.dealer.asked == 4


def test_requotes_end_with_the_commands_expiry() -> None:
    bench = live()
    bench.dealer.answers = [Retcode.REQUOTE] * 99
    bench.hear(fire(expires=bench.now + 1000))
    for _ in range(20):
        bench.wait(100)
    (told,) = bench.messages(Confirmation)
    assert (told.status, told.retcode) == ("rejected", 10004)
    assert bench.dealer.asked == 10


def test_a_price_beyond_the_deviation_is_not_taken() -> None:
    bench = live()
    bench.tick(bid=1.101, ask=1.1012)
    bench.hear(fire(deviation=30, expires=bench.now + 150))
    bench.wait(100)
    (told,) = bench.messages(Confirmation)
    assert (told.status, told.retcode) == ("rejected", 10004)


def test_a_repeat_while_the_broker_is_asked_is_unknown_and_asks_no_second_time() -> None:
    bench = live(latency_ms=300)
    bench.hear(fire())
    bench.hear(fire())
    bench.hear(Query(session=SESSION, id="F1"))
    assert bench.confirmations() == [(1, "F1", "unknown", True), (2, "F1", "unknown", True)]
    bench.wait(299)
    assert bench.dealer.asked == 0
    bench.wait(1)
    assert bench.confirmations() == [(3, "F1", "filled", False)]
    assert bench.dealer.asked == 1


# Ambiguous answers, and entries that a death left without one


@pytest.mark.parametrize("retcode", [Retcode.ERROR, Retcode.TIMEOUT, Retcode.NO_CONNECTION, Retcode.PLACED])
def test_an_ambiguous_answer_is_unknown_and_not_retried(retcode: Retcode) -> None:
    bench = live()
    bench.dealer.carry_out_late = False
    bench.dealer.answers = [retcode]
    bench.hear(fire())
    bench.wait(5000)
    assert bench.confirmations() == [(1, "F1", "unknown", False), (1, "F1", "unknown", False)]  # the second: resent
    assert bench.dealer.asked == 1


def test_after_an_ambiguous_answer_the_deal_is_the_truth() -> None:
    bench = live()
    bench.dealer.answers = [Retcode.TIMEOUT]
    bench.hear(fire())
    bench.tick()
    bench.wait(100)
    assert bench.confirmations() == [(1, "F1", "unknown", False), (2, "F1", "filled", False)]
    bench.ack(2)
    assert not bench.ea.busy


def keep_alive(bench: Bench, milliseconds: int) -> None:
    """Time passes in a session whose hub acks and is heard."""
    for _ in range(milliseconds // 1000):
        bench.now += 1000
        bench.ack(bench.ledger.next_event - 1)
        bench.wait()


def test_not_found_for_60_s_is_rejected_and_a_later_deal_overrides() -> None:
    bench = live()
    bench.dealer.answers = [Retcode.TIMEOUT]
    bench.hear(fire())
    keep_alive(bench, 59_000)
    assert bench.confirmations() == [(1, "F1", "unknown", False)]
    keep_alive(bench, 1000)
    (told,) = bench.messages(Confirmation)
    assert (told.status, told.message) == ("rejected", "not_found")
    bench.tick()
    bench.wait()
    assert bench.confirmations()[-1] == (3, "F1", "filled", False)


def test_a_started_entry_is_searched_by_magic_after_a_restart(tmp_path: Path) -> None:
    bench = live(tmp_path, latency_ms=1000)
    bench.hear(fire())
    bench.hear(fire(id="F2", magic=2))
    # The broker did one of the two; the process died before it could say so.
    with bench.ledger.transaction():
        assert bench.dealer.open_as_by_hand(magic=1001).accepted
        bench.account.save()
    bench.close()
    again = live(tmp_path)
    (found,) = again.ledger.events(1, 9)
    assert isinstance(found, Confirmation)
    assert (found.id, found.status, found.deal) == ("F1", "filled", 1)
    keep_alive(again, 60_000)
    (told,) = again.messages(Confirmation)
    assert (told.id, told.status, told.message) == ("F2", "rejected", "not_found")
    assert again.dealer.asked == 0


ORDERS = [
    close(),
    close(lot=0.04),
    Modify(session=SESSION, id="C1", expires=2**50, ticket=1, sl=1.095),
    Modify(session=SESSION, id="C1", expires=2**50, ticket=1, tp=0),
    Cancel(session=SESSION, id="C1", expires=2**50, ticket=2),
]


def with_a_position_and_an_order() -> Bench:
    """Position 1, pending order 2, all acked."""
    bench = live()
    bench.hear(fire())
    bench.hear(fire(id="F2", magic=2, kind="limit", entry=1.095, sl=1.08))
    bench.ack(2)
    bench.sent.clear()
    return bench


@pytest.mark.parametrize("order", ORDERS)
def test_an_ambiguous_order_that_was_carried_out_is_found_done(order: Close | Modify | Cancel) -> None:
    bench = with_a_position_and_an_order()
    bench.dealer.answers = [Retcode.TIMEOUT]
    bench.hear(order)
    bench.tick()
    bench.wait()
    told = [(id_, status) for _, id_, status, _ in bench.confirmations() if id_ == "C1"]
    assert told == [("C1", "unknown"), ("C1", "done")]
    assert bench.dealer.asked == 3


@pytest.mark.parametrize("order", ORDERS)
def test_an_ambiguous_order_that_was_not_carried_out_is_not_found(order: Close | Modify | Cancel) -> None:
    bench = with_a_position_and_an_order()
    bench.dealer.carry_out_late = False
    bench.dealer.answers = [Retcode.TIMEOUT]
    bench.hear(order)
    bench.tick()
    keep_alive(bench, 60_000)
    told = [(id_, status) for _, id_, status, _ in bench.confirmations()]
    assert told == [("C1", "unknown"), ("C1", "rejected")]
    assert bench.dealer.asked == 3


def test_the_search_scales_with_the_session() -> None:
    bench = Bench()
    bench.tick()
    bench.go_live(telemetry_ms=50)
    bench.dealer.carry_out_late = False
    bench.dealer.answers = [Retcode.TIMEOUT]
    bench.hear(fire())
    for _ in range(6):
        bench.now += 100
        bench.ack(1)
        bench.wait()
    assert bench.confirmations()[-1] == (2, "F1", "rejected", False)


# Positions


def test_close_tells_the_deal_and_that_it_is_done() -> None:
    bench = live()
    bench.hear(fire())
    bench.sent.clear()
    bench.hear(close())
    (deal,), (told,) = bench.messages(Closed), bench.messages(Confirmation)
    assert (deal.fire_id, deal.ticket, deal.deal, deal.reason, deal.lot) == ("F1", 1, 2, "close", 0.1)
    assert deal.profit == pytest.approx(-2.0)
    assert (told.id, told.status, told.deal) == ("C1", "done", 2)


def test_a_part_is_closed_only_while_the_volume_is_if_lot() -> None:
    bench = live()
    bench.hear(fire())
    bench.hear(close(lot=0.04))
    bench.hear(close(id="C2", lot=0.04))
    told = bench.messages(Confirmation)
    assert [(m.id, m.status) for m in told[1:]] == [("C1", "done"), ("C2", "rejected")]
    assert told[2].message == "if_lot: the position's volume is 0.06, not 0.1"
    assert [position.lot for position in bench.broker.positions()] == [0.06]


def test_closing_what_is_closed_is_rejected() -> None:
    bench = live()
    bench.hear(close())
    assert [status for _, _, status, _ in bench.confirmations()] == ["rejected"]


def test_modify_leaves_what_is_absent_and_removes_what_is_0() -> None:
    bench = live()
    bench.hear(fire())
    bench.hear(Modify(session=SESSION, id="M1", expires=2**50, ticket=1, sl=1.095))
    assert [(p.sl, p.tp) for p in bench.broker.positions()] == [(1.095, 1.11)]
    bench.hear(Modify(session=SESSION, id="M2", expires=2**50, ticket=1, tp=0))
    assert [(p.sl, p.tp) for p in bench.broker.positions()] == [(1.095, 0)]
    bench.hear(Modify(session=SESSION, id="M3", expires=2**50, ticket=1, tp=0))
    assert [status for _, _, status, _ in bench.confirmations()] == ["filled", "done", "done", "done"]


def test_a_stop_that_the_market_hits_is_an_event_with_its_reason() -> None:
    bench = live()
    bench.hear(fire())
    bench.tick(bid=1.08, ask=1.0802)
    bench.wait()
    (deal,) = bench.messages(Closed)
    assert (deal.reason, deal.price, deal.fire_id, deal.direction) == ("sl", 1.08, "F1", "BUY")
    assert deal.n == 2


def test_a_pending_order_is_placed_then_filled() -> None:
    bench = live()
    bench.hear(fire(kind="limit", entry=1.095, sl=1.08))
    bench.tick(bid=1.0945, ask=1.0947)
    bench.wait()
    assert bench.confirmations() == [(1, "F1", "placed", False), (2, "F1", "filled", False)]


def test_a_pending_order_is_cancelled_by_command() -> None:
    bench = live()
    bench.hear(fire(kind="limit", entry=1.095, sl=1.08))
    bench.hear(Cancel(session=SESSION, id="X1", expires=2**50, ticket=1))
    assert bench.confirmations() == [
        (1, "F1", "placed", False),
        (2, "F1", "cancelled", False),
        (3, "X1", "done", False),
    ]


def test_a_pending_order_expires_with_market_time() -> None:
    bench = live()
    bench.hear(fire(kind="limit", entry=1.095, sl=1.08, good_till=MARKET + 5000))
    bench.ea.advance(MARKET + 5000)
    bench.wait()
    assert bench.confirmations() == [(1, "F1", "placed", False), (2, "F1", "expired", False)]


def test_history_tells_the_deals_again_as_new_events() -> None:
    bench = live()
    bench.hear(fire())
    bench.hear(close())
    bench.ack(3)
    bench.sent.clear()
    bench.hear(History(session=SESSION, id="H1", since=0))
    assert [(m.deal, m.n) for m in bench.messages(Closed)] == [(2, 5)]
    assert bench.confirmations() == [(4, "F1", "filled", True), (6, "H1", "done", False)]


def test_the_trader_presses_fire_only_in_manual_mode() -> None:
    bench = Bench(press="fire")
    bench.go_live()
    bench.hear(advice("auto"))
    assert bench.messages(FireRequest) == []
    bench.hear(advice("manual"))
    (press,) = bench.messages(FireRequest)
    assert (press.signal_id, press.expires) == ("SIG1", bench.now + 5000)
    assert bench.ea.counters.signals == 2


def test_every_outcome_is_on_disk_before_it_is_sent(tmp_path: Path) -> None:
    bench = live(tmp_path)
    bench.hear(fire())
    bench.close()  # as kill -9 would: nothing was flushed on the way out
    again = Bench(tmp_path)
    entry = again.ledger.entry("F1")
    assert entry is not None
    assert entry.stage is Stage.FINAL
    assert (again.ledger.first_event, again.ledger.next_event) == (1, 2)
