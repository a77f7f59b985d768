"""Erlang's matrix: restart type by exit, strategy by what happens to others, and when a supervisor gives up."""

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from bitten.nursery import (
    Backoff,
    BadSpec,
    Child,
    ChildState,
    Ended,
    Exit,
    GaveUp,
    Limits,
    Ready,
    Restart,
    Restarting,
    RestartIntensityReached,
    Started,
    StartTimedOut,
    Strategy,
)
from tests.nursery.stage import (
    Boom,
    Life,
    Stage,
    after,
    crashes,
    forever,
    is_shut_down,
    never_ready,
    returns,
    states,
    stubborn,
)

PERMANENT, TRANSIENT, TEMPORARY = Restart


async def lives_and_state(stage: Stage, restart: Restart, first: Life) -> tuple[int, ChildState | None]:
    supervisor = stage.supervisor(stage.child("x", first, forever, restart=restart))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(supervisor.run)
        await trio.sleep(10)
        state = states(supervisor).get("x")
        nursery.cancel_scope.cancel()
    return len(stage.starts), state


async def test_permanent_normal(stage: Stage) -> None:
    assert await lives_and_state(stage, PERMANENT, returns) == (2, ChildState.RUNNING)
    assert [event.exit for event in stage.of(Ended)] == [Exit.NORMAL, Exit.SHUTDOWN]


async def test_permanent_shutdown(stage: Stage) -> None:
    assert await lives_and_state(stage, PERMANENT, is_shut_down) == (2, ChildState.RUNNING)


async def test_permanent_abnormal(stage: Stage) -> None:
    assert await lives_and_state(stage, PERMANENT, crashes) == (2, ChildState.RUNNING)
    assert [event.exit for event in stage.of(Ended)] == [Exit.ABNORMAL, Exit.SHUTDOWN]


async def test_transient_normal(stage: Stage) -> None:
    assert await lives_and_state(stage, TRANSIENT, returns) == (1, ChildState.ENDED)


async def test_transient_shutdown(stage: Stage) -> None:
    assert await lives_and_state(stage, TRANSIENT, is_shut_down) == (1, ChildState.ENDED)
    assert [event.exit for event in stage.of(Ended)] == [Exit.SHUTDOWN]


async def test_transient_abnormal(stage: Stage) -> None:
    assert await lives_and_state(stage, TRANSIENT, crashes) == (2, ChildState.RUNNING)


async def test_temporary_normal(stage: Stage) -> None:
    assert await lives_and_state(stage, TEMPORARY, returns) == (1, None)


async def test_temporary_shutdown(stage: Stage) -> None:
    assert await lives_and_state(stage, TEMPORARY, is_shut_down) == (1, None)


async def test_temporary_abnormal(stage: Stage) -> None:
    assert await lives_and_state(stage, TEMPORARY, crashes) == (1, None)
    assert not stage.of(GaveUp)


async def test_one_for_one_restart(stage: Stage) -> None:
    supervisor = stage.supervisor(stage.child("a"), stage.child("b", after(1, crashes), forever), stage.child("c"))
    await stage.run_for(10, supervisor)
    assert stage.starts == [("a", 0), ("b", 0), ("c", 0), ("b", 1)]


async def test_one_for_one_escalation(stage: Stage) -> None:
    supervisor = stage.supervisor(stage.child("a"), stage.child("b", crashes), limits=Limits(intensity=3))
    with pytest.raises(RestartIntensityReached, match="sup gives up on b: 4 restarts within 30 s") as escalated:
        await supervisor.run()
    assert (escalated.value.supervisor, escalated.value.child) == ("sup", "b")
    assert isinstance(escalated.value.__cause__, Boom)
    assert stage.order == "a b b b b"
    assert [name for name, _ in stage.stops][-1] == "a"
    assert [event.error for event in stage.of(GaveUp)] == [escalated.value]


async def test_one_for_one_other_child_fails(stage: Stage) -> None:
    supervisor = stage.supervisor(
        stage.child("a", after(1, crashes), forever),
        stage.child("b", after(1.5, crashes), forever),
        backoff=Backoff(first=1, limit=1),
    )
    await stage.run_for(10, supervisor)
    assert stage.starts == [("a", 0), ("b", 0), ("a", 2), ("b", 2.5)]


