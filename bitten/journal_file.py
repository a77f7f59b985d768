"""The journal's file: its schema and rows, what may be wrong with it, and the ledger that its facts fold into.

It is reached through apsw alone: a second SQLite library in the process would drop the first one's file locks, and lose
commits.
"""

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from zlib import crc32

import apsw
import attrs
import msgspec

from bitten import snapshot
from bitten.errors import JournalDamaged, JournalError
from bitten.rules import facts
from bitten.rules.facts import Entry
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
_RESTORE = "restore a backup or choose another path"
INSERT = "INSERT INTO facts (seq, time, actor, kind, causes, body, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)"


@attrs.define
class Fold:
    """A ledger and the entry that it has come to."""

    ledger: Ledger = attrs.field(factory=Ledger)
    seq: int = 0
    snapshot: int = 0
    """The last entry that came out of a snapshot; 0: none was used."""

    @classmethod
    def begin(cls, path: Path, connection: apsw.Connection) -> Self:
        """Begin with the journal's snapshot, where there is one and it belongs to this very journal."""
        with _no_collection():
            found = snapshot.read(path)
        if found is None or _checksum_of(connection, found.seq) != found.checksum:
            return cls()
        return cls(found.ledger, found.seq, found.seq)

    def go_on(self, path: Path, connection: apsw.Connection) -> None:
        """Fold in what comes after. Raises `JournalDamaged`, and `JournalError` for what this version cannot read."""
        with damage_named(path), _no_collection():
            for entry in entries(path, connection, self.seq):
                if entry.seq != self.seq + 1:
                    raise JournalDamaged(f"journal {path}: damaged (no entry {self.seq + 1}); {_RESTORE}")
                self.ledger.apply(entry)
                self.seq = entry.seq

    def keep(self, path: Path, connection: apsw.Connection) -> int:
        """Write the snapshot; its bytes. Raises `JournalError`."""
        return snapshot.write(path, self.seq, _checksum_of(connection, self.seq), self.ledger)


def entries(path: Path, connection: apsw.Connection, after: int, kinds: Sequence[str] = ()) -> Iterator[Entry]:
    """The entries beyond number `after`, in order, of some kinds alone where they are named.

    Raises `JournalError` for one that cannot be read.
    """
    only = f"AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
    rows = connection.execute(
        f"SELECT seq, time, actor, kind, causes, body, checksum FROM facts WHERE seq > ? {only} ORDER BY seq",
        (after, *kinds),
    )
    for seq, time, actor, kind, causes, body, checksum in rows:
        # SQLite's own check sees a page that is out of shape, but no bit that changed inside a value.
        if checksum != _checksum(seq, time, actor, kind, causes, body):
            raise JournalDamaged(f"journal {path}: damaged (entry {seq} is not what was written); {_RESTORE}")
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


def row(entry: Entry, body: bytes) -> tuple[int, int, str, str, str, bytes, int]:
    """An entry as `INSERT` takes it, with its fact encoded."""
    causes = f"[{','.join(map(str, entry.causes))}]"
    values = (entry.seq, entry.time, entry.actor, entry.fact.kind, causes, body)
    return (*values, _checksum(*values))


def connect(path: Path, *, sync: str) -> apsw.Connection:
    """Open the file to write, or create it. Raises `JournalError` where it is not one of ours.

    `sync` is SQLite's "normal" (a commit survives the process) or "full" (the loss of power).
    """
    _check_size(path)
    try:
        # SQLite gives what it makes beside the file the file's own mode: nobody else reads it, whatever the umask.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = apsw.Connection(str(path))
        connection.set_busy_timeout(BUSY_MS)
        version, application = connection.pragma("user_version"), connection.pragma("application_id")
        if version == 0 and application == 0 and not connection.pragma("schema_version"):
            _create(connection)
        check_schema(path, connection)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", sync)
        connection.pragma("wal_autocheckpoint", 0)
    except OSError as error:
        raise JournalError(
            f"journal {path}: cannot be opened: {error.strerror}; check the path and its permissions"
        ) from None
    except apsw.NotADBError:
        raise JournalError(f"journal {path}: not a journal; {_RESTORE}") from None
    except apsw.CorruptError as error:
        raise JournalDamaged(f"journal {path}: damaged ({error}); {_RESTORE}") from None
    except apsw.Error as error:
        raise JournalError(f"journal {path}: cannot be opened: {error}; check the path and its permissions") from None
    return connection


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """What SQLite says of a file that it cannot read becomes `JournalDamaged`."""
    try:
        yield
    except (apsw.Error, UnicodeDecodeError) as error:
        raise JournalDamaged(f"journal {path}: damaged ({error}); {_RESTORE}") from None


def damage(connection: apsw.Connection) -> list[str]:
    """What SQLite finds wrong with the file, a line each, at most ten; empty where it is whole."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(10)")]
    return [] if found == ["ok"] else [" ".join(each.split()) for each in found]


def refuse_damage(path: Path, connection: apsw.Connection) -> None:
    """Let SQLite look at the whole file. Raises `JournalDamaged`."""
    with damage_named(path):
        found = damage(connection)
    if found:
        raise JournalDamaged(f"journal {path}: damaged ({'; '.join(found)}); {_RESTORE}")


def check_schema(path: Path, connection: apsw.Connection) -> None:
    """Raises `JournalError` for another program's file, and for one that another schema wrote."""
    version, application = connection.pragma("user_version"), connection.pragma("application_id")
    if application != APPLICATION_ID:
        raise JournalError(f"journal {path}: not a journal; {_RESTORE}")
    if version != SCHEMA_VERSION:
        age = "an older" if version < SCHEMA_VERSION else "a newer"
        raise JournalError(
            f"journal {path}: schema {version}, {age} BITTEN's, but {SCHEMA_VERSION} is read here; run the version "
            "that wrote it until nothing is open, then choose another path"
        )


def _create(connection: apsw.Connection) -> None:
    with connection:
        connection.execute(_SCHEMA)
        connection.pragma("user_version", SCHEMA_VERSION)
        connection.pragma("application_id", APPLICATION_ID)


def _check_size(path: Path) -> None:
    """Refuse what SQLite would silently take for an empty file, and throw its log away."""
    log = path.with_name(path.name + "-wal")
    size = path.stat().st_size if path.is_file() else 0
    if 0 < size < SMALLEST or (size == 0 and log.exists() and log.stat().st_size):
        raise JournalDamaged(f"journal {path}: damaged (cut off at {size} bytes); {_RESTORE}")


def _checksum(seq: int, time: int, actor: str, kind: str, causes: str, body: bytes) -> int:
    return crc32(body, crc32(f"{seq} {time} {actor} {kind} {causes}".encode()))


def _checksum_of(connection: apsw.Connection, seq: int) -> int:
    """What entry `seq` carries; 0 where there is none."""
    return next((int(each[0]) for each in connection.execute("SELECT checksum FROM facts WHERE seq = ?", (seq,))), 0)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Thousands of objects are made and none is garbage: looking for some among them takes most of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
