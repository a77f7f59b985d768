"""The paper EA's side of greeting, liveness and farewell (protocol 2, 3.1, 4)."""

import pytest

from bitten.paper.ea_values import Channel, State
from bitten.wire.account import Heartbeat, Ready, Snapshot, Telemetry
from bitten.wire.market import Bars, Spec, Tick, Ticks
from bitten.wire.session import BarsWanted, Bye, ByeReason, Goodbye, Hello, Live, Ping, Pong
from tests.paper.ea_bench import MARKET, Bench, by_channel
from tests.paper.wire_samples import SESSION, fire, welcome


def test_hello_comes_first_and_describes_ledger_and_account() -> None:
    bench = Bench()
    (hello,) = bench.connect()
    assert isinstance(hello, Hello)
    assert (hello.protocol, hello.user, hello.ea, hello.life) == (1, "alice", bench.ledger.ea, 1)
    assert (hello.first_event, hello.next_event, hello.time) == (1, 1, bench.now)
    assert (hello.account.server, hello.account.margin_mode, hello.account.demo) == ("Paper-1", "hedging", True)
    assert bench.sent[0].channel is Channel.COMMAND


def test_welcome_is_answered_with_specs_bars_snapshot_and_ready_in_this_order() -> None:
    bench = Bench()
    for _ in range(3):
        bench.tick(after=60_000)
    bench.connect()
    bench.sent.clear()
    bench.hear(welcome(echo=bench.now, bars=(BarsWanted(symbol="EURUSD", timeframe="M1", count=2),)))
    assert by_channel(bench.sent)[Channel.FEEDBACK] == ["spec", "bars", "snapshot", "ready"]
    (spec,), (bars,) = bench.messages(Spec), bench.messages(Bars)
    assert (spec.symbol, spec.session) == ("EURUSD", SESSION)
    assert [row[0] for row in bars.rows] == [MARKET + 60_000, MARKET + 120_000]
    assert bench.messages(Ready)[0].bars == {"EURUSD M1": 2}
    assert bench.messages(Snapshot)[0].next_event == 1


def test_ready_counts_no_bars_where_none_are_known() -> None:
    bench = Bench()
    bench.connect()
    bench.hear(welcome(echo=bench.now, bars=(BarsWanted(symbol="EURUSD", timeframe="H1", count=9),)))
    assert bench.messages(Ready)[0].bars == {"EURUSD H1": 0}


def test_ready_is_repeated_each_second_until_live() -> None:
    bench = Bench()
    bench.connect()
    bench.hear(welcome(echo=bench.now))
    sent = [sum(isinstance(m, Ready) for m in bench.wait(500)) for _ in range(6)]
    assert sent == [0, 1, 0, 1, 0, 1]
    bench.hear(Live(session=SESSION))
    bench.sent.clear()
    bench.wait(1000)
    assert bench.messages(Ready) == []
    assert bench.state() is State.LIVE


def test_periods_scale_with_the_welcomed_telemetry_ms() -> None:
    bench = Bench()
    bench.go_live(telemetry_ms=50)
    assert [m.type for m in bench.wait(9)] == []
    assert [m.type for m in bench.wait(1)] == ["heartbeat"]
    assert "telemetry" in [m.type for m in bench.wait(40)]
    bench.wait(119 - 50)
    assert bench.state() is State.LIVE
    bench.wait(1)
    assert bench.state() is State.WAITING
    assert bench.ea.retry_at == bench.now + 1000  # by the EA's own pace, not by that of a lost session


def test_no_answer_to_the_hello_in_5_s_starts_over() -> None:
    bench = Bench()
    bench.connect()
    bench.wait(4999)
    assert bench.state() is State.GREETING
    bench.wait(1)
    assert bench.state() is State.WAITING


def test_backoff_doubles_from_1_s_to_32_s_and_begins_anew_after_live() -> None:
    bench = Bench()
    waits = []
    for _ in range(7):
        bench.connect()
        bench.wait(5000)
        waits.append(bench.ea.retry_at - bench.now)
    assert waits == [1000, 2000, 4000, 8000, 16_000, 32_000, 32_000]
    bench.go_live()
    bench.wait(12_000)
    assert bench.ea.retry_at - bench.now == 1000


