"""Facts become durable in groups and in order; who waits for that is told after it, and never before."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from bitten.actors.scribe import RETRY_S, Scribe
from bitten.clock import HubClock
from bitten.errors import JournalError
from bitten.journal import Journal, JournalReader
from bitten.mailbox import Busy
from bitten.rules.facts import Entry, Fact, Outage, SecurityEvent, TradingSet
from bitten.units import TradingState
from tests.actors.bench import full_disk

HALT = TradingSet(user="", state=TradingState.HALTED, why="news", who="op")


def note(detail: str) -> SecurityEvent:
    """A fact that changes nothing."""
    return SecurityEvent(user="paper", what="note", detail=detail)


def durable(folder: Path) -> list[Fact]:
    """What another process would read."""
    with JournalReader.open(folder / "journal.sqlite") as reader:
        return [entry.fact for entry in reader.read()]


@pytest.fixture
def scribe(tmp_path: Path, mock_clock: MockClock) -> Iterator[Scribe]:
    journal = Journal.open(tmp_path / "journal.sqlite")
    yield Scribe(journal, HubClock(1_000, mock_clock.current_time()))
    journal.close()


@asynccontextmanager
async def running(scribe: Scribe) -> AsyncIterator[None]:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(scribe.run)
        await wait_all_tasks_blocked()
        yield
        nursery.cancel_scope.cancel()


async def test_what_is_recorded_together_is_one_commit_in_order(scribe: Scribe, tmp_path: Path) -> None:
    async with running(scribe):
        facts = [note(str(n)) for n in range(100)]
        for fact in facts:
            scribe.record("test", fact)
        await scribe.drained()
        assert durable(tmp_path) == facts
        assert scribe.journal.statistics().commits == 1


async def test_what_is_urgent_goes_first(scribe: Scribe, tmp_path: Path) -> None:
    async with running(scribe):
        for name in ("a", "b"):
            scribe.record("test", note(name))
        for name in ("x", "y"):
            scribe.record("test", note(name), urgent=True)
        await wait_all_tasks_blocked()
        assert durable(tmp_path) == [note(name) for name in "xyab"]


async def test_who_waits_is_told_when_another_process_could_read_it(
    scribe: Scribe, tmp_path: Path, mock_clock: MockClock
) -> None:
    told: list[tuple[Entry, bool]] = []

    def then(entry: Entry) -> None:
        told.append((entry, entry.fact in durable(tmp_path)))

    async with running(scribe):
        mock_clock.jump(0.5)
        scribe.record("test", note("a"), causes=(7,), then=then)
        assert told == []
        await wait_all_tasks_blocked()
        ((entry, was_durable),) = told
        assert was_durable
        assert (entry.seq, entry.actor, entry.time, entry.causes) == (1, "test", 1_500, (7,))


async def test_what_is_written_is_durable_before_the_call_returns(scribe: Scribe, tmp_path: Path) -> None:
    scribe.record("test", note("later"))
    assert scribe.write("test", note("now")).seq == 1
    assert durable(tmp_path) == [note("now")]


async def test_while_the_disk_is_full_it_tries_again_and_keeps_the_order(
    scribe: Scribe, tmp_path: Path, mock_clock: MockClock
) -> None:
    told: list[str] = []

    def then(entry: Entry) -> None:
        assert isinstance(entry.fact, SecurityEvent)
        told.append(entry.fact.detail)

    async with running(scribe):
        with full_disk(tmp_path):
            for name in ("a", "b"):
                scribe.record("test", note(name), then=then)
            await wait_all_tasks_blocked()
            scribe.record("test", note("c"), then=then)
            for tries in (1, 2, 3):
                assert scribe.journal.statistics().failures == tries
                mock_clock.jump(RETRY_S)
                await wait_all_tasks_blocked()
            assert told == []
            assert scribe.trading_of("paper").state is TradingState.HALTED
            assert "disk is full" in scribe.trading_of("paper").why
        mock_clock.jump(RETRY_S)
        await wait_all_tasks_blocked()
        assert told == ["a", "b", "c"]
        facts = [fact for fact in durable(tmp_path) if not isinstance(fact, Outage)]
        assert facts == [note(name) for name in "abc"]
        assert scribe.trading_of("paper").state is TradingState.ACTIVE


async def test_the_change_is_told_once_each_way(
    scribe: Scribe, tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    changes: list[str] = []
    scribe.on_change = lambda: changes.append(scribe.failure)
    async with running(scribe):
        with full_disk(tmp_path):
            scribe.record("test", note("a"))
            await wait_all_tasks_blocked()
            for _ in range(3):
                with pytest.raises(JournalError, match="disk is full"):
                    scribe.write("test", note("b"))
                mock_clock.jump(RETRY_S)
                await wait_all_tasks_blocked()
        mock_clock.jump(RETRY_S)
        await wait_all_tasks_blocked()
    assert len(changes) == 2
    assert "disk is full" in changes[0]
    assert changes[1] == ""
    assert [line.partition(":")[0] for line in log_lines] == ["halted", "journal writable again after"]


async def test_a_halt_that_is_held_holds_now_and_is_journaled_later(scribe: Scribe, tmp_path: Path) -> None:
    async with running(scribe):
        scribe.hold("desk", HALT)
        assert scribe.trading_of("paper") == HALT
        assert scribe.ledger.trading_of("paper").state is TradingState.ACTIVE
        await wait_all_tasks_blocked()
        assert durable(tmp_path) == [HALT]
        assert scribe.trading_of("paper") == HALT


async def test_what_waits_at_the_end_is_written(scribe: Scribe, tmp_path: Path) -> None:
    async with running(scribe):
        scribe.record("test", note("a"))
        scribe.record("test", note("b"), urgent=True)
    assert durable(tmp_path) == [note("b"), note("a")]


async def test_what_was_in_hand_at_the_end_is_written_once(scribe: Scribe, tmp_path: Path) -> None:
    async with running(scribe):
        with full_disk(tmp_path):
            scribe.record("test", note("a"))
            await wait_all_tasks_blocked()
            scribe.record("test", note("b"))
    assert [fact for fact in durable(tmp_path) if not isinstance(fact, Outage)] == [note("a"), note("b")]


async def test_what_cannot_be_written_at_the_end_is_said(scribe: Scribe, tmp_path: Path, log_lines: list[str]) -> None:
    with full_disk(tmp_path):
        async with running(scribe):
            for name in ("a", "b"):
                scribe.record("test", note(name))
    assert durable(tmp_path) == []
    assert log_lines[-1] == "2 facts could not be journaled before the end"


async def test_too_many_that_wait_are_refused_but_not_what_is_urgent(scribe: Scribe) -> None:
    scribe.mailbox.capacity = 3
    for _ in range(3):
        scribe.record("test", note("a"))
    with pytest.raises(Busy, match="scribe"):
        scribe.record("test", note("b"))
    scribe.record("test", HALT, urgent=True)
    assert scribe.mailbox.statistics().urgent == 1


async def test_what_is_durable_is_not_written_again_after_a_crash(scribe: Scribe, tmp_path: Path) -> None:
    def then(_: Entry) -> None:
        raise ZeroDivisionError("a fault of ours")

    told: list[Entry] = []
    scribe.record("test", note("a"), then=then)
    scribe.record("test", note("b"), then=told.append)
    with pytest.raises(ExceptionGroup) as crash:
        await scribe.run()
    assert [type(each) for each in crash.value.exceptions] == [ZeroDivisionError]
    assert [entry.fact for entry in told] == [note("b")]
    async with running(scribe):
        scribe.record("test", note("c"))
        await wait_all_tasks_blocked()
    assert durable(tmp_path) == [note(name) for name in "abc"]


async def test_a_story_that_finds_no_room_is_left_out_and_said(
    scribe: Scribe, tmp_path: Path, log_lines: list[str]
) -> None:
    scribe.mailbox.capacity = 1
    for name in ("a", "b"):
        scribe.note("test", note(name))
    async with running(scribe):
        await wait_all_tasks_blocked()
    assert durable(tmp_path) == [note("a")]
    assert log_lines == ["mailbox scribe is full (1 unread): a security is not journaled"]


async def test_a_disk_that_is_well_again_is_found_out_where_nobody_has_anything_to_say(
    scribe: Scribe, tmp_path: Path, mock_clock: MockClock
) -> None:
    async with running(scribe):
        with full_disk(tmp_path):
            with pytest.raises(JournalError, match="disk is full"):
                scribe.write("test", note("a"))
            for _ in range(3):
                await wait_all_tasks_blocked()
                assert "disk is full" in scribe.failure
                mock_clock.jump(RETRY_S)
        await wait_all_tasks_blocked()
        assert (scribe.failure, scribe.trading_of("").state) == ("", TradingState.ACTIVE)
    (outage,) = durable(tmp_path)
    assert isinstance(outage, Outage)
    assert "disk is full" in outage.what


async def test_nobody_waits_for_a_disk_that_is_full(scribe: Scribe, tmp_path: Path, mock_clock: MockClock) -> None:
    async with running(scribe):
        await scribe.drained()
        with full_disk(tmp_path):
            scribe.record("test", note("a"))
            await wait_all_tasks_blocked()
            with pytest.raises(JournalError, match="disk is full"):
                await scribe.drained()
        mock_clock.jump(RETRY_S)
        await wait_all_tasks_blocked()
        await scribe.drained()
        assert scribe.failure == ""