async def test_rest_for_one_restart(stage: Stage) -> None:
    children = stage.child("a"), stage.child("b", after(1, crashes), forever), stage.child("c"), stage.child("d")
    await stage.run_for(10, stage.supervisor(*children, strategy=Strategy.REST_FOR_ONE))
    assert stage.order == "a b c d b c d"
    assert [name for name, _ in stage.stops] == ["b", "d", "c", "d", "c", "b", "a"]


async def test_rest_for_one_escalation(stage: Stage) -> None:
    children = stage.child("a"), stage.child("b", after(1, crashes)), stage.child("c")
    supervisor = stage.supervisor(*children, strategy=Strategy.REST_FOR_ONE, limits=Limits(in_a_row=1))
    with pytest.raises(RestartIntensityReached, match="sup gives up on b: 2 failures in a row, allowed are 1"):
        await supervisor.run()
    assert stage.order == "a b c b c"
    assert [name for name, _ in stage.stops] == ["b", "c", "b", "c", "a"]


async def test_rest_for_one_other_child_fails(stage: Stage) -> None:
    """One that starts earlier fails during the backoff: its recovery takes the place of the one under way."""
    supervisor = stage.supervisor(
        stage.child("a", after(2, crashes), forever),
        stage.child("b", after(1, crashes), forever),
        stage.child("c"),
        strategy=Strategy.REST_FOR_ONE,
        backoff=Backoff(first=5, limit=5),
    )
    await stage.run_for(20, supervisor)
    assert stage.starts == [("a", 0), ("b", 0), ("c", 0), ("a", 7), ("b", 7), ("c", 7)]


async def test_rest_for_one_while_others_stop(stage: Stage) -> None:
    """One that is about to be stopped for another's sake crashes first: that is no failure of its own."""
    supervisor = stage.supervisor(
        stage.child("a", after(1, crashes), forever),
        stage.child("b", after(1.5, crashes), forever),
        stage.child("c", stubborn(1), forever),
        strategy=Strategy.REST_FOR_ONE,
    )
    await stage.run_for(20, supervisor)
    assert stage.starts == [("a", 0), ("b", 0), ("c", 0), ("a", 2), ("b", 2), ("c", 2)]
    assert [event.child for event in stage.of(Restarting)] == ["a"]


async def test_rest_for_one_does_not_give_a_temporary_child_a_second_life(stage: Stage) -> None:
    supervisor = stage.supervisor(
        stage.child("a", after(1, crashes), forever),
        stage.child("b", restart=TEMPORARY),
        stage.child("c", returns, forever, restart=TRANSIENT),
        strategy=Strategy.REST_FOR_ONE,
    )
    await stage.run_for(10, supervisor)
    assert stage.order == "a b c a c"
    assert [child.name for child in supervisor.statistics().children] == ["a", "c"]


async def test_start_fails_counts_as_restart(stage: Stage) -> None:
    async def fails(_: Ready) -> None:
        await crashes()

    supervisor = stage.supervisor(Child("a", fails), stage.child("b"), limits=Limits(intensity=3))
    with pytest.raises(RestartIntensityReached, match="sup gives up on a"):
        await supervisor.run()
    assert len(stage.of(Restarting)) == 3
    assert stage.order == "b"


async def test_start_times_out(stage: Stage) -> None:
    supervisor = stage.supervisor(
        Child("a", never_ready(forever), start_timeout=2), limits=Limits(in_a_row=1), backoff=Backoff(first=1)
    )
    with pytest.raises(RestartIntensityReached) as escalated:
        await supervisor.run()
    assert isinstance(escalated.value.__cause__, StartTimedOut)
    assert str(escalated.value.__cause__) == "a has not started in 2 s"
    assert stage.now == 5


