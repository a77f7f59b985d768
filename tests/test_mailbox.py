"""Mailboxes: what is kept, what is refused, what is read first, and that a cancelled reader loses nothing."""

from collections import OrderedDict, deque
from collections.abc import Callable
from itertools import pairwise

import pytest
import trio
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from trio.testing import assert_checkpoints, wait_all_tasks_blocked

from bitten.mailbox import BURST, Bounded, Busy, DeadLetter, DeadLetters, Latest, Mailbox

Keyed = tuple[str | None, int]
KEYS = st.sampled_from(["EURUSD", "GBPUSD", "USDJPY", "XAUUSD", None])


def key_of(message: Keyed) -> str | None:
    return message[0]


def latest(capacity: int = 10) -> Latest[Keyed]:
    return Latest("quotes", capacity, key_of)


async def read_into(mailbox: Mailbox[int], read: list[int]) -> None:
    while True:
        read.append(await mailbox.receive())


async def test_messages_come_in_the_order_of_posting() -> None:
    mailbox = Bounded[int]("fires", 10)
    for n in range(5):
        mailbox.post(n)
    assert [await mailbox.receive() for _ in range(5)] == [0, 1, 2, 3, 4]


async def test_it_can_be_iterated() -> None:
    mailbox = Bounded[int]("fires", 10)
    mailbox.post(1)
    mailbox.post(2)
    async for message in mailbox:
        if message == 2:
            break
    assert mailbox.take_in_hand() == (2,)


async def test_a_waiting_reader_is_woken(nursery: trio.Nursery) -> None:
    mailbox, read = Bounded[int]("fires", 10), list[int]()
    nursery.start_soon(read_into, mailbox, read)
    await wait_all_tasks_blocked()
    mailbox.post(1)
    await wait_all_tasks_blocked()
    mailbox.post_urgent(2)
    await wait_all_tasks_blocked()
    assert read == [1, 2]


async def test_a_full_mailbox_refuses_and_keeps_what_it_has() -> None:
    mailbox = Bounded[int]("fires", 2)
    mailbox.post(1)
    mailbox.post(2)
    with pytest.raises(Busy, match=r"mailbox fires is full \(2 unread\)") as refusal:
        mailbox.post(3)
    assert (refusal.value.mailbox, refusal.value.capacity) == ("fires", 2)
    assert mailbox.drain() == [1, 2]


async def test_urgent_is_read_first_and_never_refused() -> None:
    mailbox = Bounded[str]("router", 1)
    mailbox.post("fire")
    mailbox.post_urgent("halt")
    mailbox.post_urgent("disable")
    assert [await mailbox.receive() for _ in range(3)] == ["halt", "disable", "fire"]


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_capacity_below_one_is_refused(capacity: int) -> None:
    with pytest.raises(ValueError, match=f"mailbox fires: capacity is {capacity}, allowed is 1 and above"):
        Bounded[int]("fires", capacity)


async def test_latest_keeps_the_newest_of_each_key_at_the_place_of_the_oldest() -> None:
    mailbox = latest()
    for message in [("EURUSD", 1), ("GBPUSD", 1), (None, 1), ("EURUSD", 2), (None, 2)]:
        mailbox.post(message)
    assert mailbox.drain() == [("EURUSD", 2), ("GBPUSD", 1), (None, 1), (None, 2)]
    assert mailbox.statistics().dropped == 1


async def test_latest_has_room_for_a_newer_one_even_when_full() -> None:
    mailbox = latest(capacity=1)
    mailbox.post(("EURUSD", 1))
    mailbox.post(("EURUSD", 2))
    with pytest.raises(Busy):
        mailbox.post(("GBPUSD", 1))
    assert mailbox.drain() == [("EURUSD", 2)]


async def test_a_message_that_was_taken_is_not_replaced() -> None:
    mailbox = latest()
    mailbox.post(("EURUSD", 1))
    assert await mailbox.receive() == ("EURUSD", 1)
    mailbox.post(("EURUSD", 2))
    assert await mailbox.receive() == ("EURUSD", 2)
    assert mailbox.statistics().dropped == 0


