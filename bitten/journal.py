"""The journal: one SQLite file of append-only facts, one writer, and the ledger that they fold into.

Nothing of SQLite is known outside this module and `journal_file`. A fact is applied to the ledger right after its
commit, so what the actors see is what a restart would read.

The write-ahead log is checkpointed by `checkpoint()`, from a thread and a connection of its own: SQLite's automatic
checkpoint would stop the loop for milliseconds in the middle of a fire.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Self

import apsw
import attrs

from bitten import journal_file as file
from bitten import snapshot
from bitten.errors import JournalDamaged, JournalError
from bitten.journal_file import Fold
from bitten.lock import FileLock
from bitten.rules.facts import Draft, Entry
from bitten.rules.ledger import Ledger


class Durability(StrEnum):
    """What an appended fact survives."""

    PROCESS = "process"  # the end of this process, `kill -9` included
    POWER = "power"  # the loss of power


@attrs.frozen
class JournalStatistics:
    """The journal at a moment."""

    path: str
    entries: int
    bytes: int
    appended: int
    """Facts appended by this process."""
    commits: int
    failures: int


@attrs.define(eq=False)
class Journal:
    """Appends facts, all or none, and keeps the ledger that they make."""

    path: Path
    ledger: Ledger
    snapshot: int
    """The last entry that came out of a snapshot, and that nobody has looked at since; 0: none was used."""
    _connection: apsw.Connection
    _lock: FileLock
    _next_seq: int
    _appended: int = 0
    _commits: int = 0
    _failures: int = 0

    @classmethod
    def open(cls, path: Path, durability: Durability = Durability.PROCESS) -> Self:
        """Open or create the journal at `path`, check it, and fold it: from its snapshot on, where there is one.

        Raises `JournalError` where it cannot be opened, is damaged in any bit that was looked at, or was written by
        another schema, and `AddressError` where another process holds it.
        """
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise JournalError(f"journal {path}: no folder: {error.strerror}; choose another path") from None
        lock = FileLock.acquire(path.with_name(path.name + ".lock"), f"journal {path}")
        try:
            connection = file.connect(path, sync="full" if durability is Durability.POWER else "normal")
            fold = Fold.begin(path, connection)
            if not fold.snapshot:
                file.refuse_damage(path, connection)
            fold.go_on(path, connection)
        except BaseException:
            lock.release()
            raise
        return cls(
            path=path,
            ledger=fold.ledger,
            snapshot=fold.snapshot,
            connection=connection,
            lock=lock,
            next_seq=fold.seq + 1,
        )

    @property
    def entries(self) -> int:
        """How many there are."""
        return self._next_seq - 1

    def append(self, *drafts: Draft) -> list[Entry]:
        """Make facts durable in one commit, all or none, then apply them.

        Raises `JournalError`, with nothing written and nothing applied.
        """
        if not drafts:
            return []
        entries = [draft.entry(self._next_seq + index) for index, draft in enumerate(drafts)]
        rows = [file.row(entry, draft.body) for entry, draft in zip(entries, drafts, strict=True)]
        try:
            if len(rows) == 1:
                self._connection.execute(file.INSERT, rows[0])
            else:
                with self._connection:
                    self._connection.executemany(file.INSERT, rows)
        except apsw.Error as error:
            self._failures += 1
            raise JournalError(f"journal {self.path}: cannot write: {error}") from error
        self._next_seq += len(entries)
        self._appended += len(entries)
        self._commits += 1
        for entry in entries:
            self.ledger.apply(entry)
        return entries

    def read(self, after: int = 0) -> Iterator[Entry]:
        """The entries beyond number `after`, in order. Raises `JournalError` for one that cannot be read."""
        return file.entries(self.path, self._connection, after)

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file. Blocking, and safe to call from another thread."""
        try:
            with closing(apsw.Connection(str(self.path))) as connection:
                connection.pragma("user_version")  # A connection that has read nothing has no log to move.
                connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        except apsw.Error as error:
            raise JournalError(f"journal {self.path}: checkpoint failed: {error}") from None

    def statistics(self) -> JournalStatistics:
        """Counts and size now."""
        sizes = (self.path.with_name(self.path.name + suffix) for suffix in ("", "-wal"))
        return JournalStatistics(
            path=str(self.path),
            entries=self.entries,
            bytes=sum(each.stat().st_size for each in sizes if each.exists()),
            appended=self._appended,
            commits=self._commits,
            failures=self._failures,
        )

    def close(self) -> None:
        """Flush and release the file. What was appended is in it already."""
        self._connection.close()
        self._lock.release()


@attrs.define(eq=False)
class JournalReader:
    """Looks at a journal without changing it, also while a hub writes to it."""

    path: Path
    _connection: apsw.Connection

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Self]:
        """Raises `JournalError` where there is none, or it was written by another schema."""
        try:
            connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        except apsw.Error:
            raise JournalError(f"journal {path}: there is none that can be read; check the path") from None
        try:
            connection.set_busy_timeout(file.BUSY_MS)
            with file.damage_named(path):
                file.check_schema(path, connection)
                yield cls(path, connection)
        finally:
            connection.close()

    def read(self, after: int = 0, kinds: Sequence[str] = ()) -> Iterator[Entry]:
        """The entries beyond number `after`, in order, of some kinds alone where they are named.

        Raises `JournalError` for one that cannot be read.
        """
        return file.entries(self.path, self._connection, after, kinds)

    def newest(self) -> int:
        """The number of the last entry; 0: there is none."""
        ((newest,),) = self._connection.execute("SELECT coalesce(max(seq), 0) FROM facts")
        return int(newest)

    def damage(self) -> list[str]:
        """What the file itself has suffered; empty where it is whole."""
        return file.damage(self._connection)

    def take_snapshot(self, *, whole: bool) -> Fold:
        """Write a snapshot, so that the next start is quick; with `whole`, of facts that were all looked at again.

        Raises `JournalError`, with an older snapshot left as it was, and `JournalDamaged`, with none left: the next
        start looks at everything, and refuses.
        """
        fold = Fold() if whole else Fold.begin(self.path, self._connection)
        try:
            if whole:
                file.refuse_damage(self.path, self._connection)
            fold.go_on(self.path, self._connection)
        except JournalDamaged:
            snapshot.remove(self.path)
            raise
        if fold.seq:
            fold.keep(self.path, self._connection)
        return fold

    def backup(self, to: Path) -> None:
        """Copy the journal as it is at one moment. Raises `JournalError` where `to` exists or cannot be written."""
        if to.exists():
            raise JournalError(f"backup {to}: exists already; choose another path")
        try:
            with (
                closing(apsw.Connection(str(to))) as target,
                target.backup("main", self._connection, "main") as copying,
            ):
                copying.step()
        except apsw.Error as error:
            to.unlink(missing_ok=True)
            raise JournalError(f"backup {to}: cannot be written: {error}") from None