async def test_children_start_one_after_the_other(stage: Stage) -> None:
    async def slow(ready: Ready) -> None:
        await trio.sleep(3)
        ready()
        await forever()

    ready_at = list[float]()
    supervisor = stage.supervisor(Child("a", slow), stage.child("b"), Child("c", slow), stage.child("d"))
    with trio.move_on_after(10):
        await supervisor.run(lambda: ready_at.append(stage.now))
    assert stage.starts == [("b", 3), ("d", 6)]
    assert ready_at == [6]
    assert [(event.child, event.life) for event in stage.of(Started)] == [("a", 1), ("b", 1), ("c", 1), ("d", 1)]


async def test_a_supervisor_is_ready_when_all_its_children_have_started(stage: Stage) -> None:
    """Also the one whose first start failed, though the others are started meanwhile."""
    attempts = iter([crashes, forever])

    async def fails_once(ready: Ready) -> None:
        life = next(attempts)
        if life is forever:
            ready()
        await life()

    ready_at = list[float]()
    supervisor = stage.supervisor(Child("a", fails_once), stage.child("b"), backoff=Backoff(first=4))
    with trio.move_on_after(10):
        await supervisor.run(lambda: ready_at.append(stage.now))
    assert stage.starts == [("b", 0)]
    assert ready_at == [4]


async def test_rest_for_one_waits_for_the_start_of_what_others_depend_on(stage: Stage) -> None:
    attempts = iter([crashes, forever])

    async def fails_once(ready: Ready) -> None:
        life = next(attempts)
        await trio.sleep(1)
        if life is forever:
            ready()
        await life()

    supervisor = stage.supervisor(Child("a", fails_once), stage.child("b"), strategy=Strategy.REST_FOR_ONE)
    await stage.run_for(10, supervisor)
    assert stage.starts == [("b", 2)]


async def test_window_boundary_exactly_period(stage: Stage) -> None:
    """Restarts at 0 s and at exactly 30 s are within one period of 30 s; at 30.5 s they are not."""
    limits = Limits(intensity=1, period=30)
    exactly = stage.supervisor(stage.child("x", after(1, crashes), after(30, crashes), forever), limits=limits)
    with pytest.raises(RestartIntensityReached):
        await exactly.run()
    later = stage.supervisor(stage.child("x", after(1, crashes), after(30.5, crashes), forever), limits=limits)
    await stage.run_for(100, later)


async def test_window_is_per_supervisor(stage: Stage) -> None:
    """Its children share one window, another supervisor has its own."""
    limits = Limits(intensity=1)

    def two() -> list[Child]:
        return [stage.child(name, after(1, crashes), forever) for name in ("a", "b")]

    with pytest.raises(RestartIntensityReached):
        await stage.supervisor(*two(), limits=limits).run()
    halves = [stage.supervisor(child, name=child.name, limits=limits) for child in two()]
    await stage.run_for(10, stage.supervisor(*(Child(half.spec.name, half.run) for half in halves)))


async def test_levels_multiply(stage: Stage) -> None:
    limits = Limits(intensity=2)
    inner = stage.supervisor(stage.child("x", crashes), name="inner", limits=limits)
    outer = stage.supervisor(Child("inner", inner.run), name="outer", limits=limits)
    with pytest.raises(RestartIntensityReached, match="outer gives up on inner") as escalated:
        await outer.run()
    assert isinstance(escalated.value.__cause__, RestartIntensityReached)
    assert isinstance(escalated.value.__cause__.__cause__, Boom)
    assert len(stage.starts) == (2 + 1) * (2 + 1)


async def test_backoff_does_not_disarm_window(stage: Stage) -> None:
    """At 32 s apart no five restarts meet in 30 s, yet a child that never gets well is given up."""
    backoff = Backoff(first=1, factor=2, limit=32)
    supervisor = stage.supervisor(stage.child("x", crashes), limits=Limits(intensity=5, in_a_row=8), backoff=backoff)
    with pytest.raises(RestartIntensityReached, match="9 failures in a row, allowed are 8"):
        await supervisor.run()
    assert [time for _, time in stage.starts] == [0, 1, 3, 7, 15, 31, 63, 95, 127]


