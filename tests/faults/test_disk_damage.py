"""Fault 5: a journal damaged on the disk. It is refused, naming the damage, or nothing in it was harmed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bitten.errors import JournalError
from bitten.journal import Journal
from bitten.rules.facts import Denial, Draft, Entry
from tests.integration.processes import command

FACTS = 120
PLACES = 400
"""Of the file that are damaged, one at a time, evenly spread and never twice in the same column."""


def draft(number: int) -> Draft:
    """A fact that can be told apart."""
    return Draft("test", 1_000 + number, Denial(user="alice", signal_id=f"S{number}", code="test", message="m" * 60))


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A journal that was closed in good order."""
    path = tmp_path / "whole.sqlite"
    journal = Journal.open(path)
    for number in range(FACTS):
        journal.append(draft(number))
    journal.close()
    return path


def entries_of(path: Path) -> list[Entry]:
    """What a start finds. Raises `JournalError`."""
    journal = Journal.open(path)
    try:
        return list(journal.read())
    finally:
        journal.close()


def flipped(whole: bytes) -> Iterator[tuple[int, bytes]]:
    """One bit over, at many places."""
    for count in range(PLACES):
        place = count * len(whole) // PLACES + count % 7
        damaged = bytearray(whole)
        damaged[place] ^= 1 << count % 8
        yield place, bytes(damaged)


def truncated(whole: bytes) -> Iterator[tuple[int, bytes]]:
    """Cut off, at many places."""
    for size in range(1, len(whole), len(whole) // 40):
        yield size, whole[:size]


@pytest.mark.parametrize("kind", ["5-flipped", "5-truncated"])
def test_fault_05_a_damaged_journal_is_refused_or_unharmed(tmp_path: Path, whole: Path, kind: str) -> None:
    raw, good = whole.read_bytes(), entries_of(whole)
    path, refused = tmp_path / "damaged.sqlite", 0
    for place, damaged in flipped(raw) if kind == "5-flipped" else truncated(raw):
        path.write_bytes(damaged)
        try:
            assert entries_of(path) == good, place
        except JournalError as error:
            refused += 1
            (line,) = str(error).splitlines()
            assert line.startswith(f"journal {path}: "), place
            assert "damaged (" in line or "not a journal" in line or "schema" in line, (place, line)
        path.unlink()
    assert refused >= (PLACES // 2 if kind == "5-flipped" else 40)


def test_fault_05_a_damaged_log_loses_no_more_than_its_end(tmp_path: Path) -> None:
    """5: of a log that no shutdown moved into the file, SQLite takes what comes before the damage.

    That is an older journal, as a backup would be: whatever it lacks the EAs tell again (protocol 6.3).
    """
    path = tmp_path / "live" / "journal.sqlite"
    journal = Journal.open(path)
    entries = [journal.append(draft(number))[0] for number in range(20)]
    file, log = path.read_bytes(), path.with_name(path.name + "-wal").read_bytes()
    journal.close()
    left = set()
    for kind in (flipped, truncated):
        for place, damaged in list(kind(log))[::5]:
            folder = tmp_path / f"{kind.__name__}-{place}"
            folder.mkdir()
            (folder / path.name).write_bytes(file)
            (folder / f"{path.name}-wal").write_bytes(damaged)
            found = entries_of(folder / path.name)
            assert found == entries[: len(found)], folder.name
            left.add(len(found))
    assert {0, 19} <= left
    assert max(left) < 20


@pytest.mark.process
def test_fault_05_the_commands_name_the_damage(tmp_path: Path, whole: Path) -> None:
    """5: `bitten run` and `bitten journal verify` say what is wrong, and end with exit 1."""
    raw = whole.read_bytes()
    place = raw.rindex(b"m" * 60)
    whole.write_bytes(raw[:place] + b"n" + raw[place + 1 :])
    config = tmp_path / "bitten.toml"
    config.write_text(
        f'[sockets]\ncommand_port = 0\nfeedback_port = 0\n[desk]\npath = "{tmp_path}/desk.sock"\n'
        f'[journal]\npath = "{whole}"\n'
    )
    for arguments in (("run",), ("journal", "verify")):
        done = command(*arguments, "--config", str(config))
        assert done.returncode == 1, done
        (line,) = (done.stdout + done.stderr).splitlines()
        assert str(whole) in line
        assert "damaged (entry " in line
        assert "is not what was written); restore a backup" in line
