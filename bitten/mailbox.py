"""Mailboxes: how one actor hands a message to another, with what happens when too many come written in the type.

`Bounded` refuses what does not fit, `Latest` keeps the newest of each key. Posting is synchronous and never waits, so
that no ring of actors can lock itself up; the sender of a refused message gets a typed `Busy` and decides. Every
mailbox has an urgent lane that is read first (halt, disable).

A trio memory channel under this would have to be two, one a lane, and nobody can wait on two channels without a task
for each, nor replace what lies in one. So the lanes are plain containers and the reader parks in trio's own
`ParkingLot`. A message leaves its lane only when its reader runs, so cancelling a reader loses nothing.
"""

from abc import ABC, abstractmethod
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from typing import Generic, NoReturn, Self, TypeVar

import attrs
import trio

from bitten.errors import BittenError

T = TypeVar("T")

BURST = 64
"""Messages that a reader may take in a row before it must let the other tasks run."""


class Busy(BittenError):
    """A mailbox is full: nothing was kept, the sender decides (deny the fire, leave the event unacked)."""

    def __init__(self, mailbox: str, capacity: int) -> None:
        super().__init__(f"mailbox {mailbox} is full ({capacity} unread)")
        self.mailbox = mailbox
        self.capacity = capacity


@attrs.frozen(kw_only=True)
class MailboxStatistics:
    """What a mailbox holds now, and what it has seen since it was made."""

    name: str
    depth: int
    """Unread messages, the urgent ones among them."""
    urgent: int
    in_hand: int
    """Messages that the reader has taken and not finished with."""
    capacity: int
    received: int
    """Messages taken by a reader."""
    dropped: int
    """Unread messages that a newer one of the same key replaced."""
    refused: int
    """Messages that were answered with `Busy`."""


class Mailbox(ABC, Generic[T]):
    """An actor's messages until it reads them. It outlives the actor: what comes between two lives is read by the next.

    `capacity` (at least 1) bounds the ordinary lane. The urgent lane has no bound, because a halt must never be
    refused; only an operator or the hub itself posts there. One task reads at a time.
    """

    def __init__(self, name: str, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"mailbox {name}: capacity is {capacity}, allowed is 1 and above")
        self.name = name
        self.capacity = capacity
        self._urgent: deque[T] = deque()
        self._in_hand: tuple[T, ...] = ()
        self._reader = trio.lowlevel.ParkingLot()
        self._handle: Callable[[T], None] | None = None
        self._crash: Exception | None = None
        self._unpaused = 0
        self._received = self._dropped = self._refused = 0

    @abstractmethod
    def lay(self, message: T) -> None:
        """Put `message` in the ordinary lane and wake nobody: `press` is to follow, once all that comes together lies
        there. Raises `Busy` when there is no room for it.
        """

    def post(self, message: T) -> None:
        """Put `message` in the ordinary lane and wake the reader. Raises `Busy` when there is no room for it."""
        self.lay(message)
        self._wake()

    def post_urgent(self, message: T) -> None:
        """Put `message` where it is read before everything ordinary, in order among the urgent. Never refused."""
        self._urgent.append(message)
        self._wake()

    def hand(self, message: T) -> None:
        """As `post`; but where a reader `serve`s and waits, the message is handled before this returns.

        For the way of a fire, on which a switch from task to task costs more than most decisions. Not for a sender that
        is in the middle of something which the reader, or whom that calls, may look at. A crash of the reader's is its
        own here too: the sender goes on as if the message lay unread. Raises `Busy`.
        """
        self.lay(message)
        self.press()

    def press(self) -> None:
        """Have what was laid here handled: before this returns, where a reader `serve`s and waits (see `hand`)."""
        for _ in range(BURST):
            if self._handle is None or not self._reader or self._in_hand or not self._depth():
                break
            self._work(self._handle)
        if self._depth():
            self._wake()

    async def serve(self, handle: Callable[[T], None]) -> NoReturn:
        """Give each message to `handle`, one at a time and in order, for ever. What `handle` raises is raised here."""
        self._handle = handle
        try:
            while True:
                handle(await self.receive())
        finally:
            self._handle = None

    async def receive(self) -> T:
        """The next message, the urgent first; it is in hand until the next `receive`, `receive_batch` or `done`.

        In a burst only every 64th call passes a checkpoint: that bounds both the wait of the other tasks and the
        number of messages that are still handed out after a cancellation. Raises `trio.BusyResourceError` when
        another task is waiting here already, a defect of the caller.
        """
        self.done()
        await self._wait_unread()
        self._unpaused += 1
        message = self._take()
        self._in_hand = (message,)
        return message

    async def receive_batch(self, limit: int = BURST) -> list[T]:
        """Between 1 and `limit` messages, as many as lie there, all in hand together; always passes a checkpoint.

        For the reader that handles them as one, as a group commit does: when it crashes, all of them are buried.
        """
        self.done()
        self._unpaused = BURST
        await self._wait_unread()
        batch = [self._take() for _ in range(min(limit, self._depth()))]
        self._in_hand = tuple(batch)
        return batch

    def drain(self) -> list[T]:
        """Everything that is unread, without waiting, for a reader that ends and settles it. None of it is in hand."""
        return [self._take() for _ in range(self._depth())]

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        return await self.receive()

    def done(self) -> None:
        """The message in hand has been dealt with: a crash from here on is not its doing."""
        self._in_hand = ()

    def take_in_hand(self) -> tuple[T, ...]:
        """What a reader that has ended was working on; the mailbox forgets it. For the supervisor."""
        taken, self._in_hand = self._in_hand, ()
        return taken

    def statistics(self) -> MailboxStatistics:
        """A snapshot for `status`."""
        return MailboxStatistics(
            name=self.name,
            depth=self._depth(),
            urgent=len(self._urgent),
            in_hand=len(self._in_hand),
            capacity=self.capacity,
            received=self._received,
            dropped=self._dropped,
            refused=self._refused,
        )

    async def _wait_unread(self) -> None:
        if self._depth() and self._unpaused < BURST:
            return
        self._unpaused = 0
        if self._depth():
            await trio.lowlevel.checkpoint()
        while not self._depth():
            if self._reader:
                raise trio.BusyResourceError(f"mailbox {self.name} already has a reader")
            await self._reader.park()
            if self._crash is not None:
                crash, self._crash = self._crash, None
                raise crash

    def _work(self, handle: Callable[[T], None]) -> None:
        """Do the reader's work on one message while it waits."""
        message = self._take()
        self._in_hand = (message,)
        try:
            handle(message)
        except Exception as error:  # noqa: BLE001 - the reader's crash, and none of the sender's
            self._crash = error
            self._wake()
        else:
            self.done()

    def _wake(self) -> None:
        if self._reader:
            self._reader.unpark()

    def _depth(self) -> int:
        return len(self._urgent) + self._ordinary()

    def _take(self) -> T:
        self._received += 1
        return self._urgent.popleft() if self._urgent else self._take_ordinary()

    def _refuse(self) -> Busy:
        self._refused += 1
        return Busy(self.name, self.capacity)

    @abstractmethod
    def _ordinary(self) -> int: ...

    @abstractmethod
    def _take_ordinary(self) -> T: ...


