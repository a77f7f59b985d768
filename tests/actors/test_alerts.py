"""Alerts of a live hub, to a real service on loopback: nothing is lost, nothing doubled, and nobody waits for them."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import attrs
import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from bitten.actors.alerts import AlertsActor
from bitten.rules.alerts import AlertSettings, RouteSettings
from bitten.rules.alerts.settings import ALL
from bitten.settings import Secret
from bitten.told_file import told_path
from bitten.units import HOUR_MS, TradingState
from bitten.wire.alerts import AlertsAnswer, AlertsRequest, AlertsTest, AlertsTestAnswer, RouteStatus
from bitten.wire.desk import Refusal, SetTrading, TradingAnswer
from tests.actors.bench import AUTO, Ea, full_disk, hub
from tests.faults.test_fault_38_reload import read_anew, running, write
from tests.receiver import Receiver, receiver
from tests.scenarios.live import HubTarget, config, live_hub
from tests.scenarios.script import Setup, User

REAL_S = 10.0
"""Real time that a message over loopback may take on a busy machine before the test fails."""


@pytest.fixture
def service() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def to(*services: Receiver, events: tuple[str, ...] = ALL, **settings: object) -> AlertSettings:
    routes = {f"r{at}": RouteSettings(url=Secret(each.url), events=events) for at, each in enumerate(services)}
    return AlertSettings(routes=routes, **settings)  # type: ignore[arg-type] # keys of settings


@asynccontextmanager
async def alerting(folder: Path, clock: MockClock, alerts: AlertSettings) -> AsyncIterator[HubTarget]:
    setup = Setup(users={"paper": User()})
    settings = attrs.evolve(config(setup, folder), alerts=alerts)
    async with live_hub(setup, folder, clock, settings=settings) as target:
        await until(target, lambda: not alerts.routes or shown(target).position is not None)
        yield target


async def until(target: HubTarget, done: Callable[[], bool], *, waits: bool = False) -> None:
    """In steps of a second of the test's clock, which stands still while a message is on its way, unless it `waits`."""
    deadline = time.monotonic() + REAL_S
    while not done():
        assert time.monotonic() < deadline, shown(target)
        await wait_all_tasks_blocked(0.001)
        if waits or all(each.sending_ms is None for each in shown(target).routes):
            await target.advance(1_000)


def shown(target: HubTarget) -> AlertsAnswer:
    answer = target.hub.desk.act(AlertsRequest())
    assert isinstance(answer, AlertsAnswer)
    return answer


def route(target: HubTarget, name: str = "r0") -> RouteStatus:
    (found,) = (each for each in shown(target).routes if each.name == name)
    return found


def halt(target: HubTarget, why: str) -> None:
    request = SetTrading(user="", state=TradingState.HALTED, why=why, who="op")
    assert isinstance(target.hub.desk.act(request), TradingAnswer)


async def test_a_halt_a_stranger_and_a_lost_session_are_told(
    tmp_path: Path, mock_clock: MockClock, service: Receiver
) -> None:
    async with alerting(tmp_path, mock_clock, to(service)) as target:
        ea = Ea(target)
        await ea.go_live()
        halt(target, "news")
        await Ea(target, login=101, peer="x").say("hello", user="paper", ea="L-x", account={"login": 101})
        await until(target, lambda: route(target).sent == 3)
        told = "\n".join(service.taken)
        assert "trading of all is halted, by op: news (entry " in told
        assert "paper: session 1 is lost: silent for " in told
        assert "BITTEN: refused" in told
        assert (route(target).waiting, route(target).last_error) == (0, "")


async def test_what_a_service_refused_is_told_after_a_restart_of_the_hub_once(
    tmp_path: Path, mock_clock: MockClock, service: Receiver
) -> None:
    service.status = 500
    async with alerting(tmp_path, mock_clock, to(service)) as target:
        halt(target, "first")
        await until(target, lambda: route(target).failures > 1)
        await until(target, lambda: route(target).failures == 3)
        (complaint,) = target.hub.desk.status().complaints
        assert complaint.startswith("alerts r0 late: Failed to send JSON POST notification: ")
        halt(target, "second")
        await until(target, lambda: route(target).waiting == 2)
        assert "error=500" in route(target).last_error
    assert (service.refused > 1, service.taken) == (True, [])
    service.status = 200
    for _ in range(3):
        async with alerting(tmp_path, mock_clock, to(service)) as target:
            await until(target, lambda: len(service.taken) == 2)
            await target.advance(60_000)
    assert [each.rpartition("by op: ")[2][:6] for each in service.taken] == ["first ", "second"]


