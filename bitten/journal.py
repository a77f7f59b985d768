"""The journal: one SQLite file of append-only facts, one writer, and the ledger that they fold into.

Nothing of SQLite is known outside this module. It is opened through apsw alone: a second SQLite library in the process
would drop the first one's file locks, and lose commits. A fact is applied to the ledger right after its commit, so what
the actors see is what a restart would read.

The write-ahead log is checkpointed by `checkpoint()`, from a thread and a connection of its own: SQLite's automatic
checkpoint would stop the loop for milliseconds in the middle of a fire.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Self
from zlib import crc32

import apsw
import attrs
import msgspec

from bitten.errors import JournalError
from bitten.lock import FileLock
from bitten.rules import facts
from bitten.rules.facts import Draft, Entry
from bitten.rules.ledger import Ledger

SCHEMA_VERSION = 2
APPLICATION_ID = 0x0B177E4
SMALLEST = 512
"""Bytes of the smallest database. SQLite takes a file cut off below it for an empty one, and begins anew."""
BUSY_MS = 5_000
"""How long another connection's checkpoint or backup is waited for."""

_SCHEMA = """
CREATE TABLE facts (
    seq INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    causes TEXT NOT NULL,
    body BLOB NOT NULL,
    checksum INTEGER NOT NULL
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

        Raises `JournalError` where it cannot be opened, is damaged in any bit, or was written by another schema, and
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
        if not drafts:
            return []
        entries = [draft.entry(self._next_seq + index) for index, draft in enumerate(drafts)]
        rows = [_row(entry) for entry in entries]
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
        return _entries(self.path, self._connection, after)

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
        try:
            self._apply_all()
        except (apsw.Error, UnicodeDecodeError) as error:
            raise JournalError(f"journal {self.path}: damaged ({error}); {_RESTORE}") from None

    def _apply_all(self) -> None:
        for entry in self.read():
            if entry.seq != self._next_seq:
                raise JournalError(f"journal {self.path}: damaged (no entry {self._next_seq}); {_RESTORE}")
            self.ledger.apply(entry)
            self._next_seq = entry.seq + 1


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
            connection.set_busy_timeout(BUSY_MS)
            _check_schema(path, connection)
            yield cls(path, connection)
        except (apsw.Error, UnicodeDecodeError) as error:
            raise JournalError(f"journal {path}: damaged ({error}); restore a backup") from None
        finally:
            connection.close()

    def read(self, after: int = 0) -> Iterator[Entry]:
        """The entries beyond number `after`, in order. Raises `JournalError` for one that cannot be read."""
        return _entries(self.path, self._connection, after)

    def damage(self) -> list[str]:
        """What the file itself has suffered; empty where it is whole."""
        return _damage(self._connection)

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


_RESTORE = "restore a backup or choose another path"
_INSERT = "INSERT INTO facts (seq, time, actor, kind, causes, body, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)"


def _entries(path: Path, connection: apsw.Connection, after: int) -> Iterator[Entry]:
    rows = connection.execute(
        "SELECT seq, time, actor, kind, causes, body, checksum FROM facts WHERE seq > ? ORDER BY seq", (after,)
    )
    for seq, time, actor, kind, causes, body, checksum in rows:
        # SQLite's own check sees a page that is out of shape, but no bit that changed inside a value.
        if checksum != _checksum(seq, time, actor, kind, causes, body):
            raise JournalError(f"journal {path}: damaged (entry {seq} is not what was written); {_RESTORE}")
        try:
            fact = facts.decode(str(kind), bytes(body))
        except (ValueError, msgspec.ValidationError) as error:
            raise JournalError(f"journal {path}: entry {seq} cannot be read: {error}") from None
        yield Entry(
            seq=int(seq),
            time=int(time),
            actor=str(actor),
            causes=tuple(msgspec.json.decode(str(causes), type=list[int])),
            fact=fact,
        )


def _row(entry: Entry) -> tuple[int, int, str, str, str, bytes, int]:
    causes = f"[{','.join(map(str, entry.causes))}]"
    row = (entry.seq, entry.time, entry.actor, entry.fact.kind, causes, facts.encode(entry.fact))
    return (*row, _checksum(*row))


def _checksum(seq: int, time: int, actor: str, kind: str, causes: str, body: bytes) -> int:
    return crc32(body, crc32(f"{seq} {time} {actor} {kind} {causes}".encode()))


def _connect(path: Path, durability: Durability) -> apsw.Connection:
    _check_size(path)
    try:
        connection = apsw.Connection(str(path))
        connection.set_busy_timeout(BUSY_MS)
        _check(path, connection)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "full" if durability is Durability.POWER else "normal")
        connection.pragma("wal_autocheckpoint", 0)
    except apsw.NotADBError:
        raise JournalError(f"journal {path}: not a journal; restore a backup or choose another path") from None
    except apsw.CorruptError as error:
        raise JournalError(f"journal {path}: damaged ({error}); {_RESTORE}") from None
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
    _check_schema(path, connection)
    if found := _damage(connection):
        raise JournalError(f"journal {path}: damaged ({'; '.join(found)}); {_RESTORE}")


def _check_size(path: Path) -> None:
    """Refuse what SQLite would silently take for an empty file, and throw its log away."""
    log = path.with_name(path.name + "-wal")
    size = path.stat().st_size if path.is_file() else 0
    if 0 < size < SMALLEST or (size == 0 and log.exists() and log.stat().st_size):
        raise JournalError(f"journal {path}: damaged (cut off at {size} bytes); {_RESTORE}")


def _damage(connection: apsw.Connection) -> list[str]:
    """What SQLite finds wrong with the file, a line each, at most ten; empty where it is whole."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(10)")]
    return [] if found == ["ok"] else [" ".join(each.split()) for each in found]


def _check_schema(path: Path, connection: apsw.Connection) -> None:
    version, application = connection.pragma("user_version"), connection.pragma("application_id")
    if application != APPLICATION_ID:
        raise JournalError(f"journal {path}: not a journal; restore a backup or choose another path")
    if version != SCHEMA_VERSION:
        raise JournalError(f"journal {path}: schema {version}, but {SCHEMA_VERSION} is read here; use what wrote it")
