"""`bitten run` from its start to its end: signals, and everything that keeps a hub from starting."""

import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from tests.integration.processes import Bench, until

pytestmark = pytest.mark.process

A_LINE = re.compile(r"\d\d:\d\d:\d\d\.\d{3} (INFO|WARNING) +\S.*")


def left_behind(folder: Path) -> list[str]:
    """Locks and sockets in the folder."""
    return sorted(each.name for each in folder.iterdir() if each.suffix == ".lock" or each.is_socket())


def stopped(pid: int) -> bool:
    """Whether SIGSTOP has reached the process."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("T")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_within_5_s_and_its_sessions_are_told(bench: Bench, number: signal.Signals) -> None:
    hub = bench.hub(bench.configure())
    ea = bench.paper("alice", hub.ports)
    until(lambda: hub.live("alice"))
    hub.process.send_signal(number)
    assert hub.end(within_s=5) == 0
    until(lambda: ea.said("the hub said bye: shutdown"))
    assert left_behind(bench.folder) == []
    assert hub.lines[-1].endswith("stopped")
    assert [line for line in hub.lines if not A_LINE.fullmatch(line)] == []
    assert hub.said(number.name)
    assert ea.stop() == 0


def test_a_second_signal_ends_it_at_once(bench: Bench) -> None:
    hub = bench.hub(bench.configure())
    # It finds both when it wakes up, and takes one of them; the other is the second, and kills.
    hub.process.send_signal(signal.SIGSTOP)
    until(lambda: stopped(hub.process.pid))
    hub.process.send_signal(signal.SIGTERM)
    hub.process.send_signal(signal.SIGINT)
    hub.process.send_signal(signal.SIGCONT)
    assert hub.end(within_s=5) in (-signal.SIGTERM, -signal.SIGINT)
    assert not hub.said("stopped")
    again = bench.hub(bench.configure())  # What it could not clean up locks nobody out.
    assert again.stop() == 0
    assert left_behind(bench.folder) == []


@pytest.mark.parametrize("taken", [0, 1])
def test_a_port_in_use(bench: Bench, taken: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        hub = bench.start("run", "--config", str(bench.configure(ports=(port, 0) if taken == 0 else (0, port))))
        assert hub.end() == 1
    assert hub.lines == [
        f"bitten: tcp://127.0.0.1:{port}: cannot bind: a program listens there already: stop it (another hub?), "
        "or configure another port"
    ]
    assert left_behind(bench.folder) == []


@pytest.mark.parametrize("what", ["journal", "desk path"])
def test_a_second_hub_is_told_who_holds_what_it_wants(bench: Bench, what: str) -> None:
    first = bench.hub(bench.configure())
    other = bench.folder / "other.sqlite" if what == "desk path" else bench.folder / "other.sock"
    config = bench.configure(journal=other) if what == "desk path" else bench.configure(desk=other)
    second = bench.start("run", "--config", str(config))
    assert second.end() == 1
    held = bench.desk if what == "desk path" else bench.journal
    pid = first.process.pid
    assert second.lines == [f"bitten: {what} {held} is held by process {pid}: stop that one, or choose another path"]
    assert first.status().pid == pid  # The first is where it was, and undisturbed.
    assert left_behind(bench.folder) == ["desk.sock", "desk.sock.lock", "journal.sqlite.lock"]


def garbage(journal: Path) -> None:
    """A file of another kind."""
    journal.write_bytes(b"no journal, but long enough to be looked at " * 100)


def another_program(journal: Path) -> None:
    """A database that is not ours."""
    connection = apsw.Connection(str(journal))
    connection.execute("CREATE TABLE theirs (id INTEGER)")
    connection.close()


def folder_in_its_place(journal: Path) -> None:
    """A folder."""
    journal.mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (garbage, "not a journal; restore a backup or choose another path"),
        (another_program, "not a journal; restore a backup or choose another path"),
        (folder_in_its_place, "cannot be opened: Is a directory; check the path and its permissions"),
    ],
)
def test_a_journal_that_cannot_be_used(bench: Bench, spoil: Callable[[Path], None], said: str) -> None:
    spoil(bench.journal)
    hub = bench.start("run", "--config", str(bench.configure()))
    assert hub.end() == 1
    (line,) = hub.lines
    assert line.startswith(f"bitten: journal {bench.journal}: ")
    assert said in line
    assert left_behind(bench.folder) == []


def test_a_damaged_journal(bench: Bench) -> None:
    first = bench.hub(bench.configure())
    assert first.stop() == 0
    damaged = bytearray(bench.journal.read_bytes())
    damaged[-4096:] = b"\xff" * 4096
    bench.journal.write_bytes(damaged)
    hub = bench.start("run", "--config", str(bench.configure()))
    assert hub.end() == 1
    (line,) = hub.lines
    assert line.startswith(f"bitten: journal {bench.journal}: ")
    assert "damaged (" in line
    assert line.endswith("restore a backup or choose another path")
    assert left_behind(bench.folder) == []


def test_a_log_file_that_cannot_be_opened(bench: Bench) -> None:
    hub = bench.start("run", "--config", str(bench.configure(more=f'[log]\nfile = "{bench.folder}"\n')))
    assert hub.end() == 4
    (line,) = hub.lines
    assert "[log] file = " in line
    assert left_behind(bench.folder) == []
