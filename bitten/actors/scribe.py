"""The scribe: every fact becomes durable here, and everyone who waits for that is told.

Receives: `Record`, a fact and who wants to hear that it is durable.
Sends: `Recorded` to that one, after the commit.
Journals: what it is given, a group a commit.
Fails as: the journal: while that cannot be written, it keeps its batch and tries again; the hub is halted meanwhile.
"""

from collections.abc import Callable

import attrs
import trio
from loguru import logger

from bitten.clock import HubClock
from bitten.errors import JournalError
from bitten.journal import Journal
from bitten.mailbox import Bounded
from bitten.rules.facts import Draft, Entry, Fact, TradingSet
from bitten.rules.ledger import Ledger
from bitten.units import TradingState

RETRY_S = 0.5
"""Between two tries of a journal that cannot be written: long enough not to spin, short enough to recover soon."""
TURNS = 4
"""Turns of the loop that a group waits: a signal is fired three turns later, and need not stand behind its record."""
CHECKPOINT_FACTS = 2_000
"""Facts after which the write-ahead log is moved into the file, from a thread: about a megabyte."""


@attrs.frozen
class Record:
    """A fact that may wait for the next group commit. `then` is told its entry; it must only post, or log."""

    draft: Draft
    then: Callable[[Entry], None] | None = None


@attrs.define(eq=False)
class Scribe:
    """Owns the journal. Others read `ledger`; nobody but the journal changes it."""

    journal: Journal
    clock: HubClock
    mailbox: Bounded[Record] = attrs.field(factory=lambda: Bounded[Record]("scribe", 50_000))
    failure: str = ""
    """Why the journal cannot be written now; "" when it can."""
    _since_checkpoint: int = 0

    @property
    def ledger(self) -> Ledger:
        """What all facts so far amount to."""
        return self.journal.ledger

    def trading_of(self, user: str) -> TradingSet:
        """The trading state that holds for `user` now: halted for all while nothing can be journaled."""
        if self.failure:
            return TradingSet(user="", state=TradingState.HALTED, why=f"journal: {self.failure}", who="hub")
        return self.ledger.trading_of(user)

    def write(self, actor: str, fact: Fact, causes: tuple[int, ...] = ()) -> Entry:
        """Make a fact durable before returning: an intent, a binding, a halt. Raises `JournalError`."""
        try:
            (entry,) = self.journal.append(Draft(actor, self.clock.now(), fact, causes))
        except JournalError as error:
            self._fail(error)
            raise
        return entry

    def record(
        self, actor: str, fact: Fact, causes: tuple[int, ...] = (), then: Callable[[Entry], None] | None = None
    ) -> None:
        """Make a fact durable soon, in order; `then` is called with its entry. Raises `Busy` when too many wait."""
        self.mailbox.post(Record(Draft(actor, self.clock.now(), fact, causes), then))

    async def run(self) -> None:
        """Commit in groups for ever; on the way out, commit what is still waiting."""
        try:
            while True:
                batch = await self.mailbox.receive_batch(limit=256)
                for _ in range(TURNS):
                    await trio.lowlevel.checkpoint()
                await self._commit(batch)
                self.mailbox.done()
                await self._checkpoint()
        finally:
            self._flush()

    async def _commit(self, batch: list[Record]) -> None:
        # The disk tells nobody when it is well again: asking is the only way.
        while not self._try(batch):  # noqa: ASYNC110
            await trio.sleep(RETRY_S)

    def _try(self, batch: list[Record]) -> bool:
        try:
            entries = self.journal.append(*(each.draft for each in batch))
        except JournalError as error:
            self._fail(error)
            return False
        if self.failure:
            logger.warning("journal writable again after: {}", self.failure)
            self.failure = ""
        self._since_checkpoint += len(entries)
        for each, entry in zip(batch, entries, strict=True):
            if each.then is not None:
                each.then(entry)
        return True

    def _fail(self, error: JournalError) -> None:
        if not self.failure:
            logger.error("halted: {}", error)
        self.failure = str(error)

    async def _checkpoint(self) -> None:
        if self._since_checkpoint >= CHECKPOINT_FACTS:
            self._since_checkpoint = 0
            await trio.to_thread.run_sync(self.journal.checkpoint)

    def _flush(self) -> None:
        in_hand = self.mailbox.take_in_hand()
        waiting = [*in_hand, *self.mailbox.drain()]
        if waiting and not self._try(waiting):
            logger.error("{} facts could not be journaled before the end", len(waiting))