async def test_a_stable_life_makes_the_failures_before_forgotten(stage: Stage) -> None:
    backoff = Backoff(first=1, factor=2, limit=32, stable_after=10)
    supervisor = stage.supervisor(
        stage.child("x", crashes, crashes, after(10, crashes), forever), limits=Limits(in_a_row=2), backoff=backoff
    )
    await stage.run_for(100, supervisor)
    assert [(event.failures, event.delay) for event in stage.of(Restarting)] == [(1, 1), (2, 2), (1, 1)]


async def test_a_slow_start_that_fails_is_not_a_stable_life(stage: Stage) -> None:
    supervisor = stage.supervisor(
        Child("a", never_ready(after(20, crashes))),
        limits=Limits(in_a_row=2),
        backoff=Backoff(first=0, stable_after=10),
    )
    with pytest.raises(RestartIntensityReached, match="3 failures in a row"):
        await supervisor.run()


async def test_backoff_leaves_the_supervisor_with_open_ears(stage: Stage) -> None:
    """While one waits out its backoff another fails, is restarted, and fails for good."""
    supervisor = stage.supervisor(
        stage.child("a", crashes),
        stage.child("b", after(1, crashes)),
        limits=Limits(intensity=1000, in_a_row=1),
        backoff=Backoff(first=60, limit=60, stable_after=0.5),
    )
    with trio.move_on_after(59.9):
        await supervisor.run()
    assert [(event.child, event.time - stage.begun) for event in stage.of(Restarting)] == [("a", 0), ("b", 1)]


async def test_a_restarted_supervisor_begins_anew(stage: Stage) -> None:
    inner = stage.supervisor(stage.child("x", crashes, crashes, forever), name="inner", limits=Limits(intensity=0))
    await stage.run_for(10, stage.supervisor(Child("inner", inner.run)))
    assert [child.lives for child in inner.statistics().children] == [1]
    assert len(stage.starts) == 3


async def test_a_supervisor_does_not_run_twice_at_once(stage: Stage) -> None:
    supervisor = stage.supervisor()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(supervisor.run)
        await wait_all_tasks_blocked()
        with pytest.raises(RuntimeError, match="supervisor sup is running already"):
            await supervisor.run()
        nursery.cancel_scope.cancel()


async def test_an_order_to_end_the_process_is_no_crash(stage: Stage) -> None:
    async def interrupted() -> None:
        raise KeyboardInterrupt

    supervisor = stage.supervisor(stage.child("a"), stage.child("b", interrupted))
    with pytest.raises(BaseExceptionGroup) as raised:
        await supervisor.run()
    assert raised.value.subgroup(KeyboardInterrupt) is not None
    assert stage.order == "a b"
    assert [name for name, _ in stage.stops] == ["b", "a"]


async def test_statistics(stage: Stage) -> None:
    supervisor = stage.supervisor(
        stage.child("a", after(1, crashes), forever), Child("b", never_ready(forever)), stage.child("c")
    )
    assert not supervisor.statistics().running
    async with trio.open_nursery() as nursery:
        nursery.start_soon(supervisor.run)
        await trio.sleep(2)
        seen = supervisor.statistics()
        nursery.cancel_scope.cancel()
    assert (seen.name, seen.strategy, seen.running) == ("sup", Strategy.ONE_FOR_ONE, True)
    assert [(child.name, child.state, child.lives) for child in seen.children] == [
        ("a", ChildState.RUNNING, 2),
        ("b", ChildState.STARTING, 1),
        ("c", ChildState.WAITING, 0),
    ]
    first = seen.children[0]
    assert (first.restarts, first.failures, first.last_error, first.mailbox) == (1, 1, "Boom()", None)


async def test_the_children_of_a_rest_for_one_are_those_of_its_spec(stage: Stage) -> None:
    supervisor = stage.supervisor(stage.child("a"), strategy=Strategy.REST_FOR_ONE)
    with pytest.raises(BadSpec, match="supervisor sup: children come and go under one_for_one only"):
        supervisor.add(stage.child("x"))
    with pytest.raises(BadSpec, match="the order of a rest_for_one is its spec's"):
        await supervisor.stop("a")