class LatestAgainstModel(RuleBasedStateMachine):
    """`Latest` with an urgent lane does what two plain containers do."""

    def __init__(self) -> None:
        super().__init__()
        self.mailbox = latest(capacity=4)
        self.unread: OrderedDict[object, Keyed] = OrderedDict()
        self.urgent: deque[Keyed] = deque()
        self.posted = self.read = self.dropped = self.refused = 0

    @rule(key=KEYS)
    def post(self, key: str | None) -> None:
        self.posted += 1
        message, place = (key, self.posted), key or object()
        if place not in self.unread and len(self.unread) == 4:
            self.refused += 1
            with pytest.raises(Busy):
                self.mailbox.post(message)
            return
        self.dropped += place in self.unread
        self.unread[place] = message
        self.mailbox.post(message)

    @rule(key=KEYS)
    def post_urgent(self, key: str | None) -> None:
        self.posted += 1
        self.urgent.append((key, self.posted))
        self.mailbox.post_urgent((key, self.posted))

    @rule()
    def receive(self) -> None:
        if self.urgent or self.unread:
            self.read += 1
            expected = self.urgent.popleft() if self.urgent else self.unread.popitem(last=False)[1]
            assert trio.run(self.mailbox.receive) == expected

    @rule()
    def drain(self) -> None:
        self.read += len(self.urgent) + len(self.unread)
        assert self.mailbox.drain() == [*self.urgent, *self.unread.values()]
        self.urgent.clear()
        self.unread.clear()

    @invariant()
    def nothing_is_uncounted(self) -> None:
        seen = self.mailbox.statistics()
        assert (seen.received, seen.dropped, seen.refused) == (self.read, self.dropped, self.refused)
        assert (seen.depth, seen.urgent) == (len(self.urgent) + len(self.unread), len(self.urgent))
        assert self.posted == seen.received + seen.dropped + seen.refused + seen.depth


LatestAgainstModel.TestCase.settings = settings(max_examples=25, stateful_step_count=25)
test_latest_against_model = LatestAgainstModel.TestCase


async def test_in_hand_until_the_next_is_asked_for() -> None:
    mailbox = Bounded[int]("fires", 10)
    mailbox.post(1)
    mailbox.post(2)
    await mailbox.receive()
    assert mailbox.statistics().in_hand == 1
    await mailbox.receive()
    assert mailbox.take_in_hand() == (2,)
    assert mailbox.take_in_hand() == ()


async def test_nothing_is_in_hand_while_waiting(nursery: trio.Nursery) -> None:
    mailbox = Bounded[int]("fires", 10)
    mailbox.post(1)
    nursery.start_soon(read_into, mailbox, [])
    await wait_all_tasks_blocked()
    assert mailbox.take_in_hand() == ()


async def test_done_puts_it_out_of_hand() -> None:
    mailbox = Bounded[int]("fires", 10)
    mailbox.post(1)
    await mailbox.receive()
    mailbox.done()
    assert mailbox.take_in_hand() == ()


async def test_a_batch_is_in_hand_together() -> None:
    mailbox = Bounded[int]("scribe", 10)
    for n in range(5):
        mailbox.post(n)
    assert await mailbox.receive_batch(limit=3) == [0, 1, 2]
    assert mailbox.take_in_hand() == (0, 1, 2)
    assert await mailbox.receive_batch(limit=3) == [3, 4]


async def test_a_batch_waits_for_its_first(nursery: trio.Nursery) -> None:
    mailbox, batches = Bounded[int]("scribe", 10), list[list[int]]()

    async def read() -> None:
        batches.append(await mailbox.receive_batch())

    nursery.start_soon(read)
    await wait_all_tasks_blocked()
    mailbox.post(1)
    mailbox.post(2)
    await wait_all_tasks_blocked()
    assert batches == [[1, 2]]


