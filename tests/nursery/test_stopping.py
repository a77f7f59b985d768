"""How children stop: one at a time, the last first, each with its time; an end outside of that counts for nothing."""

import pytest
import trio

from bitten.nursery import (
    Backoff,
    Child,
    ChildState,
    Ended,
    Exit,
    GaveUp,
    Limits,
    Restarting,
    RestartIntensityReached,
    StopTimedOut,
    Strategy,
)
from tests.nursery.stage import Life, Stage, after, crashes, forever, states, stubborn


def crashes_when_stopped(stops_after: float = 0) -> Life:
    async def run() -> None:
        try:
            await stubborn(stops_after)()
        finally:
            raise ValueError("while stopping")

    return run


async def test_stop_waits(stage: Stage) -> None:
    supervisor = stage.supervisor(stage.child("a", stubborn(3)), stage.child("b", stubborn(4)))
    await stage.run_for(1, supervisor)
    assert stage.stops == [("b", 5), ("a", 8)]
    assert not stage.of(StopTimedOut)


async def test_stop_times_out(stage: Stage) -> None:
    """It cannot be killed: the others do not wait for it, and the supervisor ends when it does."""
    supervisor = stage.supervisor(stage.child("a"), stage.child("b", stubborn(60), stop_timeout=2), stage.child("c"))
    await stage.run_for(1, supervisor)
    assert stage.stops == [("c", 1), ("a", 3), ("b", 61)]
    assert [(event.child, event.after, event.time - stage.begun) for event in stage.of(StopTimedOut)] == [("b", 2, 3)]
    assert stage.now == 61


async def test_stop_times_out_then_no_second_life_beside_the_first(stage: Stage) -> None:
    supervisor = stage.supervisor(
        stage.child("a", after(1, crashes), forever),
        stage.child("b", stubborn(60), forever, stop_timeout=2),
        strategy=Strategy.REST_FOR_ONE,
    )
    async with trio.open_nursery() as nursery:
        nursery.start_soon(supervisor.run)
        await trio.sleep(30)
        assert states(supervisor) == {"a": ChildState.RUNNING, "b": ChildState.STOPPING}
        assert supervisor.statistics().children[1].stop_timeouts == 1
        await trio.sleep(60)
        assert states(supervisor) == {"a": ChildState.RUNNING, "b": ChildState.RUNNING}
        nursery.cancel_scope.cancel()
    assert stage.starts == [("a", 0), ("b", 0), ("a", 3), ("b", 61)]


async def test_stop_reverse_order(stage: Stage) -> None:
    """Though the cancellation from outside reaches the whole tree at once."""
    inner = stage.supervisor(stage.child("b", stubborn(1)), stage.child("c", stubborn(1)), name="inner")
    supervisor = stage.supervisor(
        stage.child("a", stubborn(1)), Child("inner", inner.run), stage.child("d", stubborn(1))
    )
    await stage.run_for(1, supervisor)
    assert stage.stops == [("d", 2), ("c", 3), ("b", 4), ("a", 5)]


async def test_stop_while_in_backoff(stage: Stage) -> None:
    supervisor = stage.supervisor(stage.child("a"), stage.child("b", crashes), backoff=Backoff(first=3600, limit=3600))
    await stage.run_for(5, supervisor)
    assert stage.order == "a b"
    assert stage.now == 5


async def test_stop_while_starting(stage: Stage) -> None:
    async def slow(_: object) -> None:
        await trio.sleep(30)

    await stage.run_for(5, stage.supervisor(stage.child("a"), Child("b", slow), stage.child("c")))
    assert stage.order == "a"
    assert stage.now == 5


async def test_stop_of_a_child_that_ends_first(stage: Stage) -> None:
    """It returns while those after it are being stopped: it is not started again."""
    supervisor = stage.supervisor(stage.child("a", after(2, crashes)), stage.child("b", stubborn(3)))
    await stage.run_for(1, supervisor)
    assert stage.order == "a b"
    assert not stage.of(Restarting)


async def test_stale_exit_ignored(stage: Stage) -> None:
    """A crash while being stopped for another's sake says nothing about the child, and its next life is untouched."""
    supervisor = stage.supervisor(
        stage.child("a", after(1, crashes), forever),
        stage.child("b", crashes_when_stopped(4), forever, stop_timeout=2),
        strategy=Strategy.REST_FOR_ONE,
        limits=Limits(intensity=1, in_a_row=1),
    )
    async with trio.open_nursery() as nursery:
        nursery.start_soon(supervisor.run)
        await trio.sleep(30)
        a, b = supervisor.statistics().children
        nursery.cancel_scope.cancel()
    assert [event.child for event in stage.of(Restarting)] == ["a"]
    assert (a.failures, b.failures, b.restarts, b.lives) == (1, 0, 0, 2)
    assert [(event.child, event.exit) for event in stage.of(Ended)][:2] == [("a", Exit.ABNORMAL), ("b", Exit.ABNORMAL)]
    assert b.last_error == "ValueError('while stopping')"


async def test_cancelled_is_not_a_crash(stage: Stage) -> None:
    await stage.run_for(1, stage.supervisor(stage.child("a"), stage.child("b")))
    assert [(event.child, event.exit, event.error) for event in stage.of(Ended)] == [
        ("b", Exit.SHUTDOWN, None),
        ("a", Exit.SHUTDOWN, None),
    ]


async def test_exception_group_with_one_crash(stage: Stage) -> None:
    """A body with a nursery of its own: what breaks in it comes with the cancellations that it caused."""

    async def body() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(forever)
            nursery.start_soon(after(1, crashes))

    await stage.run_for(10, stage.supervisor(stage.child("a", body, forever)))
    assert [repr(event.error) for event in stage.of(Ended)] == ["Boom()", "None"]


async def test_a_crash_while_stopping_is_reported(stage: Stage) -> None:
    await stage.run_for(1, stage.supervisor(stage.child("a", crashes_when_stopped())))
    assert [repr(event.error) for event in stage.of(Ended)] == ["ValueError('while stopping')"]


async def test_exits_after_giving_up_restart_nobody(stage: Stage) -> None:
    supervisor = stage.supervisor(
        stage.child("a", after(1, crashes), forever),
        stage.child("b", after(1, crashes), forever),
        limits=Limits(intensity=0),
    )
    with pytest.raises(RestartIntensityReached):
        await supervisor.run()
    assert sorted(stage.starts) == [("a", 0), ("b", 0)]
    assert len(stage.of(GaveUp)) == 1