class Bounded(Mailbox[T]):
    """Keeps everything, in order, and refuses what exceeds `capacity`: fires, confirmations, closings.

    An event of an EA that is refused is simply not acknowledged, and the EA sends it again (protocol 6.2).
    """

    def __init__(self, name: str, capacity: int) -> None:
        super().__init__(name, capacity)
        self._unread: deque[T] = deque()

    def lay(self, message: T) -> None:
        if len(self._unread) >= self.capacity:
            raise self._refuse()
        self._unread.append(message)

    def _ordinary(self) -> int:
        return len(self._unread)

    def _take_ordinary(self) -> T:
        return self._unread.popleft()


class Latest(Mailbox[T]):
    """Keeps the newest unread message of each key, at the place of the oldest: quotes by symbol, telemetry by session.

    `key` tells what a message supersedes; a message whose key is None supersedes nothing and is never replaced, so
    that one mailbox can carry both. `capacity` bounds the unread after replacing.
    """

    def __init__(self, name: str, capacity: int, key: Callable[[T], Hashable | None]) -> None:
        super().__init__(name, capacity)
        self._key = key
        self._unread: OrderedDict[Hashable, T] = OrderedDict()

    def lay(self, message: T) -> None:
        key = self._key(message)
        if key is None:
            key = object()
        if key in self._unread:
            self._dropped += 1
        elif len(self._unread) >= self.capacity:
            raise self._refuse()
        self._unread[key] = message

    def _ordinary(self) -> int:
        return len(self._unread)

    def _take_ordinary(self) -> T:
        return self._unread.popitem(last=False)[1]


@attrs.frozen(kw_only=True)
class DeadLetter:
    """A message that nobody will finish: its reader crashed or was stopped with it in hand. Never retried by itself."""

    actor: str
    """`supervisor/child`."""
    message: object
    error: str
    time: float
    """Seconds of trio's clock."""


class DeadLetters:
    """The newest `capacity` dead letters of a whole tree, and how many there have been."""

    def __init__(self, capacity: int = 1000) -> None:
        self._letters: deque[DeadLetter] = deque(maxlen=capacity)
        self.count = 0

    def bury(self, letter: DeadLetter) -> None:
        """Keep `letter`, at the price of the oldest when there are too many."""
        self._letters.append(letter)
        self.count += 1

    def __iter__(self) -> Iterator[DeadLetter]:
        return iter(self._letters)

    def __len__(self) -> int:
        return len(self._letters)
