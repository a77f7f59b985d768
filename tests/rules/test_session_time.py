"""Silence, busyness, pings and clocks (protocol 1.8, 2.8, 2.10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.rules.session import Alarm, Session, SessionSettings, State, StateChanged
from bitten.rules.session.clock import PeerClock
from bitten.wire.codec import FromHub
from bitten.wire.events import Status
from bitten.wire.session import Bye, ByeReason, Ping, Pong
from tests.rules import session_samples as ea

T, SESSION = ea.T, ea.SESSION


def run(session: Session, until: int) -> list[tuple[int, str]]:
    """Call `timer` whenever it is due; when which state came."""
    changes: list[tuple[int, str]] = []
    while session.deadline <= until:
        now = session.deadline
        changes += [(now - T, each.new.value) for each in session.timer(now) if isinstance(each, StateChanged)]
        assert session.deadline > now
    return changes


@pytest.mark.parametrize(
    ("situation", "changes"),
    [
        ("greeted", [(120_000, "lost")]),
        ("reconciling", [(6_000, "stale"), (12_000, "lost")]),
        ("live", [(6_000, "stale"), (12_000, "lost")]),
    ],
)
def test_silence(situation: str, changes: list[tuple[int, str]]) -> None:
    assert run(ea.SITUATIONS[situation](), T + 300_000) == changes


@pytest.mark.parametrize(("telemetry_ms", "stale", "lost"), [(100, 120, 240), (5_000, 6_000, 12_000)])
def test_silence_scales(telemetry_ms: int, stale: int, lost: int) -> None:
    session = ea.live(settings=SessionSettings(telemetry_ms=telemetry_ms))
    assert run(session, T + 60_000) == [(stale, "stale"), (lost, "lost")]


def test_a_late_timer_finds_the_session_lost_at_once() -> None:
    session = ea.live()
    changes = [each for each in session.timer(T + 12_000) if isinstance(each, StateChanged)]
    assert changes == [StateChanged(changes[0].old, changes[0].new, "silent for 12000 ms")]
    assert session.state == "lost"
    assert session.since == T + 12_000


def test_a_stale_session_is_pinged_at_once() -> None:
    session = ea.live()
    assert [message.type for message in ea.sent(session.timer(T + 6_000))] == ["ping"]


def test_market_data_is_a_sign_of_life() -> None:
    session = ea.live()
    assert session.touch(T + 5_000)
    assert session.heard_at == T + 5_000
    assert run(session, T + 11_999) == [(11_000, "stale")]
    assert not session.touch(T + 12_000)
    assert ea.names(session.receive(ea.tick(), T + 12_000)) == ["StateChanged"]
    assert session.state == "live"


def dies_on_feedback(session: Session) -> tuple[int, list[FromHub]]:
    """The EA answers every ping on 5555 and says nothing on 5556: when the session ends, and its last words."""
    said: list[FromHub] = []
    while session.state is not State.ENDED:
        now = session.deadline
        assert now < T + 10**6
        for ping in ea.sent(session.timer(now)):
            assert isinstance(ping, Ping)
            said = ea.sent(session.receive(ea.pong(ping.nonce, ping.time, now), now))
    return now - T, said


@pytest.mark.parametrize(("situation", "ends"), [("greeted", 125_000), ("reconciling", 20_000), ("live", 20_000)])
def test_a_feedback_link_that_dies_alone_ends_the_session(situation: str, ends: int) -> None:
    session = ea.SITUATIONS[situation]()
    at, said = dies_on_feedback(session)
    message = f"nothing on the feedback port for {ends} ms: is it open?"
    assert (at, said) == (ends, [Bye(session=SESSION, reason=ByeReason.FEEDBACK_LOST, message=message)])
    assert session.timer(T + 10**6) == []


def test_an_ea_that_only_answers_pings_is_alive_and_not_fired_at() -> None:
    session = ea.live()
    session.receive(ea.ping(), T + 6_000)
    assert session.state == "live"
    assert session.refusal("fire", T + 6_000) == "the EA has told nothing of its account for 6000 ms"
    assert session.refusal("close", T + 6_000) == ""


def test_an_account_whose_funds_are_not_told_any_more_is_not_fired_at() -> None:
    session = ea.live()
    session.receive(ea.telemetry(), T)
    session.receive(ea.heartbeat(), T + 29_999)
    assert session.refusal("fire", T + 29_999) == ""
    session.receive(ea.heartbeat(), T + 30_000)
    assert session.refusal("fire", T + 30_000) == "balance and margin were last told 30000 ms ago"
    assert session.refusal("close", T + 30_000) == ""
    session.receive(ea.telemetry(), T + 30_001)
    assert session.refusal("fire", T + 30_001) == ""


def test_a_word_on_the_feedback_channel_ends_the_doubt() -> None:
    session = ea.live()
    for word, after in ((ea.ping(), 5_000), (ea.heartbeat(), 5_001), (ea.ping(), 16_000), (ea.ping(), 27_999)):
        session.receive(word, T + after)
        assert session.state == "live"
    assert "bye" in ea.names(session.receive(ea.ping(), T + 28_000))


def test_an_ea_that_falls_silent_on_both_is_lost_and_may_come_back() -> None:
    session = ea.live()
    session.receive(ea.ping(), T + 5_000)
    assert run(session, T + 300_000) == [(11_000, "stale"), (17_000, "lost")]
    assert ea.names(session.receive(ea.heartbeat(), T + 300_000)) == ["StateChanged"]


def test_with_a_command_outstanding_the_ea_may_be_silent_for_30_s() -> None:
    session = ea.live()
    session.commanded("F1", T)
    assert session.busy(T + 29_999)
    assert not session.busy(T + 30_000)
    assert run(session, T + 60_000) == [(30_000, "lost")]


def test_a_busy_session_that_is_silent_is_not_fired_at() -> None:
    session = ea.live()
    session.commanded("F1", T)
    assert session.refusal("fire", T + 5_999) == ""
    assert session.refusal("fire", T + 6_000) == "the EA has told nothing of its account for 6000 ms"
    assert session.refusal("close", T + 6_000) == ""


def test_an_outcome_ends_busyness() -> None:
    session = ea.live()
    session.commanded("F1", T)
    session.receive(ea.confirmation(1, "F1", Status.REJECTED), T + 1_000)
    assert run(session, T + 60_000) == [(7_000, "stale"), (13_000, "lost")]


def test_a_command_that_is_never_answered_lengthens_silence_for_30_s_only() -> None:
    session = ea.live()
    session.commanded("F1", T)
    session.receive(ea.heartbeat(), T + 29_000)
    assert run(session, T + 60_000) == [(35_000, "stale"), (41_000, "lost")]


def test_commands_into_a_silence_do_not_prolong_it() -> None:
    session = ea.live()
    for second in range(5):
        session.commanded(f"F{second}", T + second * 1_000)
    assert run(session, T + 60_000) == [(30_000, "lost")]


@pytest.mark.parametrize("situation", ["greeted", "reconciling", "stale, was live", "lost, was live", "ended"])
def test_only_a_live_session_is_fired_at(situation: str) -> None:
    session = ea.SITUATIONS[situation]()
    assert session.refusal("fire", T) == f"the session is {session.state}"


@pytest.mark.parametrize("situation", ea.SITUATIONS)
def test_what_lowers_exposure_needs_no_live_session_but_one_that_can_hear(situation: str) -> None:
    session = ea.SITUATIONS[situation]()
    hears = situation.split(",")[0] in ("reconciling", "live", "stale")
    assert (session.refusal("close", T) == "") is hears


def test_the_ea_hears_something_every_period() -> None:
    session = ea.live()
    pings = []
    while session.deadline <= T + 4 * ea.PERIOD:
        now = session.deadline
        pings += [now - T for message in ea.sent(session.timer(now)) if isinstance(message, Ping)]
        session.receive(ea.heartbeat(), now)
    assert pings == [5_000, 10_000, 15_000, 20_000]


def test_a_ping_is_answered_with_the_hubs_time() -> None:
    (pong,) = ea.sent(ea.live().receive(Ping(session=SESSION, nonce=3, time=17), T + 5))
    assert pong == Pong(session=SESSION, nonce=3, time=T + 5, echo=17)


def test_clocks_apart_are_said_once_and_no_fire_passes_until_they_agree() -> None:
    session = ea.live(time=T + 600_000)
    assert session.refusal("fire", T) == "the clocks are 600000 ms apart"
    assert session.receive(ea.pong(1, T, T + 600_000), T + 10) == []
    assert session.clock_offset == 599_995
    later = T + 5_000
    (ping,) = [each for each in ea.sent(session.timer(later)) if isinstance(each, Ping)]
    assert session.receive(ea.pong(ping.nonce, later, later), later) == []
    assert session.refusal("fire", later) == ""


def test_the_operator_is_told_of_the_skew_at_the_hello() -> None:
    effects = ea.greeted(time=T - 2_001).start(T)
    assert Alarm("clock_skew", "the EA's clock is -2001 ms from the hub's: no fires") in effects


def test_a_skew_within_the_limit_is_none() -> None:
    session = ea.live(time=T - 2_000)
    assert session.refusal("fire", T) == ""


def test_an_unasked_pong_tells_nothing() -> None:
    session = ea.live()
    for nonce, echo in ((1, T + 1), (2, T)):
        session.receive(ea.pong(nonce, echo, T + 600_000), T + 1)
    assert (session.clock_offset, session.counts["unasked"]) == (0, 2)
    session.receive(ea.pong(1, T, T), T)
    session.receive(ea.pong(1, T, T + 600_000), T)
    assert (session.clock_offset, session.counts["unasked"]) == (0, 3)


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 5_000)), min_size=1, max_size=30),
)
def test_the_estimate_is_wrong_by_half_the_fastest_round_trip_at_most(
    offset: int, trips: list[tuple[int, int]]
) -> None:
    clock, now = PeerClock(0, 0), 0
    for out, back in trips:
        now += 10_000
        nonce = clock.ping(now)
        assert clock.pong(nonce, now, now + out + offset, now + out + back)
    fastest = min(out + back for out, back in trips[-8:])
    assert abs(clock.offset - offset) <= fastest // 2 + 1
    assert not clock.apart(abs(offset) + 1)


def test_unanswered_pings_are_forgotten() -> None:
    clock = PeerClock(0, 0)
    nonces = [clock.ping(now) for now in range(17)]
    assert not clock.pong(nonces[0], 0, 0, 20)
    assert clock.pong(nonces[1], 1, 1, 20)
