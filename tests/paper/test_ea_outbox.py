"""Events are sent in order, 64 at a time, and again until they are acked (protocol 6.1, 6.2)."""

import pytest

from bitten.paper.ledger import Ledger
from bitten.paper.moment import Moment
from bitten.paper.outbox import Outbox
from tests.paper.wire_samples import confirmation


class Post:
    """An outbox with its clock."""

    def __init__(self, events: int) -> None:
        self.ledger = Ledger.open(None)
        self.now = 0
        self.add(events)
        self.outbox = Outbox(self.ledger)
        self.outbox.restart(self.moment)

    @property
    def moment(self) -> Moment:
        """Now."""
        return Moment(self.now, self.now, 0)

    def add(self, count: int) -> None:
        """Something happened."""
        for _ in range(count):
            self.ledger.append(confirmation())

    def due(self, wait: int = 0) -> list[int]:
        """The numbers that are sent after `wait` ms."""
        self.now += wait
        return [event.n for event in self.outbox.due(self.moment)]

    def ack(self, n: int) -> None:
        """The hub acks."""
        self.outbox.ack(n, self.moment)


def test_each_is_sent_once_while_acks_come() -> None:
    post = Post(2)
    assert post.due() == [1, 2]
    assert post.due(100) == []
    post.add(1)
    assert post.due() == [3]
    post.ack(3)
    assert post.due(60_000) == []


def test_64_at_a_time() -> None:
    post = Post(200)
    assert post.due() == list(range(1, 65))
    assert post.due() == []
    post.ack(10)
    assert post.due() == list(range(65, 75))
    post.ack(74)
    assert post.due() == list(range(75, 139))


def test_without_progress_again_after_2_s_doubling_to_30_s() -> None:
    post = Post(1)
    post.due()
    waits = []
    for _ in range(6):
        waited = next(seconds for seconds in range(1, 99) if post.due(1000))
        waits.append(waited)
    assert waits == [2, 4, 8, 16, 30, 30]
    post.add(1)
    assert post.due() == [2]
    post.ack(1)
    assert post.due(1999) == []
    assert post.due(1) == [2]


def test_an_event_after_a_long_quiet_is_not_resent_at_once() -> None:
    post = Post(0)
    assert post.due(60_000) == []
    post.add(1)
    assert post.due() == [1]
    assert post.due(1999) == []


def test_resend_goes_back_to_what_the_hub_misses() -> None:
    post = Post(5)
    post.due()
    post.ack(1)
    post.outbox.resend(3, post.moment)
    assert post.due() == [3, 4, 5]


def test_resend_from_before_the_oldest_unacked_starts_with_that() -> None:
    post = Post(5)
    post.due()
    post.ack(3)
    post.outbox.resend(1, post.moment)
    assert post.due() == [4, 5]


def test_resend_far_ahead_of_a_lost_ack_has_a_window_of_its_own() -> None:
    post = Post(300)
    post.due()
    post.outbox.resend(200, post.moment)
    assert post.due() == list(range(200, 264))


def test_restart_sends_everything_unacked_again() -> None:
    post = Post(3)
    post.due()
    post.ack(1)
    post.outbox.restart(post.moment)
    assert post.due() == [2, 3]


@pytest.mark.parametrize("acks", [[2, 1], [2, 2], [1, 2], [99]])
def test_acks_late_repeated_or_beyond_what_was_said_lose_nothing(acks: list[int]) -> None:
    post = Post(2)
    post.due()
    for n in acks:
        post.ack(n)
    assert post.ledger.unacked == 0
    assert post.ledger.next_event == 3
    post.add(1)
    assert post.due() == [3]