async def test_what_was_journaled_and_never_looked_at_is_told_by_the_next_hub(
    tmp_path: Path, mock_clock: MockClock, service: Receiver
) -> None:
    async with alerting(tmp_path, mock_clock, to(service)) as target:
        halt(target, "in the last moment")
    async with alerting(tmp_path, mock_clock, to(service)) as target:
        await until(target, lambda: len(service.taken) == 1)


async def test_a_service_that_does_not_answer_holds_up_nobody_and_one_thread(
    tmp_path: Path, mock_clock: MockClock, service: Receiver
) -> None:
    with receiver() as deaf:
        deaf.answers.clear()
        async with alerting(tmp_path, mock_clock, to(deaf, service)) as target:
            halt(target, "news")
            await until(target, lambda: deaf.hanging == 1 and len(service.taken) == 1, waits=True)
            assert await Ea(target).hello()
            await until(target, lambda: route(target).failures > 2, waits=True)
            assert (route(target).last_error, deaf.hanging) == ("the send before this one still hangs", 1)
            assert route(target).waiting == 1
            deaf.answers.set()
            await until(target, lambda: route(target).waiting == 0)
            await target.advance(HOUR_MS)
            assert sum("news" in each for each in deaf.taken) == 1, "what arrived too late has arrived"


async def test_a_message_on_its_way_is_given_a_moment_when_the_hub_stops_and_is_not_sent_again(
    tmp_path: Path, mock_clock: MockClock, service: Receiver
) -> None:
    service.answers.clear()
    async with alerting(tmp_path, mock_clock, to(service)) as target:
        halt(target, "news")
        await until(target, lambda: service.hanging == 1)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.to_thread.run_sync, service.answers.set)
    async with alerting(tmp_path, mock_clock, to(service)) as target:
        await target.advance(60_000)
        assert (len(service.taken), route(target).waiting) == (1, 0)


async def test_the_night_is_quiet_and_the_morning_brings_one_message(
    tmp_path: Path, mock_clock: MockClock, service: Receiver
) -> None:
    # The clock of a test begins at 22:13 UTC.
    settings = to(service, quiet="22:00-22:16", urgent=("unresolved",), daily_at="13:00")
    async with alerting(tmp_path, mock_clock, settings) as target:
        halt(target, "one")
        halt(target, "two")
        await until(target, lambda: route(target).held == 2)
        assert (shown(target).quiet, service.taken) == (True, [])
        await until(target, lambda: len(service.taken) == 1)
        assert service.taken[0].startswith("BITTEN: held back: 2 trading state\n")


async def test_a_new_route_is_told_what_comes_from_then_on_and_one_that_is_gone_nothing(
    tmp_path: Path, mock_clock: MockClock, service: Receiver
) -> None:
    async with alerting(tmp_path, mock_clock, AlertSettings()) as target:
        halt(target, "before")
        cell, hub_ = target.hub.current, target.hub
        cell.config = attrs.evolve(cell.config, alerts=to(service))
        hub_.alerts.wake()
        await until(target, lambda: shown(target).position is not None)
        halt(target, "after")
        await until(target, lambda: len(service.taken) == 1)
        assert "after" in service.taken[0]
        await until(target, lambda: told_path(target.hub.scribe.journal.path).exists())
        cell.config = attrs.evolve(cell.config, alerts=AlertSettings())
        hub_.alerts.wake()
        await until(target, lambda: not told_path(target.hub.scribe.journal.path).exists(), waits=True)
        assert shown(target).routes == ()


async def test_a_route_is_added_by_a_reload(tmp_path: Path, mock_clock: MockClock, service: Receiver) -> None:
    async with running(tmp_path, mock_clock) as (target, _):
        write(tmp_path, new=f'[alerts.routes.r0]\nurl = "{service.url}"\n')
        answer = await read_anew(target)
        assert [(each.key, each.holds) for each in answer.differences] == [("alerts.routes.r0", "now")]
        await until(target, lambda: shown(target).position is not None)
        halt(target, "news")
        await until(target, lambda: len(service.taken) == 1)


