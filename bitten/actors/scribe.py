"""The scribe: every fact becomes durable here, and everyone who waits for that is told.

Receives: `Record`, a fact and who wants to hear that it is durable.
Sends: `Recorded` to that one, after the commit.
Journals: what it is given, a group a commit.
Fails as: the journal: while that cannot be written, it keeps its batch and tries again; the hub is halted meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter_ns

import attrs
import trio
from loguru import logger
from trio_util import AsyncValue

from bitten.clock import HubClock
from bitten.errors import JournalError
from bitten.journal import Journal
from bitten.latency import Latency
from bitten.mailbox import Bounded, Busy
from bitten.rules.facts import Draft, Entry, Fact, Outage, TradingSet
from bitten.rules.ledger import STRICTNESS, Ledger
from bitten.units import TradingState

RETRY_S = 0.5
"""Between two tries of a journal that cannot be written: long enough not to spin, short enough to recover soon."""
CHECKPOINT_FACTS = 2_000
"""Facts after which the write-ahead log is moved into the file, from a thread: about a megabyte."""


@attrs.frozen
class Record:
    """A fact that may wait for the next group commit. `then` is told its entry; it must only post, or log."""

    draft: Draft
    then: Callable[[Entry], None] | None = None


@attrs.frozen
class Barrier:
    """Somebody waits until everything before it is durable."""

    reached: trio.Event = attrs.field(factory=trio.Event)


def _nobody_is_told() -> None:
    """Before the hub is wired."""


@attrs.define(eq=False)
class Scribe:
    """Owns the journal. Others read `ledger`; nobody but the journal changes it."""

    journal: Journal
    clock: HubClock
    mailbox: Bounded[Record | Barrier] = attrs.field(factory=lambda: Bounded[Record | Barrier]("scribe", 50_000))
    failure: str = ""
    """Why the journal cannot be written now; "" when it can."""
    on_change: Callable[[], None] = _nobody_is_told
    """Called when the journal fails and when it recovers: what holds for every session has changed."""
    commits: Latency = attrs.field(factory=lambda: Latency("journal_commit"))
    """How long commits took, of one fact or a group."""
    grown: AsyncValue[int] = attrs.field(init=False)
    """Entries of the journal, said each time that its log is moved into the file."""
    restricted: Mapping[str, TradingSet] = attrs.field(factory=dict)
    """What holds for users whose access is restricted, beside what the journal says; swapped whole."""
    _held: list[TradingSet] = attrs.field(factory=list)
    """Halts that hold already and will be journaled as soon as that is possible."""
    _since_checkpoint: int = 0

    def __attrs_post_init__(self) -> None:
        self.grown = AsyncValue(self.journal.entries)

    @property
    def ledger(self) -> Ledger:
        """What all facts so far amount to."""
        return self.journal.ledger

    def trading_of(self, user: str) -> TradingSet:
        """The trading state that holds for `user` now: halted for all while nothing can be journaled."""
        if self.failure:
            return TradingSet(user="", state=TradingState.HALTED, why=f"journal: {self.failure}", who="hub")
        found = self.journal.ledger.trading_of(user)
        if not self._held and not self.restricted:
            return found
        held = [each for each in (*self._held, *self._restriction(user)) if each.user in ("", user)]
        return max([found, *held], key=lambda each: STRICTNESS[each.state])

    def _restriction(self, user: str) -> tuple[TradingSet, ...]:
        found = self.restricted.get(user)
        return () if found is None else (found,)

    def flattening(self) -> tuple[TradingSet, ...]:
        """The halts under which positions are closed, those included that are not journaled yet."""
        found = (*self._held, *self.journal.ledger.trading.values())
        return tuple(each for each in found if each.flatten)

    def hold(self, actor: str, fact: TradingSet) -> None:
        """Let a stricter trading state hold now, and be journaled as soon as that is possible."""
        self._held.append(fact)
        self.record(actor, fact, then=lambda _: self._held.remove(fact), urgent=True)

    def write(self, actor: str, fact: Fact, causes: tuple[int, ...] = ()) -> Entry:
        """Make a fact durable before returning: an intent, a binding, a halt. Raises `JournalError`."""
        try:
            (entry,) = self._append(Draft(actor, self.clock.now(), fact, causes))
        except JournalError as error:
            self._fail(error)
            raise
        self._recover()
        return entry

    def record(
        self,
        actor: str,
        fact: Fact,
        causes: tuple[int, ...] = (),
        then: Callable[[Entry], None] | None = None,
        *,
        urgent: bool = False,
    ) -> None:
        """Make a fact durable soon; `then` is called with its entry. Raises `Busy` when too many wait.

        In order, but `urgent` facts go before the others and are never refused: what became of a command, and halts.
        """
        post = self.mailbox.post_urgent if urgent else self.mailbox.post
        post(Record(Draft(actor, self.clock.now(), fact, causes), then))

    def note(
        self,
        actor: str,
        fact: Fact,
        causes: tuple[int, ...] = (),
        then: Callable[[Entry], None] | None = None,
    ) -> None:
        """Record a part of the story on which no state depends: where too many wait it is left out, and that is said.

        A disk that is full for hours must not end, one after the other, those who only tell what they see.
        """
        try:
            self.record(actor, fact, causes, then)
        except Busy as busy:
            logger.warning("{}: a {} is not journaled", busy, fact.kind)

    async def drained(self) -> None:
        """Return when everything that was recorded before is durable.

        Raises `Busy`, and `JournalError` while nothing can be written: nobody is to wait for as long as a disk is full.
        """
        if self.failure:
            raise JournalError(self.failure)
        barrier = Barrier()
        self.mailbox.post(barrier)
        await barrier.reached.wait()

    async def run(self) -> None:
        """Commit in groups for ever; on the way out, commit what is still waiting."""
        try:
            while True:
                batch = await self.mailbox.receive_batch(limit=256)
                # Whoever runs in this turn and waits for the loop comes before what is only to be remembered.
                await trio.lowlevel.checkpoint()
                await self._commit(batch)
                await self._checkpoint()
        finally:
            self._flush()

    async def _commit(self, batch: Sequence[Record | Barrier]) -> None:
        # The disk tells nobody when it is well again: asking is the only way.
        while not self._try(batch):  # noqa: ASYNC110
            await trio.sleep(RETRY_S)

    def _try(self, batch: Sequence[Record | Barrier]) -> bool:
        records = [each for each in batch if isinstance(each, Record)]
        try:
            entries = self._append(*(each.draft for each in records))
        except JournalError as error:
            self._fail(error)
            return False
        # It is in the journal: whatever happens from here on, it must not be written again.
        self.mailbox.done()
        if records:  # Nothing was asked of the disk by a barrier alone.
            self._recover()
        self._since_checkpoint += len(entries)
        try:
            self._tell(records, entries)
        finally:
            for each in batch:
                if isinstance(each, Barrier):
                    each.reached.set()
        return True

    def _tell(self, records: Sequence[Record], entries: Sequence[Entry]) -> None:
        """Everyone is told, whoever raises: an ack, or a deal that XP waits for, is not another one's fault."""
        errors: list[Exception] = []
        for record, entry in zip(records, entries, strict=True):
            try:
                if record.then is not None:
                    record.then(entry)
            except Exception as error:  # noqa: BLE001 - raised below, once all were told
                errors.append(error)
        if errors:
            raise ExceptionGroup("somebody who was told that a fact is durable", errors)

    def _append(self, *drafts: Draft) -> Sequence[Entry]:
        """Commit, and tell the operator what contradicts the ledger. Raises `JournalError`."""
        ledger = self.journal.ledger
        before = ledger.contradictions
        began = perf_counter_ns()
        entries = self.journal.append(*drafts)
        if entries:
            self.commits.record(perf_counter_ns() - began)
        new = ledger.contradictions - before
        for conflict in ledger.conflicts[-new:] if new else ():
            logger.warning("to be looked at: {}", conflict)
        return entries

    def _fail(self, error: JournalError) -> None:
        first, self.failure = not self.failure, str(error)
        if first:
            logger.error("halted: {}", error)
            # Tried again until it is written: the record of the outage is what finds out that it is over, even where
            # nobody has anything else to say.
            self.mailbox.post_urgent(Record(Draft("scribe", self.clock.now(), Outage(what=self.failure))))
            self.on_change()

    def _recover(self) -> None:
        if self.failure:
            logger.warning("journal writable again after: {}", self.failure)
            self.failure = ""
            self.on_change()

    async def _checkpoint(self) -> None:
        if self._since_checkpoint < CHECKPOINT_FACTS:
            return
        self._since_checkpoint = 0
        try:
            await trio.to_thread.run_sync(self.journal.checkpoint)
        except JournalError as error:
            logger.warning("{}; tried again later", error)  # The log only grows meanwhile; nothing is lost.
        self.grown.value = self.journal.entries

    def _flush(self) -> None:
        in_hand = self.mailbox.take_in_hand()
        waiting = [*in_hand, *self.mailbox.drain()]
        if waiting and not self._try(waiting):
            logger.error("{} facts could not be journaled before the end", len(waiting))