def test_a_welcome_that_answers_another_hello_is_dropped_and_counted() -> None:
    bench = Bench()
    bench.connect()
    bench.hear(welcome(echo=bench.now - 1))
    assert (bench.state(), bench.ea.counters.foreign) == (State.GREETING, 1)


def test_a_second_welcome_is_dropped_and_counted() -> None:
    bench = Bench()
    bench.go_live()
    bench.hear(welcome(session="S-2", echo=bench.now))
    assert (bench.state(), bench.ea.counters.foreign) == (State.LIVE, 1)


@pytest.mark.parametrize(
    "message",
    [
        fire(session="other"),
        Live(session="other"),
        Ping(session="other", nonce=1, time=1),
        Bye(session="other", reason=ByeReason.SHUTDOWN, message=""),
        Bye(reason=ByeReason.SHUTDOWN, message=""),
    ],
)
def test_what_carries_another_session_is_dropped_and_counted(message: Live) -> None:
    bench = Bench()
    bench.go_live()
    assert bench.hear(message) == []
    assert bench.ea.counters.foreign == 1
    assert bench.ledger.entry("F1") is None
    assert bench.state() is State.LIVE


def test_another_sessions_message_does_not_keep_the_hub_alive() -> None:
    bench = Bench()
    bench.go_live()
    bench.now += 11_999
    bench.hear(Live(session="other"))
    bench.wait(1)
    assert bench.state() is State.WAITING


def test_the_hub_is_pinged_in_time_and_lost_after_silence() -> None:
    bench = Bench()
    bench.go_live()
    pings = sum(isinstance(m, Ping) for _ in range(6) for m in bench.wait(1000))
    assert pings >= 1  # before 1.2 × telemetry_ms
    bench.wait(5999)
    assert bench.state() is State.LIVE
    bench.wait(1)
    assert bench.state() is State.WAITING


def test_any_message_of_the_hub_keeps_the_session() -> None:
    bench = Bench()
    bench.go_live()
    for _ in range(4):
        bench.now += 5000
        bench.hear(Ping(session=SESSION, nonce=1, time=1))
        bench.wait()
    assert bench.state() is State.LIVE


def test_ping_is_answered_with_pong_on_the_command_channel() -> None:
    bench = Bench()
    bench.go_live()
    bench.hear(Ping(session=SESSION, nonce=7, time=123))
    assert bench.messages(Pong) == [Pong(session=SESSION, nonce=7, time=bench.now, echo=123)]
    assert bench.sent[0].channel is Channel.COMMAND


def test_the_first_estimate_of_hub_time_has_the_whole_round_trip() -> None:
    bench = Bench()
    bench.connect()
    hello_time = bench.now
    bench.now += 400
    bench.hear(welcome(time=9_000_000, echo=hello_time))
    bench.hear(Live(session=SESSION))
    # Hub time is taken to be 9,000,400 now: one more millisecond and this has expired.
    bench.tick()
    bench.hear(fire(id="F1", expires=9_000_401, magic=1))
    bench.hear(fire(id="F2", expires=9_000_400, magic=2))
    assert [(id_, status) for _, id_, status, _ in bench.confirmations()] == [("F1", "filled"), ("F2", "expired")]


def test_the_fastest_recent_ping_sets_the_clock() -> None:
    bench = Bench()
    bench.go_live(time=1_000_000)
    sent = bench.now
    bench.now += 10
    bench.hear(Pong(session=SESSION, nonce=1, time=2_000_000, echo=sent))
    bench.now += 1000
    bench.hear(Pong(session=SESSION, nonce=2, time=7_000_000, echo=sent))  # slow: not believed
    bench.tick()
    bench.hear(fire(expires=2_001_005))
    assert bench.confirmations()[0][2] == "expired"


def test_only_welcomed_symbols_are_streamed_one_tick_alone_several_together() -> None:
    bench = Bench()
    bench.go_live()
    bench.tick()
    bench.tick(symbol="GBPUSD")
    bench.wait()
    (tick,) = bench.messages(Tick)
    assert (tick.symbol, tick.time) == ("EURUSD", MARKET + 1000)
    bench.tick(bid=1.2)
    bench.tick(bid=1.3)
    bench.wait()
    (ticks,) = bench.messages(Ticks)
    assert [row[1] for row in ticks.rows] == [1.2, 1.3]


