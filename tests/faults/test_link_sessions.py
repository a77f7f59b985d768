"""Faults 7, 8 and 14 to 17: who may speak, to whom, how late, how long silent, and by which clock."""

import time
from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.rules.facts import Confirmed, Denial, Intent, Passed, SecurityEvent, SessionChanged
from bitten.rules.fire import Life
from bitten.rules.risk import Tier
from bitten.units import HOUR_MS, MINUTE_MS
from bitten.wire.acts import ClosePosition
from bitten.wire.desk import Refusal, Release, ReleaseAnswer
from tests.actors.bench import AUTO, Ea, book_of, denied, fired, hub, journaled
from tests.actors.conftest import log_lines as log_lines
from tests.scenarios.live import TIGHT, HubTarget
from tests.scenarios.script import START, Json

ONE = {"paper": AUTO}
TWO = {"alice": AUTO, "bob": AUTO}
ONE_OPEN = Tier(shots_a_day=20, open_at_once=1, risk_pct=1.0, daily_loss_cap_pct=50.0, modes=("auto",))
LOST_MS = 12_000
"""Silence after which a session is lost (protocol 2.8)."""


def state(target: HubTarget, user: str = "paper") -> str:
    """Of the user's one session."""
    (found,) = [each.machine.state for each in target.hub.around.roster if each.user == user]
    return found.value


async def refused(ea: Ea, /, **hello: object) -> object:
    """Say hello, and be told why not; returns the reason."""
    said = {"user": ea.user, "ea": f"L-{ea.user}", "account": {"login": ea.login}, **hello}
    await ea.say("hello", **said)
    assert await ea.got("welcome") == []
    (bye,) = await ea.got("bye")
    return bye["reason"]


async def still_fired_at(ea: Ea, after_ms: int = 1_000) -> Json:
    """The session is undisturbed: the next signal is fired."""
    assert await ea.got("bye") == []
    await ea.tick(after_ms=after_ms)
    return await fired(ea)


@pytest.mark.parametrize(
    "hello",
    [{"ea": "L2", "boot": "b9", "life": 7}, {"boot": "b9", "life": 1}],
    ids=["another-ledger", "second-chart-on-a-copy"],
)
async def test_fault_07_second_ea_for_a_live_session(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str], hello: Json
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        first, second = Ea(target), Ea(target, peer="second")
        await first.go_live()
        assert await refused(second, **hello) == "already_connected"
        second.session = first.session  # Even with what it may have overheard.
        await second.say("goodbye")
        assert target.hub.command.malformed == 1
        assert [event.what for event in journaled(target, SecurityEvent)] == ["already_connected"]
        assert any(line.startswith("paper: already_connected: ") for line in log_lines)
        await still_fired_at(first)
        assert (await second.got("fire"), state(target)) == ([], "live")


