"""The journal: one SQLite file of append-only facts, one writer, and the ledger that they fold into.

Nothing of SQLite is known outside this module. It is opened through apsw alone: a second SQLite library in the process
would drop the first one's file locks, and lose commits. A fact is applied to the ledger right after its commit, so what
the actors see is what a restart would read.

The write-ahead log is checkpointed by `checkpoint()`, from a thread and a connection of its own: SQLite's automatic
checkpoint would stop the loop for milliseconds in the middle of a fire.
"""

from collections.abc import Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Self

import apsw
import attrs
import msgspec

from bitten.errors import JournalError
from bitten.lock import FileLock
from bitten.rules import facts
from bitten.rules.facts import Draft, Entry
from bitten.rules.ledger import Ledger

SCHEMA_VERSION = 1
APPLICATION_ID = 0x0B177E4

_SCHEMA = """
CREATE TABLE facts (
    seq INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    causes TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT
"""


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
    _connection: apsw.Connection
    _lock: FileLock
    _next_seq: int = 1
    _appended: int = 0
    _commits: int = 0
    _failures: int = 0

    @classmethod
    def open(cls, path: Path, durability: Durability = Durability.PROCESS) -> Self:
        """Open or create the journal at `path`, check it, and fold it.

        Raises `JournalError` where it cannot be opened, is damaged, or was written by another schema, and
        `AddressError` where another process holds it.
        """
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise JournalError(f"journal {path}: no folder: {error.strerror}; choose another path") from None
        lock = FileLock.acquire(path.with_name(path.name + ".lock"), f"journal {path}")
        try:
            connection = _connect(path, durability)
            journal = cls(path=path, ledger=Ledger(), connection=connection, lock=lock)
            journal._fold()
        except BaseException:
            lock.release()
            raise
        return journal

    def append(self, *drafts: Draft) -> list[Entry]:
        """Make facts durable in one commit, all or none, then apply them.

        Raises `JournalError`, with nothing written and nothing applied.
        """
        entries = [draft.entry(self._next_seq + index) for index, draft in enumerate(drafts)]
        rows = [
            (entry.seq, entry.time, entry.actor, entry.fact.kind, _causes(entry.causes), facts.encode(entry.fact))
            for entry in entries
        ]
        try:
            if len(rows) == 1:
                self._connection.execute(_INSERT, rows[0])
            else:
                with self._connection:
                    self._connection.executemany(_INSERT, rows)
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
        rows = self._connection.execute(
            "SELECT seq, time, actor, kind, causes, body FROM facts WHERE seq > ? ORDER BY seq", (after,)
        )
        for seq, time, actor, kind, causes, body in rows:
            try:
                fact = facts.decode(str(kind), bytes(body))
            except (ValueError, msgspec.ValidationError) as error:
                raise JournalError(f"journal {self.path}: entry {seq} cannot be read: {error}") from None
            yield Entry(
                seq=int(seq),
                time=int(time),
                actor=str(actor),
                causes=tuple(msgspec.json.decode(str(causes), type=list[int])),
                fact=fact,
            )

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
            entries=self._next_seq - 1,
            bytes=sum(each.stat().st_size for each in sizes if each.exists()),
            appended=self._appended,
            commits=self._commits,
            failures=self._failures,
        )

    def close(self) -> None:
        """Flush and release the file. What was appended is in it already."""
        self._connection.close()
        self._lock.release()

    def _fold(self) -> None:
        for entry in self.read():
            self.ledger.apply(entry)
            self._next_seq = entry.seq + 1


_INSERT = "INSERT INTO facts (seq, time, actor, kind, causes, body) VALUES (?, ?, ?, ?, ?, ?)"


def _causes(causes: tuple[int, ...]) -> str:
    return f"[{','.join(map(str, causes))}]"


def _connect(path: Path, durability: Durability) -> apsw.Connection:
    try:
        connection = apsw.Connection(str(path))
        connection.set_busy_timeout(5_000)
        _check(path, connection)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "full" if durability is Durability.POWER else "normal")
        connection.pragma("wal_autocheckpoint", 0)
    except apsw.NotADBError:
        raise JournalError(f"journal {path}: not a journal; restore a backup or choose another path") from None
    except apsw.Error as error:
        raise JournalError(f"journal {path}: cannot be opened: {error}; check the path and its permissions") from None
    return connection


def _check(path: Path, connection: apsw.Connection) -> None:
    """Create the schema in an empty file; refuse a damaged one or another program's."""
    version, application = connection.pragma("user_version"), connection.pragma("application_id")
    if version == 0 and application == 0 and not connection.pragma("schema_version"):
        with connection:
            connection.execute(_SCHEMA)
            connection.pragma("user_version", SCHEMA_VERSION)
            connection.pragma("application_id", APPLICATION_ID)
        return
    if application != APPLICATION_ID:
        raise JournalError(f"journal {path}: not a journal; restore a backup or choose another path")
    if version != SCHEMA_VERSION:
        raise JournalError(f"journal {path}: schema {version}, but {SCHEMA_VERSION} is read here; use what wrote it")
    finding = connection.pragma("integrity_check")
    if finding != "ok":
        raise JournalError(f"journal {path}: damaged ({finding}); restore a backup or choose another path")
