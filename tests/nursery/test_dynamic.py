"""Children that come and go while their supervisor runs, as sessions do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from bitten.nursery import (
    Backoff,
    ChildState,
    DuplicateChild,
    NoSuchChild,
    NotSupervising,
    Restart,
    StopTimedOut,
    Supervisor,
)
from tests.nursery.stage import Life, Stage, crashes, forever, returns, states, stubborn

TEMPORARY, TRANSIENT = Restart.TEMPORARY, Restart.TRANSIENT


@asynccontextmanager
async def running(supervisor: Supervisor) -> AsyncIterator[None]:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(supervisor.run)
        await wait_all_tasks_blocked()
        yield
        nursery.cancel_scope.cancel()


async def test_a_child_is_added_and_stopped(stage: Stage) -> None:
    supervisor = stage.supervisor()
    async with running(supervisor):
        supervisor.add(stage.child("alice", restart=TEMPORARY))
        supervisor.add(stage.child("bob", stubborn(2), restart=TEMPORARY))
        await trio.sleep(1)
        assert states(supervisor) == {"alice": ChildState.RUNNING, "bob": ChildState.RUNNING}
        await supervisor.stop("bob")
        assert (stage.now, states(supervisor)) == (3, {"alice": ChildState.RUNNING})
    assert stage.stops == [("bob", 3), ("alice", 3)]


async def test_those_added_stop_in_reverse_order_too(stage: Stage) -> None:
    supervisor = stage.supervisor(stage.child("a"))
    async with running(supervisor):
        supervisor.add(stage.child("b"))
        supervisor.add(stage.child("c"))
        await trio.sleep(1)
    assert [name for name, _ in stage.stops] == ["c", "b", "a"]


@pytest.mark.parametrize("end", [returns, crashes])
async def test_a_name_is_free_again_once_a_temporary_child_has_ended(stage: Stage, end: Life) -> None:
    supervisor = stage.supervisor()
    async with running(supervisor):
        supervisor.add(stage.child("alice", end, restart=TEMPORARY))
        await trio.sleep(1)
        assert states(supervisor) == {}
        supervisor.add(stage.child("alice", restart=TEMPORARY))
        await trio.sleep(1)
        assert states(supervisor) == {"alice": ChildState.RUNNING}


async def test_a_name_is_free_again_once_a_transient_child_has_ended(stage: Stage) -> None:
    supervisor = stage.supervisor()
    async with running(supervisor):
        supervisor.add(stage.child("alice", returns, restart=TRANSIENT))
        await trio.sleep(1)
        assert states(supervisor) == {"alice": ChildState.ENDED}
        supervisor.add(stage.child("alice"))
        await trio.sleep(1)
        assert states(supervisor) == {"alice": ChildState.RUNNING}


async def test_duplicate_child_name_refused(stage: Stage) -> None:
    supervisor = stage.supervisor(stage.child("b", crashes), backoff=Backoff(first=60, limit=60))
    async with running(supervisor):
        supervisor.add(stage.child("a"))
        await trio.sleep(1)
        with pytest.raises(DuplicateChild, match="supervisor sup: a child named a is running"):
            supervisor.add(stage.child("a"))
        with pytest.raises(DuplicateChild, match="supervisor sup: a child named b is waiting"):
            supervisor.add(stage.child("b"))


async def test_stop_of_a_child_in_backoff(stage: Stage) -> None:
    """Its restart does not come, nor does it trouble one of the same name that is added meanwhile."""
    supervisor = stage.supervisor(stage.child("a", crashes), backoff=Backoff(first=60, limit=60))
    async with running(supervisor):
        await supervisor.stop("a")
        assert states(supervisor) == {}
        supervisor.add(stage.child("a"))
        await trio.sleep(100)
        assert [child.lives for child in supervisor.statistics().children] == [1]
    assert stage.order == "a a"


async def test_stop_of_a_child_that_will_not_end(stage: Stage) -> None:
    supervisor = stage.supervisor()
    async with running(supervisor):
        supervisor.add(stage.child("a", stubborn(60), stop_timeout=2))
        await trio.sleep(1)
        await supervisor.stop("a")
        assert (stage.now, states(supervisor)) == (3, {"a": ChildState.STOPPING})
        with pytest.raises(DuplicateChild, match="a child named a is stopping"):
            supervisor.add(stage.child("a"))
        await trio.sleep(60)
        assert states(supervisor) == {}
    assert [event.child for event in stage.of(StopTimedOut)] == ["a"]


async def test_stop_leaves_the_supervisor_with_open_ears(stage: Stage) -> None:
    supervisor = stage.supervisor(stage.child("a", stubborn(3)), stage.child("b", crashes, forever))
    async with running(supervisor):
        await supervisor.stop("a")
    assert stage.starts == [("a", 0), ("b", 0), ("b", 0)]


async def test_stop_of_a_stranger(stage: Stage) -> None:
    with pytest.raises(NoSuchChild, match="supervisor sup has no child named zoe"):
        await stage.supervisor().stop("zoe")


async def test_nobody_is_added_to_a_supervisor_that_does_not_run(stage: Stage) -> None:
    supervisor = stage.supervisor(stage.child("a", stubborn(3)))
    with pytest.raises(NotSupervising, match="supervisor sup is not running, so alice cannot start"):
        supervisor.add(stage.child("alice"))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(stage.run_for, 1, supervisor)
        await trio.sleep(2)  # it is stopping now
        with pytest.raises(NotSupervising):
            supervisor.add(stage.child("alice"))


async def test_a_restarted_supervisor_forgets_who_was_added(stage: Stage) -> None:
    supervisor = stage.supervisor(stage.child("a"))
    async with running(supervisor):
        supervisor.add(stage.child("b"))
        await trio.sleep(1)
    async with running(supervisor):
        assert states(supervisor) == {"a": ChildState.RUNNING}