def test_a_long_batch_is_cut_to_fit_its_frames() -> None:
    bench = Bench()
    bench.go_live()
    for _ in range(2500):
        bench.tick(after=1)
    bench.wait()
    assert [len(m.rows) for m in bench.messages(Ticks)] == [1000, 1000, 500]


def test_ticks_of_before_the_session_are_not_sent() -> None:
    bench = Bench()
    bench.tick()
    bench.go_live()
    bench.wait()
    assert bench.messages(Tick) == []


def test_telemetry_every_5_s_and_a_heartbeat_after_1_s_of_silence() -> None:
    bench = Bench()
    bench.go_live()
    kinds = []
    for _ in range(50):
        bench.hear(Live(session=SESSION))
        kinds.extend([m.type for m in bench.wait(200)])
    assert kinds.count("telemetry") == 2
    assert kinds.count("heartbeat") == 8
    beat = bench.messages(Heartbeat)[0]
    assert (beat.next_event, beat.session) == (1, SESSION)


def test_no_heartbeat_while_ticks_are_sent() -> None:
    bench = Bench()
    bench.go_live()
    for _ in range(20):
        bench.tick()
        bench.wait(200)
    assert bench.messages(Heartbeat) == []


def test_telemetry_tells_money_and_positions_in_parts() -> None:
    bench = Bench()
    bench.tick()
    bench.go_live()
    for i in range(100):
        bench.hear(fire(id=f"F{i}", magic=i + 1, lot=0.01))
    bench.sent.clear()
    bench.wait(5000)
    parts = bench.messages(Telemetry)
    assert [(m.part, m.parts, len(m.positions)) for m in parts] == [(1, 2, 80), (2, 2, 20)]
    assert parts[0].positions[0].fire_id == "F0"
    assert parts[0].balance == 10_000
    assert parts[0].equity < 10_000
    assert parts[0].next_event == 101


@pytest.mark.parametrize("reason", ["unknown_user", "wrong_account", "protocol_version", "superseded", "user_revoked"])
def test_a_bye_that_another_try_does_not_mend_ends_the_ea(reason: str) -> None:
    bench = Bench()
    bench.connect()
    bye = Bye(reason=ByeReason(reason), message="no")
    assert bench.hear(bye) == []
    assert bench.state() is State.ENDED
    assert bench.ea.refusal == bye


@pytest.mark.parametrize("reason", ["already_connected", "hub_full", "shutdown", "malformed"])
def test_any_other_bye_starts_over(reason: str) -> None:
    bench = Bench()
    bench.go_live()
    bench.hear(Bye(session=SESSION, reason=ByeReason(reason), message=""))
    assert bench.state() is State.WAITING
    assert bench.ea.refusal is None


def test_leaving_says_goodbye_once_and_only_in_a_session() -> None:
    bench = Bench()
    assert bench.ea.leave("over") == []
    bench = Bench()
    bench.go_live()
    (sending,) = bench.ea.leave("over")
    assert sending.message == Goodbye(session=SESSION, reason="over")
    assert bench.ea.leave("over") == []
    assert bench.wait(60_000) == []


def test_a_ledger_that_the_hub_has_outrun_was_rolled_back_and_is_renewed() -> None:
    bench = Bench()
    old = bench.ledger.ea
    bench.connect()
    (goodbye,) = bench.hear(welcome(echo=bench.now, ack=5))
    assert isinstance(goodbye, Goodbye)
    assert bench.state() is State.WAITING
    (hello,) = bench.connect()
    assert isinstance(hello, Hello)
    assert hello.ea != old


def test_a_hello_after_a_loss_tells_of_the_events_still_in_the_outbox() -> None:
    bench = Bench()
    bench.go_live()
    bench.tick()
    bench.hear(fire())
    bench.wait(12_000)
    (hello,) = bench.connect()
    assert isinstance(hello, Hello)
    assert (hello.first_event, hello.next_event, hello.boot) == (1, 2, "boot-1")