async def test_a_busy_reader_lets_others_run_every_64_messages(nursery: trio.Nursery) -> None:
    mailbox, read, seen = Bounded[int]("quotes", 1000), list[int](), list[int]()
    for n in range(5 * BURST):
        mailbox.post(n)

    async def other() -> None:
        for _ in range(4):
            seen.append(len(read))
            await trio.lowlevel.checkpoint()

    nursery.start_soon(read_into, mailbox, read)
    nursery.start_soon(other)
    await wait_all_tasks_blocked()
    # Trio shuffles the tasks of a round, so that two turns of the reader may lie between two of the other's.
    assert all(later - earlier <= 2 * BURST for earlier, later in pairwise(seen))
    assert 0 < seen[-1] < len(read) == 5 * BURST


async def test_every_batch_is_a_checkpoint() -> None:
    mailbox = Bounded[int]("scribe", 10)
    for _ in range(3):
        mailbox.post(1)
        with assert_checkpoints():
            await mailbox.receive_batch()


async def test_cancelling_a_waiting_reader_loses_nothing() -> None:
    mailbox = Bounded[int]("fires", 10)
    with trio.CancelScope() as scope:
        scope.cancel()
        await mailbox.receive()
    mailbox.post(1)
    assert await mailbox.receive() == 1


async def test_cancelled_after_being_woken_it_still_gets_its_message(nursery: trio.Nursery) -> None:
    mailbox, read = Bounded[int]("fires", 10), list[int]()
    scope = trio.CancelScope()

    async def reader() -> None:
        with scope:
            await read_into(mailbox, read)

    nursery.start_soon(reader)
    await wait_all_tasks_blocked()
    mailbox.post(1)
    scope.cancel()
    await wait_all_tasks_blocked()
    assert read == [1]


async def test_cancelled_in_a_burst_what_is_unread_stays() -> None:
    mailbox, read = Bounded[int]("fires", 1000), list[int]()
    for n in range(3 * BURST):
        mailbox.post(n)
    with trio.CancelScope() as scope:
        scope.cancel()
        await read_into(mailbox, read)
    assert read + mailbox.drain() == list(range(3 * BURST))
    assert len(read) == BURST


async def test_a_second_reader_is_a_defect(nursery: trio.Nursery) -> None:
    mailbox = Bounded[int]("fires", 10)
    nursery.start_soon(read_into, mailbox, [])
    await wait_all_tasks_blocked()
    with pytest.raises(trio.BusyResourceError, match="mailbox fires already has a reader"):
        await mailbox.receive()
    nursery.cancel_scope.cancel()


def test_posting_needs_no_loop() -> None:
    mailbox = Bounded[int]("fires", 10)
    mailbox.post(1)
    assert trio.run(mailbox.receive) == 1


def test_dead_letters_keep_the_newest_and_count_all() -> None:
    letters = DeadLetters(capacity=2)
    for n in range(3):
        letters.bury(DeadLetter(actor="brains/venom", message=n, error="Boom()", time=float(n)))
    assert ([letter.message for letter in letters], len(letters), letters.count) == ([1, 2], 2, 3)


# Who serves


async def serving(mailbox: Mailbox[int], handle: Callable[[int], None], nursery: trio.Nursery) -> None:
    nursery.start_soon(mailbox.serve, handle)
    await wait_all_tasks_blocked()


async def test_what_is_handed_to_one_who_waits_is_handled_at_once(nursery: trio.Nursery) -> None:
    mailbox, handled = Bounded[int]("fires", 10), list[int]()
    await serving(mailbox, handled.append, nursery)
    mailbox.hand(1)
    assert handled == [1]
    assert (mailbox.statistics().received, mailbox.statistics().in_hand) == (1, 0)


async def test_what_is_posted_waits_for_the_reader_and_what_is_handed_behind_it(nursery: trio.Nursery) -> None:
    mailbox, handled = Bounded[int]("fires", 2), list[int]()
    await serving(mailbox, handled.append, nursery)
    mailbox.post(1)
    mailbox.hand(2)
    with pytest.raises(Busy):
        mailbox.hand(3)
    assert handled == []
    await wait_all_tasks_blocked()
    assert handled == [1, 2]


@pytest.mark.parametrize("box", [Bounded[int]("fires", 2), Latest[int]("quotes", 2, lambda number: number)])
async def test_what_is_handed_where_nobody_serves_lies_unread(box: Mailbox[int]) -> None:
    box.hand(1)
    box.hand(2)
    assert box.statistics().depth == 2
    with pytest.raises(Busy):
        box.hand(3)
    assert box.drain() == [1, 2]


