"""A session beside others: its crash is its own, what it brought is acked once durable, what it dropped is counted."""

from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from bitten.mailbox import BURST
from bitten.rules.facts import EquityNoted, Passed, SessionChanged
from bitten.rules.session import State
from bitten.rules.terminal import TerminalView
from bitten.sections import UserSettings
from bitten.wire.codec import FromEa, peek
from bitten.wire.market import Calendar
from bitten.wire.session import ByeReason
from tests.actors.bench import AUTO, MANUAL, Ea, full_disk, hub, journaled
from tests.scenarios.live import HubTarget

ONE = {"paper": MANUAL}
TWO = {"alice": AUTO, "bob": AUTO}


def status(target: HubTarget, user: str = "paper") -> dict[str, int]:
    """What was dropped of a user's messages, by reason."""
    (found,) = [each for each in target.hub.desk.status().sessions if each.user == user]
    return dict(found.dropped)


async def two(target: HubTarget) -> tuple[Ea, Ea]:
    alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
    for ea in (alice, bob):
        await ea.go_live()
    return alice, bob


async def crash(target: HubTarget, ea: Ea, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine of the EA's session meets a fault of ours."""
    session = target.hub.around.roster.of(ea.user)
    assert session is not None
    receive = session.machine.receive

    def faulty(message: FromEa, now: int) -> object:
        if isinstance(message, Calendar):
            raise ZeroDivisionError("a fault of ours")
        return receive(message, now)

    monkeypatch.setattr(session.machine, "receive", faulty)
    await ea.say("calendar")


async def test_a_crash_ends_its_own_session_and_no_other(
    tmp_path: Path, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",)) as target:
        alice, bob = await two(target)
        await crash(target, bob, monkeypatch)
        (bye,) = await bob.got("bye")
        assert (bye["reason"], bye["session"]) == ("shutdown", bob.session)
        assert [session.user for session in target.hub.around.roster] == ["alice"]
        states = [(change.user, change.state) for change in journaled(target, SessionChanged)]
        assert states[-1] == ("bob", State.ENDED)
        await alice.tick()
        assert len(await alice.got("fire")) == 1
        assert await alice.got("bye") == []
        assert [session.live for session in target.hub.around.roster] == [True]
        lives = [
            child
            for supervisor in (target.hub.root, target.hub.sockets, target.hub.sessions, target.hub.brains)
            for child in supervisor.statistics().children
        ]
        assert {child.restarts for child in lives} == {0}
        assert {child.last_error for child in lives} == {None}


async def test_the_message_of_a_crash_is_kept(
    tmp_path: Path, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        _, bob = await two(target)
        await crash(target, bob, monkeypatch)
        assert target.hub.desk.status().dead_letters == 1
        (line,) = [line for line in log_lines if "left a message unfinished" in line]
        assert "calendar" in line
        assert "ZeroDivisionError" in line


async def test_after_a_crash_the_ea_says_hello_and_goes_on(
    tmp_path: Path, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        _, bob = await two(target)
        await bob.event("pass", signal_id="A")
        await crash(target, bob, monkeypatch)
        bob.peer = "bob again"
        welcome = await bob.go_live()
        assert (welcome["epoch"], welcome["ack"]) == (2, 1)
        assert "bob reconnected: session 2" in log_lines
        assert sorted(session.user for session in target.hub.around.roster if session.live) == ["alice", "bob"]


async def test_a_fault_met_by_the_reader_is_the_sessions_crash(
    tmp_path: Path, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",)) as target:
        alice, bob = await two(target)
        take = TerminalView.tick

        def faulty(view: TerminalView, symbol: str, bid: float, ask: float, time: int) -> None:
            take(view, symbol, bid, ask, time)
            assert bid != 1.2345, "a fault of ours"

        monkeypatch.setattr(TerminalView, "tick", faulty)
        await bob.tick(bid=1.2345)
        assert len(await bob.got("bye")) == 1
        await alice.tick()
        assert len(await alice.got("fire")) == 1
        (feedback,) = [child for child in target.hub.sockets.statistics().children if child.name == "feedback"]
        assert (feedback.restarts, feedback.lives) == (0, 1)


async def test_an_event_is_acked_once_it_is_durable_and_not_before(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        with full_disk(tmp_path):
            await ea.event("pass", signal_id="A")
            await ea.event("pass", signal_id="B")
            assert await ea.got("ack") == []
            await target.advance(1_500)
            assert await ea.got("ack") == []
            assert await ea.got("bye") == []
        await target.advance(500)
        assert [ack["n"] for ack in await ea.got("ack")][-1] == 2
        assert [passed.event.signal_id for passed in journaled(target, Passed)] == ["A", "B"]


async def test_an_event_of_a_session_that_ended_meanwhile_is_not_lost(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        with full_disk(tmp_path):
            await ea.event("pass", signal_id="A")
            await ea.say("goodbye")
        await target.advance(1_000)
        assert [passed.event.n for passed in journaled(target, Passed)] == [1]
        assert (await ea.hello())["ack"] == 1


async def test_ticks_beyond_the_allowance_are_counted_and_make_no_signal(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}, max_messages_per_s=10) as target:
        ea = Ea(target)
        await ea.go_live()
        ticks = [ea.frame("tick", time=target.now + n, bid=1.1 + n / 1e5, ask=1.10008 + n / 1e5) for n in range(30)]
        await target.inject_all("paper", "feedback", ticks)
        # The telemetry of going live counts, too.
        assert status(target)["over the rate"] == 21
        assert target.hub.desk.status().stages[0].count == 30
        session = target.hub.around.roster.of("paper")
        assert session is not None
        quote = session.view.quote("EURUSD")
        assert quote is not None
        assert quote.time == target.now + 29  # The newest price is kept all the same.
        (newest, *_) = [signal["signal_id"] for signal in await ea.got("signal")][::-1]
        assert newest == f"EVERY_TICK:EURUSD:M5:{target.now + 8}:B"


async def test_beyond_the_allowance_each_symbol_keeps_the_price_that_a_burst_ended_with(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}, max_messages_per_s=1) as target:
        ea = Ea(target)
        await ea.go_live()
        prices = [(symbol, 1.1 + n / 1e5) for n in range(100) for symbol in ("EURUSD", "GBPUSD")]
        ticks = [ea.frame("tick", symbol=symbol, time=target.now, bid=bid, ask=bid + 1e-4) for symbol, bid in prices]
        await target.inject_all("paper", "feedback", ticks)
        session = target.hub.around.roster.of("paper")
        assert session is not None
        for symbol in ("EURUSD", "GBPUSD"):
            quote = session.view.quote(symbol)
            assert quote is not None
            assert quote.bid == 1.1 + 99 / 1e5


@pytest.mark.parametrize("bad", [{"bid": "dear"}, {"symbol": 5}, {"symbol": ""}])
async def test_beyond_the_allowance_too_what_cannot_be_read_is_malformed(
    bad: dict[str, object], tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}, max_messages_per_s=1) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.say("tick", time=target.now, **bad)
        assert status(target)["malformed"] == 1
        session = target.hub.around.roster.of("paper")
        assert session is not None
        assert session.live
        assert session.view.quote("EURUSD") is None


async def test_a_session_id_from_another_connection_is_counted_and_not_obeyed(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        await target.inject("thief", "command", ea.frame("goodbye"))
        await target.inject("thief", "command", ea.frame("ping"))
        assert await target.expect("thief") is None
        assert [session.live for session in target.hub.around.roster] == [True]
        (counts,) = [each.counts for each in target.hub.desk.status().sockets if each.name == "command"]
        assert counts["malformed"] == 2


async def test_a_session_that_is_not_there_is_counted_on_the_feedback_port(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target, session="S-nobody")
        await ea.tick()
        (counts,) = [each.counts for each in target.hub.desk.status().sockets if each.name == "feedback"]
        assert counts["malformed"] == 1


async def test_the_second_session_of_a_user_has_reconnected(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        assert "paper live: session 1" in log_lines
        await ea.say("goodbye")
        await ea.go_live(life=2, boot="b2")
        assert "paper reconnected: session 2" in log_lines
        assert "paper live: session 2" not in log_lines
        assert [line for line in log_lines if line.startswith("active users")] == [
            "active users: 1",
            "active users: 0",
            "active users: 1",
        ]


async def test_a_session_that_falls_silent_and_speaks_again_is_logged_and_journaled(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        await target.advance(6_000)
        await target.advance(6_000)
        await ea.say("heartbeat")
        states = [change.state for change in journaled(target, SessionChanged)]
        assert states == [State.RECONCILING, State.LIVE, State.STALE, State.LOST, State.LIVE]
        for word in ("stale", "lost"):
            assert any(line.startswith(f"paper {word}: session 1 (silent for") for line in log_lines)


async def test_the_account_is_noted_once_a_minute_of_market_time(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        start = target.now
        for ms in (10_000, 20_000, 60_000, 61_000):
            await ea.telemetry(time=start + ms, equity=10_000.0 + ms)
        # 22:13:20 is where it begins.
        assert [note.equity for note in journaled(target, EquityNoted)] == [10_000.0, 70_000.0]


async def test_a_user_who_is_not_configured_is_refused(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": UserSettings(tier="OPEN")}) as target:
        mallory = Ea(target, "mallory")
        await mallory.say("hello", user="mallory")
        (bye,) = await mallory.got("bye")
        assert bye["reason"] == "unknown_user"
        assert any(line.startswith("mallory refused") for line in log_lines)


async def test_a_session_that_is_stopped_in_a_burst_says_why(
    tmp_path: Path, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target, trio.open_nursery() as nursery:
        ea = Ea(target)
        await ea.go_live()
        session = target.hub.around.roster.of("paper")
        assert session is not None
        receive, seen = session.machine.receive, iter(range(3 * BURST))

        async def supersede() -> None:
            session.stop(ByeReason.SUPERSEDED, "another session of this user began")
            await target.hub.sessions.stop(session.id)

        def busy(message: FromEa, now: int) -> object:
            if next(seen) == 0:
                nursery.start_soon(supersede)
            return receive(message, now)

        monkeypatch.setattr(session.machine, "receive", busy)
        # Enough of them that it is cancelled where it lets the others run, before it has read why.
        for nonce in range(3 * BURST):
            raw = ea.frame("ping", nonce=nonce)
            session.commanded(peek(raw), raw)
        (bye,) = await ea.got("bye")
        assert bye["reason"] == "superseded"