async def test_an_actor_that_always_crashes_ends_nothing(
    tmp_path: Path, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(_: AlertsActor) -> None:
        await trio.sleep(0.001)  # The clock of a test stands still, and no life is shorter than an instant.
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(AlertsActor, "run", crash)
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target:
        for _ in range(120):
            await target.advance(10_000)
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        assert await ea.got("fire")
        children = {child.name: child for child in target.hub.root.statistics().children}
        assert children["tidings"].lives == 1
        (child,) = target.hub.tidings.statistics().children
        assert child.restarts > 50


async def test_a_journal_that_is_older_than_what_was_told_of_it(
    tmp_path: Path, mock_clock: MockClock, service: Receiver
) -> None:
    told_path(tmp_path / "journal.sqlite").write_text('{"position": 900, "summed_up": 0}')
    async with alerting(tmp_path, mock_clock, to(service, events=("halt",))) as target:
        halt(target, "news")
        await until(target, lambda: route(target).sent == 1)
        assert "entry 1)" in service.taken[0]


async def test_a_journal_that_cannot_be_written_is_told_at_once_and_its_end_too(
    tmp_path: Path, mock_clock: MockClock, service: Receiver
) -> None:
    async with alerting(tmp_path, mock_clock, to(service)) as target:
        with full_disk(tmp_path):
            target.hub.desk.act(SetTrading(user="", state=TradingState.HALTED, why="full", who="op"))
            await until(target, lambda: len(service.taken) == 1)
            assert "all is halted: journal " in service.taken[0]
        await until(target, lambda: len(service.taken) == 3)
        assert "the journal is written again" in "".join(service.taken)


async def test_a_command_without_an_outcome_is_told_once(
    tmp_path: Path, mock_clock: MockClock, service: Receiver
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target:
        cell = target.hub.current
        cell.config = attrs.evolve(cell.config, alerts=to(service, unresolved_s=5))
        target.hub.alerts.wake()
        await until(target, lambda: shown(target).position is not None)
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        assert await ea.got("fire")
        await until(target, lambda: any("has no outcome for" in each for each in service.taken))
        await target.advance(60_000)
        await until(target, lambda: route(target).waiting == 0)
        assert sum("has no outcome" in each for each in service.taken) == 1


async def test_the_day_is_summed_up_at_its_hour(tmp_path: Path, mock_clock: MockClock, service: Receiver) -> None:
    async with alerting(tmp_path, mock_clock, to(service, daily_at="22:15", zone="UTC")) as target:
        ea = Ea(target)
        await ea.go_live()
        await until(target, lambda: any("the day" in each for each in service.taken))
        (summary,) = (each for each in service.taken if "the day" in each)
        assert "paper: 0 fires, 0 fills, 0 denials, profit +0.00, XP +0, 1 sessions lost" in summary
        await target.advance(2 * HOUR_MS)
        await until(target, lambda: route(target).waiting == 0)
        assert sum("the day" in each for each in service.taken) == 1


async def test_the_desk_tries_a_route_out(tmp_path: Path, mock_clock: MockClock, service: Receiver) -> None:
    with receiver() as other:
        other.status = 500
        async with alerting(tmp_path, mock_clock, to(service, other)) as target:
            both = await target.hub.alerts.test(AlertsTest(route="", who="op"))
            assert isinstance(both, AlertsTestAnswer)
            assert [(each.name, bool(each.error)) for each in both.routes] == [("r0", False), ("r1", True)]
            assert service.taken == ["BITTEN: test\na test of route r0, by op"]
            wrong = await target.hub.alerts.test(AlertsTest(route="r9", who="op"))
            assert wrong == Refusal(message="route 'r9' is not configured; known are r0, r1", exit_code=2)


async def test_a_state_that_is_damaged_is_begun_anew(tmp_path: Path, mock_clock: MockClock, service: Receiver) -> None:
    told_path(tmp_path / "journal.sqlite").write_text('{"position": "x"}')
    async with alerting(tmp_path, mock_clock, to(service)) as target:
        halt(target, "news")
        await until(target, lambda: route(target).sent == 1)
        assert (route(target).waiting, shown(target).failure) == (0, "")