async def test_what_handling_brings_about_is_handled_after_it_and_in_order(nursery: trio.Nursery) -> None:
    mailbox, handled = Bounded[int]("fires", 10), list[str]()

    def handle(number: int) -> None:
        handled.append(f"{number} begun")
        if number == 1:
            mailbox.hand(2)
            mailbox.post_urgent(3)
        handled.append(f"{number} done")

    await serving(mailbox, handle, nursery)
    mailbox.hand(1)
    assert handled == ["1 begun", "1 done"]
    mailbox.hand(4)
    await wait_all_tasks_blocked()
    assert handled == [f"{number} {what}" for number in (1, 3, 2, 4) for what in ("begun", "done")]


async def test_a_crash_is_the_readers_with_its_message_in_hand_and_never_the_senders() -> None:
    mailbox, handled = Bounded[int]("fires", 10), list[float]()

    def handle(number: int) -> None:
        handled.append(1 / number)

    async def first_life() -> None:
        async with trio.open_nursery() as nursery:
            await serving(mailbox, handle, nursery)
            mailbox.hand(0)
            mailbox.hand(1)  # It comes between two lives, so it waits for the next.
            assert handled == []

    with pytest.raises(ExceptionGroup) as crash:
        await first_life()
    assert crash.group_contains(ZeroDivisionError, depth=1)
    assert mailbox.take_in_hand() == (0,)
    async with trio.open_nursery() as nursery:
        await serving(mailbox, handle, nursery)
        mailbox.hand(2)
        assert handled == [1.0, 0.5]
        nursery.cancel_scope.cancel()
    mailbox.hand(4)
    assert mailbox.drain() == [4]


async def test_one_who_is_cancelled_handles_nothing_more() -> None:
    mailbox, handled = Bounded[int]("fires", 10), list[int]()
    async with trio.open_nursery() as nursery:
        await serving(mailbox, handled.append, nursery)
        nursery.cancel_scope.cancel()
        mailbox.hand(1)
    assert handled == []
    assert mailbox.drain() == [1]


async def test_what_is_laid_wakes_nobody_until_it_is_pressed(nursery: trio.Nursery) -> None:
    mailbox, handled = Latest[int]("quotes", 10, lambda number: number % 10), list[int]()
    await serving(mailbox, handled.append, nursery)
    for number in (1, 2, 11):
        mailbox.lay(number)
    await wait_all_tasks_blocked()
    assert handled == []
    mailbox.press()
    assert handled == [11, 2]
    mailbox.press()
    assert handled == [11, 2]


async def test_what_is_pressed_in_a_burst_lets_others_run_in_between(nursery: trio.Nursery) -> None:
    mailbox, handled = Bounded[int]("fires", 1_000), list[int]()
    await serving(mailbox, handled.append, nursery)
    for number in range(BURST + 1):
        mailbox.lay(number)
    mailbox.press()
    assert handled == list(range(BURST))
    await wait_all_tasks_blocked()
    assert handled == list(range(BURST + 1))


async def test_after_a_crash_what_is_pressed_waits_for_the_next_life() -> None:
    mailbox = Bounded[int]("fires", 10)

    def handle(_: int) -> None:
        raise ZeroDivisionError

    async def life() -> None:
        async with trio.open_nursery() as nursery:
            await serving(mailbox, handle, nursery)
            mailbox.lay(1)
            mailbox.lay(2)
            mailbox.press()

    with pytest.raises(ExceptionGroup) as crash:
        await life()
    assert crash.group_contains(ZeroDivisionError, depth=1)
    assert mailbox.take_in_hand() == (1,)
    assert mailbox.drain() == [2]


async def test_what_is_pressed_where_nobody_serves_wakes_the_reader(nursery: trio.Nursery) -> None:
    mailbox, got = Bounded[int]("fires", 10), list[int]()

    async def read() -> None:
        got.append(await mailbox.receive())

    nursery.start_soon(read)
    await wait_all_tasks_blocked()
    mailbox.lay(1)
    mailbox.press()
    await wait_all_tasks_blocked()
    assert got == [1]
