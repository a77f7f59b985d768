"""The journal: what was appended is there for ever, all or none, and folds into the same ledger after a restart."""

import os
import stat
from pathlib import Path
from zlib import crc32

import apsw
import pytest

from bitten.errors import AddressError, JournalError
from bitten.journal import Durability, Journal
from bitten.journal_file import SCHEMA_VERSION
from bitten.rules.facts import Draft, TradingSet, encode
from bitten.units import TradingState

HALT = TradingSet(user="", state=TradingState.HALTED, why="news", who="op")
RESUME = TradingSet(user="", state=TradingState.ACTIVE, why="over", who="op")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


@pytest.fixture(params=Durability)
def durability(request: pytest.FixtureRequest) -> Durability:
    return Durability(request.param)


def damage(path: Path, sql: str) -> None:
    connection = apsw.Connection(str(path))
    connection.execute(sql)
    connection.close()


def test_what_was_appended_is_there_after_a_restart(path: Path, durability: Durability) -> None:
    journal = Journal.open(path, durability)
    first = journal.append(Draft("desk", 5, HALT))
    second = journal.append(Draft("desk", 6, RESUME, causes=(1,)), Draft("desk", 6, HALT))
    ledger = journal.ledger
    journal.close()
    again = Journal.open(path, durability)
    assert list(again.read()) == [*first, *second]
    assert [entry.seq for entry in again.read(after=1)] == [2, 3]
    assert again.ledger == ledger
    again.close()


def test_a_fact_is_applied_once_it_is_durable(path: Path) -> None:
    journal = Journal.open(path)
    journal.append(Draft("desk", 5, HALT))
    assert journal.ledger.trading_of("alice").state is TradingState.HALTED
    journal.close()


def test_what_cannot_be_written_is_neither_kept_nor_applied(path: Path) -> None:
    journal = Journal.open(path)
    damage(path, "CREATE TRIGGER full BEFORE INSERT ON facts WHEN new.seq = 2 BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(JournalError, match=r"^journal .*: cannot write: .*full"):
        journal.append(Draft("desk", 5, HALT), Draft("desk", 5, RESUME))
    assert list(journal.read()) == []
    assert journal.ledger.trading_of("alice").state is TradingState.ACTIVE
    assert journal.append(Draft("desk", 6, HALT))[0].seq == 1
    assert journal.statistics().failures == 1
    journal.close()


def test_a_second_hub_on_the_same_journal_is_refused_and_told_who_holds_it(path: Path) -> None:
    journal = Journal.open(path)
    with pytest.raises(AddressError, match=r"journal .* is held by process \d+"):
        Journal.open(path)
    journal.close()
    Journal.open(path).close()


def test_a_file_of_something_else_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"a diary" * 1000)
    with pytest.raises(JournalError, match="not a journal; restore a backup or choose another path"):
        Journal.open(path)
    assert path.read_bytes() == b"a diary" * 1000
    assert not list(path.parent.glob("*.lock"))


def test_another_programs_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    damage(path, "CREATE TABLE facts (seq)")
    with pytest.raises(JournalError, match="not a journal"):
        Journal.open(path)


@pytest.mark.parametrize("version", [SCHEMA_VERSION - 1, SCHEMA_VERSION + 1])
def test_another_schema_is_refused(path: Path, version: int) -> None:
    Journal.open(path).close()
    damage(path, f"PRAGMA user_version = {version}")
    with pytest.raises(JournalError, match=rf"schema {version}, .* but {SCHEMA_VERSION} is read here"):
        Journal.open(path)


def test_a_damaged_journal_is_refused(path: Path) -> None:
    journal = Journal.open(path)
    journal.append(*(Draft("desk", 5, HALT) for _ in range(2_000)))
    journal.checkpoint()
    journal.close()
    raw = bytearray(path.read_bytes())
    raw[4096 * 2 : 4096 * 3] = b"\xff" * 4096
    path.write_bytes(raw)
    with pytest.raises(JournalError, match=r"journal .*: (damaged|cannot be opened)"):
        Journal.open(path)


def test_an_entry_that_is_not_what_was_written_is_refused_by_its_number(path: Path) -> None:
    journal = Journal.open(path)
    journal.append(Draft("desk", 5, HALT))
    journal.close()
    damage(path, "UPDATE facts SET time = 6")
    with pytest.raises(JournalError, match=r"damaged \(entry 1 is not what was written\); restore a backup"):
        Journal.open(path)


def test_a_missing_entry_is_named(path: Path) -> None:
    journal = Journal.open(path)
    journal.append(*(Draft("desk", 5, HALT) for _ in range(3)))
    journal.close()
    damage(path, "DELETE FROM facts WHERE seq = 2")
    with pytest.raises(JournalError, match=r"damaged \(no entry 2\); restore a backup"):
        Journal.open(path)


def test_an_entry_of_an_unknown_kind_is_refused_by_its_number(path: Path) -> None:
    journal = Journal.open(path)
    (entry,) = journal.append(Draft("desk", 5, HALT))
    journal.close()
    checksum = crc32(encode(entry.fact), crc32(b"1 5 desk later []"))
    damage(path, f"UPDATE facts SET kind = 'later', checksum = {checksum}")
    with pytest.raises(JournalError, match="entry 1 cannot be read: fact kind 'later'"):
        Journal.open(path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="no folder"):
        Journal.open(tmp_path / "file" / "journal.sqlite")


def test_a_checkpoint_moves_the_log_into_the_file_and_loses_nothing(path: Path) -> None:
    journal = Journal.open(path)
    journal.append(*(Draft("desk", 5, HALT) for _ in range(500)))
    before = path.stat().st_size
    journal.checkpoint()
    assert path.stat().st_size > before
    assert sum(1 for _ in journal.read()) == 500
    journal.close()


def test_statistics_count(path: Path) -> None:
    journal = Journal.open(path)
    journal.append(Draft("desk", 5, HALT), Draft("desk", 5, RESUME))
    found = journal.statistics()
    assert (found.entries, found.appended, found.commits, found.failures) == (2, 2, 1, 0)
    assert found.bytes > 0
    journal.close()


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_its_files_are_for_their_owner_alone_whatever_the_umask(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        journal = Journal.open(path)
        journal.append(Draft("desk", 5, HALT))
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
        journal.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys((path.name, *(f"{path.name}{end}" for end in ("-wal", "-shm", ".lock"))), 0o600)
