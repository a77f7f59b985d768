"""What is remembered of the looks: how old the newest is, rates, lines, and another hub's beginning."""

import attrs
import pytest

from bitten.desk.watch.memory import OLD_S, POINTS, RATE_S, Memory
from bitten.wire.lately import LogAnswer, LogRequest
from tests.desk.watch.samples import LOG, LOOK, STATUS, counted, session


def test_before_the_first_answer_all_is_old() -> None:
    memory = Memory()
    memory.fail("no hub")
    assert (memory.newest, memory.is_old(0.0), memory.trouble) == (None, True, "no hub")


@pytest.mark.parametrize(("after", "old"), [(0.0, False), (OLD_S - 0.01, False), (OLD_S, True), (600.0, True)])
def test_an_answer_grows_old_whether_the_next_look_fails_or_hangs(after: float, old: bool) -> None:
    memory = Memory()
    memory.take(LOOK, 100.0)
    assert memory.is_old(100.0 + after) is old
    memory.fail("timeout")
    assert (memory.is_old(100.0 + after), memory.newest) == (old, LOOK)
    memory.take(LOOK, 100.0 + after)
    assert (memory.is_old(100.0 + after), memory.trouble) == (False, "")


def test_a_rate_is_taken_over_the_last_seconds() -> None:
    memory = Memory()
    memory.take(LOOK, 0.0)
    assert memory.rate("ticks") is None
    for second in range(1, 60):
        memory.take(counted(LOOK, ticks=1_000 + 5 * second), float(second))
    assert memory.rate("ticks") == pytest.approx(5.0)
    assert memory.rate("fires") == 0.0
    memory.take(counted(LOOK, ticks=1_295), 60.0 + RATE_S)
    assert memory.rate("ticks") == 0.0


def test_only_new_lines_are_asked_for_and_what_was_missed_is_known() -> None:
    memory = Memory()
    memory.take(LOOK, 0.0)
    assert (memory.seen, memory.fresh_lines) == (LogRequest(hub="a1", since=2), LOG.lines)
    memory.take(attrs.evolve(LOOK, log=LogAnswer(hub="a1", lines=(), lost=0)), 1.0)
    assert (memory.seen, memory.fresh_lines) == (LogRequest(hub="a1", since=2), ())
    later = tuple(attrs.evolve(each, n=each.n + 50) for each in LOG.lines)
    memory.take(attrs.evolve(LOOK, log=LogAnswer(hub="a1", lines=later, lost=48)), 2.0)
    assert (memory.seen.since, memory.lost_lines) == (52, 48)


def test_another_hub_begins_anew() -> None:
    memory = Memory()
    memory.take(LOOK, 0.0)
    memory.take(counted(LOOK, ticks=2_000), 1.0)
    reborn = attrs.evolve(counted(LOOK, ticks=3), log=LogAnswer(hub="b2", lines=(), lost=0))
    memory.take(reborn, 2.0)
    assert (memory.rate("ticks"), memory.seen) == (None, LogRequest(hub="b2", since=0))
    memory.take(counted(reborn, ticks=13), 3.0)
    assert memory.rate("ticks") == pytest.approx(10.0)


def test_the_way_of_equity_is_kept_for_a_minute() -> None:
    memory = Memory()
    for number in range(POINTS + 5):
        rich = attrs.evolve(STATUS, sessions=(session("alice", equity=float(number)), session("bob", equity=None)))
        memory.take(attrs.evolve(LOOK, status=rich), float(number))
    assert memory.equity("alice") == tuple(float(number) for number in range(5, POINTS + 5))
    assert memory.equity("bob") == ()
