"""The paper EA's memory on disk: its identity, what it was told, what it has to say; and beside it its broker's book.

A SQLite file each, opened without sharing (protocol 2.2): the account outlives a ledger that is lost or damaged, as it
does at a real broker. What the broker did, what is known of the command and the event that tells it are written in one
transaction over both files, so that no death in between can part them.
"""

import json
import secrets
from collections.abc import Iterable
from contextlib import AbstractContextManager, closing
from itertools import count
from pathlib import Path

import apsw
import attrs
from loguru import logger

from bitten.errors import BittenError, Malformed
from bitten.paper.ledger_values import (
    Entry,
    Stage,
    event_of,
    outcome_of,
    request_of,
    stored_event,
    stored_request,
)
from bitten.wire.codec import NumberedEvent

FILE = "ledger.db"
BROKER_FILE = "broker.db"
_SCHEMA_VERSION = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (n INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS commands
    (id TEXT PRIMARY KEY, stage TEXT NOT NULL, request BLOB, outcome BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passed (signal_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS broker.kept (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class LedgerError(BittenError):
    """The ledger could not be opened: another terminal holds it, the broker's book is damaged, or the disk refuses."""


class Ledger:
    """Open with `Ledger.open`; every opening is counted as a life."""

    def __init__(self, database: apsw.Connection) -> None:
        self._database = database
        self._entries = {entry.id: entry for entry in self._read_entries()}
        self._fires = {entry.magic: entry.id for entry in self._entries.values() if entry.magic}
        with self.transaction():
            self._identify()

    @classmethod
    def open(cls, directory: Path | None) -> "Ledger":
        """The ledger in `directory`, made with a new `ea` where there is none; None: one that lives in memory only.

        One that is damaged is set aside, and another begun (protocol 2.2). Raises LedgerError, naming the file, when
        another process has it open and when it cannot be used.
        """
        path = Path(":memory:") if directory is None else directory / FILE
        try:
            if directory is not None:
                directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                _look(directory / BROKER_FILE)
            try:
                return cls._read(directory)
            except (apsw.CorruptError, apsw.NotADBError, Malformed, ValueError) as damage:
                _set_aside(path, damage)
                return cls._read(directory)
        except apsw.BusyError:
            raise LedgerError(f"{path} is in use by another terminal; stop it, or choose another --state") from None
        except OSError as error:
            raise LedgerError(f"{path} cannot be opened: {error}; choose another --state") from None
        except apsw.Error as error:
            raise LedgerError(f"{path} cannot be opened: {error}; choose another --state") from None

    @classmethod
    def _read(cls, directory: Path | None) -> "Ledger":
        database = _connect(directory)
        try:
            return cls(database)
        except BaseException:
            database.close()
            raise

    def transaction(self) -> AbstractContextManager[object]:
        """All that is written inside becomes durable together, at the end of the outermost one, or not at all."""
        return self._database

    def close(self) -> None:
        """Let another process open the file."""
        self._database.close()

    # Identity (protocol 2.2)

    @property
    def ea(self) -> str:
        """The ledger's own id, random, as old as its file."""
        return str(self.recall("ea"))

    @property
    def life(self) -> int:
        """How often this ledger was opened, this time included."""
        return self._number("life")

    def renew(self) -> None:
        """Become another ledger: the hub holds more events than were ever written here, so this one was rolled back.

        What was never acked is numbered anew; what was executed stays executed.
        """
        with self.transaction():
            bodies = [event for _, event in self._read_events(1, -1)]
            self._database.execute("DELETE FROM events")
            self.remember("ea", secrets.token_hex(16))
            self.remember("life", 1)
            self.remember("next_event", 1)
            for event in bodies:
                self.append(event)

    # Events (protocol 6.1)

    @property
    def next_event(self) -> int:
        """The number that the next event will have."""
        return self._number("next_event")

    @property
    def first_event(self) -> int:
        """The oldest event that is not acked; `next_event` where all are."""
        first = self._database.execute("SELECT min(n) FROM events").get
        return self.next_event if first is None else int(first)

    @property
    def unacked(self) -> int:
        """How many events wait for the hub's ack."""
        return int(self._database.execute("SELECT count(*) FROM events").get)

    def append(self, event: NumberedEvent) -> NumberedEvent:
        """Give the event the next number, whatever it carries, and keep it until it is acked."""
        numbered = attrs.evolve(event, n=self.next_event)
        with self.transaction():
            self._database.execute("INSERT INTO events VALUES (?, ?)", (numbered.n, stored_event(numbered)))
            self.remember("next_event", numbered.n + 1)
        return numbered

    def events(self, start: int, limit: int) -> list[NumberedEvent]:
        """At most `limit` events from number `start` on, oldest first."""
        return [event for _, event in self._read_events(start, limit)]

    def forget(self, acked: int) -> None:
        """The hub holds everything up to `acked`."""
        self._database.execute("DELETE FROM events WHERE n <= ?", (acked,))

    # Commands (protocol 5)

    def entry(self, command_id: str) -> Entry | None:
        """What is known of a command id; None: never seen."""
        return self._entries.get(command_id)

    def put(self, entry: Entry) -> None:
        """Write what is known of a command id, over what was."""
        outcome = None if entry.outcome is None else stored_event(entry.outcome)
        self._database.execute(
            "INSERT OR REPLACE INTO commands VALUES (?, ?, ?, ?)",
            (entry.id, entry.stage.value, stored_request(entry.request), outcome),
        )
        self._entries[entry.id] = entry
        if entry.magic:
            self._fires[entry.magic] = entry.id

    def in_stage(self, *stages: Stage) -> tuple[Entry, ...]:
        """The commands that stand at one of `stages`."""
        return tuple(entry for entry in self._entries.values() if entry.stage in stages)

    def fire_of(self, magic: int) -> str:
        """The id of the fire with this magic; "" for none of ours."""
        return self._fires.get(magic, "")

    def mark_passed(self, signal_id: str) -> None:
        """The trader passed the signal: it will not be fired here."""
        self._database.execute("INSERT OR IGNORE INTO passed VALUES (?)", (signal_id,))

    def passed(self, signal_id: str) -> bool:
        """Did the trader pass the signal?"""
        return bool(self._database.execute("SELECT count(*) FROM passed WHERE signal_id = ?", (signal_id,)).get)

    # The broker's file: its book, the place in the market

    def keep(self, key: str, value: object) -> None:
        """Keep a value of JSON's own types under a name in the broker's file."""
        self._database.execute("INSERT OR REPLACE INTO broker.kept VALUES (?, ?)", (key, json.dumps(value)))

    def kept(self, key: str) -> object:
        """The value under a name in the broker's file; None where there is none."""
        text = self._database.execute("SELECT value FROM broker.kept WHERE key = ?", (key,)).get
        return None if text is None else json.loads(text)

    # Inside

    def remember(self, key: str, value: object) -> None:
        """Keep a value of JSON's own types under a name in the ledger."""
        self._database.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (key, json.dumps(value)))

    def recall(self, key: str) -> object:
        """The value under a name in the ledger; None where there is none."""
        text = self._database.execute("SELECT value FROM memory WHERE key = ?", (key,)).get
        return None if text is None else json.loads(text)

    def _number(self, key: str) -> int:
        number = self.recall(key)
        assert isinstance(number, int), key
        return number

    def _identify(self) -> None:
        if self.recall("ea") is None:
            self.remember("ea", secrets.token_hex(16))
            self.remember("life", 0)
            self.remember("next_event", 1)
        self.remember("life", self.life + 1)

    def _read_entries(self) -> Iterable[Entry]:
        for command_id, stage, request, outcome in self._database.execute("SELECT * FROM commands"):
            yield Entry(id=command_id, stage=Stage(stage), request=request_of(request), outcome=outcome_of(outcome))

    def _read_events(self, start: int, limit: int) -> list[tuple[int, NumberedEvent]]:
        rows = self._database.execute("SELECT n, body FROM events WHERE n >= ? ORDER BY n LIMIT ?", (start, limit))
        return [(n, event_of(body)) for n, body in rows]


def _connect(directory: Path | None) -> apsw.Connection:
    """Both files, held alone until they are closed. Raises apsw.Error, and LedgerError for another version's file."""
    path, broker = ((":memory:",) * 2) if directory is None else (str(directory / FILE), str(directory / BROKER_FILE))
    database = apsw.Connection(path)
    try:
        database.execute("ATTACH ? AS broker", (broker,))
        database.pragma("locking_mode", "EXCLUSIVE")
        # Not WAL: only a rollback journal makes one transaction of changes to two files.
        for schema in ("main", "broker"):
            database.pragma("journal_mode", "TRUNCATE", schema=schema)
        with database:
            database.execute(_SCHEMA)
            found = database.pragma("user_version")
            if found not in (0, _SCHEMA_VERSION):
                raise LedgerError(f"{path} is of version {found}, this is {_SCHEMA_VERSION}; choose another --state")
            database.pragma("user_version", _SCHEMA_VERSION)
        if database.pragma("integrity_check", schema="main") != "ok":
            raise apsw.CorruptError(path)
    except BaseException:
        database.close()
        raise
    return database


def _look(broker: Path) -> None:
    """Raises LedgerError where the broker's file is no whole one: an account is not begun anew by accident."""
    if not broker.exists():
        return
    try:
        with closing(apsw.Connection(str(broker))) as database:
            if database.pragma("integrity_check") == "ok":
                return
    except (apsw.CorruptError, apsw.NotADBError):
        pass
    raise LedgerError(f"{broker} is damaged; choose another --state, which will be another account")


def _set_aside(path: Path, damage: Exception) -> None:
    """Keep the damaged ledger under another name, for whoever wants to look at it."""
    aside = next(each for n in count(1) if not (each := path.with_name(f"{path.name}.damaged-{n}")).exists())
    path.rename(aside)
    path.with_name(path.name + "-journal").unlink(missing_ok=True)
    logger.warning("{} is damaged ({}): it is {} now, and another ledger begins", path, damage, aside.name)