async def test_fault_07_two_terminals_on_one_account(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",)) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=1)
        await alice.go_live()
        assert await refused(bob) == "wrong_account"
        assert any(line.startswith("bob: wrong_account: said hello with another account") for line in log_lines)
        await still_fired_at(alice)
        assert [each.user for each in target.hub.around.roster] == ["alice"]


async def test_fault_08_old_link_half_open_and_the_same_ledger_returns(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        old, new = Ea(target, peer="old"), Ea(target, peer="new")
        await old.go_live()
        await old.tick()
        fire = await fired(old)
        late = [
            old.frame("confirmation", n=1, id=fire["id"], status="rejected", ticket=0, deal=0, price=0, lot=0),
            old.frame("tick", time=target.now + 1_000),
        ]
        target.deafen("old")
        new.next_event = 2
        welcome = await new.hello(first_event=1)  # At once, by the same process.
        assert (welcome["epoch"], [each.id for each in target.hub.around.roster]) == (2, [new.session])
        await target.inject_all("old", "feedback", late)
        await target.inject("old", "command", old.frame("goodbye"))
        assert (journaled(target, Confirmed), len(journaled(target, Intent))) == ([], 1)
        assert target.hub.feedback.malformed == len(late)
        assert target.hub.command.malformed == 1

        await new.say("spec")
        await new.telemetry()
        new.next_event = 1
        await new.filled(fire)
        await new.say("snapshot", next_event=2, positions=[{"ticket": 5, "lot": fire["lot"], "magic": fire["magic"]}])
        await new.say("ready")
        assert await new.got("live")
        assert book_of(target).commands[str(fire["id"])].life is Life.FILLED
        await still_fired_at(new)


async def test_fault_08_another_ledger_waits_until_the_old_one_is_lost_for_long(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        old = Ea(target, peer="old")
        await old.go_live()
        target.deafen("old")
        await target.advance(LOST_MS + MINUTE_MS - 1)
        assert await refused(Ea(target, peer="early"), ea="L2") == "already_connected"
        await target.advance(1)
        new = Ea(target, peer="new")
        assert (await new.go_live(ea="L2"))["epoch"] == 2
        await target.inject("old", "feedback", old.frame("pass", n=1))
        assert journaled(target, Passed) == []
        await still_fired_at(new, after_ms=0)


async def test_fault_08_another_ledger_is_let_in_by_the_operator(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        await Ea(target, peer="old").go_live()
        target.deafen("old")
        new = Ea(target, peer="new")
        assert await refused(new, ea="L2") == "already_connected"
        assert isinstance(target.hub.desk.act(Release(user="paper", who="op")), ReleaseAnswer)
        assert (await new.go_live(ea="L2"))["epoch"] == 2
        assert [each.id for each in target.hub.around.roster] == [new.session]
        await still_fired_at(new)


async def test_fault_14_hub_restarted_and_the_account_switched_meanwhile(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        target.deafen("paper")  # The fire stays in the link.
        await ea.tick()
        (intent,) = journaled(target, Intent)
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        stray, ea = Ea(target, peer="stray", session=ea.session), Ea(target, peer="back")
        await stray.event("confirmation", id=intent.id)  # Under the session of before the restart.
        assert (journaled(target, Confirmed), target.hub.feedback.malformed) == ([], 1)
        ea.login = 101
        assert await refused(ea) == "wrong_account"
        assert ([*target.hub.around.roster], book_of(target).account.login) == ([], 100)

        ea.login = 100
        await ea.hello()
        await ea.say("spec")
        await ea.say("snapshot")
        await ea.say("ready")
        await ea.telemetry()
        # The process that it was sent to is asked, and nothing is sent again.
        assert [query["id"] for query in await ea.got("query")] == [intent.id]
        assert (await ea.got("fire"), await ea.got("live")) == ([], [])
        nothing = {"ticket": 0, "deal": 0, "price": 0, "lot": 0, "again": True}
        await ea.event("confirmation", id=intent.id, status="never_seen", **nothing)
        assert await ea.got("live")
        book = book_of(target)
        assert (book.commands[intent.id].life, book.unresolved, book.open_count()) == (Life.NEVER_SEEN, {}, 0)
        assert journaled(target, Intent) == [intent]
        # What is fired from now on has ids of its own: its signal's next leg, and the next signal.
        await ea.tick(after_ms=1_000)
        legs = [(fired.signal_id == intent.signal_id, fired.leg) for fired in journaled(target, Intent)]
        assert legs == [(True, 1), (True, 2), (False, 1)]
        assert intent.id not in [fire["id"] for fire in await ea.got("fire")]


async def test_fault_15_ea_ten_minutes_off(tmp_path: Path, mock_clock: MockClock, log_lines: list[str]) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live(time=START + 10 * MINUTE_MS)
        await ea.tick()
        assert (await denied(ea))[0] == "clock_skew"
        assert journaled(target, Intent) == []
        assert any("paper: clock_skew" in line and "+600000 ms" in line for line in log_lines)
        (status,) = target.hub.desk.status().sessions
        assert status.clock_offset_ms == 10 * MINUTE_MS
        # Its clock was set right: the next answers to the hub's pings show it.
        await target.advance(5_000)
        for ping in await ea.got("ping"):
            await ea.say("pong", nonce=ping["nonce"], echo=ping["time"], time=ping["time"])
        await still_fired_at(ea)


@pytest.mark.parametrize("step_ms", [HOUR_MS, -HOUR_MS], ids=["forwards", "backwards"])
async def test_fault_15_ntp_step_on_the_hub(
    tmp_path: Path, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch, step_ms: int
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        wall, wall_ns = time.time, time.time_ns
        monkeypatch.setattr(time, "time", lambda: wall() + step_ms / 1_000)
        monkeypatch.setattr(time, "time_ns", lambda: wall_ns() + step_ms * 1_000_000)
        await target.advance(5_000)
        await ea.tick()
        fire = await fired(ea)
        assert fire["expires"] == target.now + target.hub.current.config.risk.command_expiry_ms
        await ea.filled(fire)
        await target.advance(5_999)
        assert state(target) == "live"
        await target.advance(1)
        assert state(target) == "stale"
        await target.advance(6_000)
        assert state(target) == "lost"
        written = [entry.time for entry in target.hub.scribe.journal.read()]
        assert written == sorted(written)
        assert (written[0], written[-1]) == (START, target.now)


async def test_fault_16_ea_silent(tmp_path: Path, mock_clock: MockClock, log_lines: list[str]) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",), tier=ONE_OPEN) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
        await bob.tick()
        await alice.tick()
        await fired(alice)
        fire = await fired(bob)
        await bob.filled(fire)
        for ms, expected in ((5_999, "live"), (1, "stale"), (5_999, "stale"), (1, "lost")):
            await target.advance(ms)
            assert state(target, "bob") == expected
        changes = [change.state for change in journaled(target, SessionChanged) if change.user == "bob"]
        assert changes[-2:] == ["stale", "lost"]
        assert any(line.startswith("bob lost") for line in log_lines)
        assert ([*book_of(target, "bob").holdings], book_of(target, "bob").open_count()) == ([5], 1)
        await alice.say("heartbeat")
        await alice.tick(after_ms=1_000)
        assert (await denied(bob))[0] == "session_not_live"
        # Heard again it goes on, and what is open still counts against its limit.
        await bob.tick()
        assert state(target, "bob") == "live"
        await alice.tick(after_ms=2_000)
        assert (await denied(bob))[0] == "open_positions"


async def test_fault_17_ea_does_not_read(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",), options=TIGHT) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
        await bob.tick()
        await alice.tick()
        await fired(alice)
        await bob.filled(await fired(bob))
        target.deafen("bob")
        await target.inject_all("bob", "command", [bob.frame("ping", nonce=n) for n in range(1_000)])
        await bob.tick(after_ms=1_000)
        await alice.tick(after_ms=1_000)
        await fired(alice)
        (denial,) = journaled(target, Denial)
        assert (denial.user, denial.code, book_of(target, "bob").unresolved) == ("bob", "busy", {})
        answer = target.hub.desk.act(ClosePosition(user="bob", ticket=5, lot=0.0, who="op"))
        assert isinstance(answer, Refusal)
        assert answer.message == "not sent: the EA does not read: its queue is full"
        await target.settle()
        (close,) = [each for each in book_of(target, "bob").commands.values() if each.intent.action == "close"]
        assert (close.life, close.sent, [*book_of(target, "bob").holdings]) == (Life.WITHDRAWN, False, [5])
        assert sorted(each.user for each in target.hub.around.roster if each.live) == ["alice", "bob"]
        assert target.hub.desk.status().dead_letters == 0
