"""From quotes to signals: whose quotes count, what a broken pattern costs, and when a bar is over."""

from pathlib import Path

from trio.testing import MockClock

from bitten.messages import Evaluate
from bitten.rules.facts import SignalFound
from bitten.units import MINUTE_MS
from tests.actors.bench import AUTO, MANUAL, Ea, full_disk, hub, journaled
from tests.scenarios.live import HubTarget
from tests.scenarios.script import START

TWO = {"alice": MANUAL, "bob": MANUAL}
M5 = 5 * MINUTE_MS
BAR = START - START % M5 + M5
"""Where the first whole M5 bar begins."""


def signals(target: HubTarget) -> list[tuple[str, str]]:
    """Source and pattern of each signal in the journal."""
    return [(found.signal.source, found.signal.pattern) for found in journaled(target, SignalFound)]


async def two(target: HubTarget) -> tuple[Ea, Ea]:
    alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
    for ea in (alice, bob):
        await ea.go_live()
    return alice, bob


async def test_a_broken_pattern_is_benched_and_the_others_go_on(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}, patterns=("Broken", "EveryTick")) as target:
        ea = Ea(target)
        await ea.go_live()
        for ms in (0, 1_000):
            await ea.tick(after_ms=ms)
        assert signals(target) == [("paper", "EVERY_TICK")] * 2
        assert len(await ea.got("fire")) == 2
        assert target.hub.desk.status().benched == ("BROKEN: ZeroDivisionError: a plug-in's own fault",)
        (line,) = [line for line in log_lines if "benched" in line]
        assert line == "pattern BROKEN benched: ZeroDivisionError: a plug-in's own fault"
        (venom,) = [child for child in target.hub.brains.statistics().children if child.name == "venom"]
        assert venom.restarts == 0


async def test_the_first_who_delivers_is_the_source(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        alice, bob = await two(target)
        await bob.tick()
        await alice.tick(after_ms=1_000)
        assert signals(target) == [("bob", "EVERY_TICK")]


async def test_the_preferred_source_takes_over_and_others_never_do(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice", "bob")) as target:
        alice, bob = await two(target)
        await bob.tick()
        await alice.tick(after_ms=1_000)
        await bob.tick(after_ms=2_000)
        assert signals(target) == [("bob", "EVERY_TICK"), ("alice", "EVERY_TICK")]


async def test_when_the_source_is_lost_the_next_takes_its_place(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        alice, bob = await two(target)
        await alice.tick()
        for _ in range(3):
            await target.advance(5_000)
            await bob.say("heartbeat")
        assert [session.user for session in target.hub.around.roster if session.live] == ["bob"]
        await bob.tick()
        assert signals(target) == [("alice", "EVERY_TICK"), ("bob", "EVERY_TICK")]


async def test_when_the_source_says_goodbye_the_next_takes_its_place(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        alice, bob = await two(target)
        await alice.tick()
        await alice.say("goodbye")
        await bob.tick(after_ms=1_000)
        assert signals(target) == [("alice", "EVERY_TICK"), ("bob", "EVERY_TICK")]


async def test_a_heartbeat_closes_a_bar_without_a_tick(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": MANUAL}, patterns=("EveryBar",)) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick(after_ms=BAR - START - 1)
        for minute in range(5):
            await ea.say("tick", time=BAR + minute * MINUTE_MS)
        await ea.say("tick", time=BAR + M5 - 1_000, bid=1.10001)
        assert signals(target) == []
        await ea.say("heartbeat", time=BAR + M5)
        assert signals(target) == [("paper", "EVERY_BAR")]
        (found,) = journaled(target, SignalFound)
        assert (found.signal.made_at, found.signal.entry) == (BAR + M5, 1.10008)
        bars = target.hub.desk.status().bars
        assert (bars["M5"], bars["M1"]) == (2, 6)


async def test_the_status_tells_spreads_and_why_there_is_no_signal(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": MANUAL}, patterns=("EveryBar",)) as target:
        ea = Ea(target)
        await ea.go_live()
        assert (target.hub.desk.status().silences, target.hub.desk.status().spreads) == ((), ())
        await ea.tick(after_ms=BAR - START - 1)
        await ea.say("tick", time=BAR, ask=1.1002)
        await ea.say("tick", time=BAR + M5 - 61_000, ask=1.1005)
        await ea.say("heartbeat", time=BAR + M5)
        status = target.hub.desk.status()
        assert [(each.reason, each.count) for each in status.silences] == [("partial_bar", 1), ("stale_tick", 1)]
        (spread,) = status.spreads
        assert (spread.symbol, spread.bars, spread.newest, spread.highest) == ("EURUSD", 2, 5.0, 5.0)


async def test_a_heartbeat_of_another_user_closes_no_bar(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, patterns=("EveryBar",)) as target:
        alice, bob = await two(target)
        await alice.say("tick", time=BAR)
        await bob.say("heartbeat", time=BAR + M5)
        assert target.hub.desk.status().bars["M5"] == 0


async def test_ticks_that_wait_are_looked_at_once_and_all_of_them_are_in_the_bars(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": MANUAL}) as target:
        ea = Ea(target)
        await ea.go_live()
        for ms in range(3):
            target.hub.venom.tick("paper", "EURUSD", START + ms, 1.1 + ms / 1e4, 1.2)
        await target.settle()
        assert target.hub.venom.mailbox.statistics().dropped == 2
        view = target.hub.venom.brain.market("EURUSD", START + 2)
        assert view is not None
        assert view.quote.bid == 1.1002


async def test_work_that_finds_no_room_is_logged_and_hurts_nobody(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": MANUAL}, patterns=("EveryBar",)) as target:
        ea = Ea(target)
        await ea.go_live()
        mailbox = target.hub.venom.mailbox
        for n in range(mailbox.capacity):
            mailbox.post(Evaluate(symbol="EURUSD", trigger="bar", at=n))
        target.hub.venom.tick("paper", "EURUSD", BAR, 1.1, 1.10008)
        target.hub.venom.heartbeat("paper", BAR + M5)
        assert any("mailbox venom is full" in line for line in log_lines)
        await target.settle()
        await ea.tick()
        assert [session.live for session in target.hub.around.roster] == [True]


async def test_a_scribe_that_can_take_no_more_stops_no_signal_on_its_way(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target:
        ea = Ea(target)
        await ea.go_live()
        with full_disk(tmp_path):
            target.hub.scribe.mailbox.capacity = 1
            for ms in (0, 1_000):
                await ea.tick(after_ms=ms)
            assert [denial["code"] for denial in await ea.got("denied")] == ["halted", "halted"]
            for kind in ("signal", "verdict", "denied"):
                assert f"mailbox scribe is full (1 unread): a {kind} is not journaled" in log_lines
        await target.advance(1_000)
        await ea.tick(after_ms=2_000)
        assert len(await ea.got("fire")) == 1
        assert {child.restarts for child in target.hub.brains.statistics().children} == {0}
