"""The lock file: one holder, who is named; no file of a dead holder keeps anybody out."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bitten.errors import AddressError
from bitten.lock import FileLock, is_held


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.lock"


def test_a_second_lock_is_refused_and_names_the_holder(path: Path) -> None:
    lock = FileLock.acquire(path, "desk /run/desk")
    with pytest.raises(AddressError, match=rf"^desk /run/desk is held by process {os.getpid()}: stop that one"):
        FileLock.acquire(path, "desk /run/desk")
    lock.release()


def test_who_only_looks_keeps_nobody_from_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looking = os.open(path, os.O_RDONLY | os.O_CREAT, 0o600)
    fcntl.flock(looking, fcntl.LOCK_SH)
    waits: list[float] = []

    def looked(seconds: float) -> None:
        waits.append(seconds)
        os.close(looking)

    monkeypatch.setattr("bitten.lock.time.sleep", looked)
    lock = FileLock.acquire(path, "desk")
    assert len(waits) == 1
    assert is_held(path)
    lock.release()


def test_a_refused_lock_disturbs_nothing(path: Path) -> None:
    lock = FileLock.acquire(path, "desk")
    for _ in range(2):
        with pytest.raises(AddressError, match=f"process {os.getpid()}"):
            FileLock.acquire(path, "desk")
    lock.release()


def test_a_released_lock_can_be_taken_and_leaves_no_file(path: Path) -> None:
    FileLock.acquire(path, "desk").release()
    assert not path.exists()
    FileLock.acquire(path, "desk").release()


def test_releasing_twice_does_not_release_the_next_holder(path: Path) -> None:
    first = FileLock.acquire(path, "desk")
    first.release()
    second = FileLock.acquire(path, "desk")
    first.release()
    with pytest.raises(AddressError, match="is held by"):
        FileLock.acquire(path, "desk")
    second.release()


def test_a_holder_whose_file_was_removed_leaves_the_next_one_alone(path: Path) -> None:
    first = FileLock.acquire(path, "desk")
    path.unlink()
    second = FileLock.acquire(path, "desk")
    first.release()
    assert path.exists()
    second.release()


@pytest.mark.parametrize("left", ["", "999999999\n", "1\nrubbish, and longer than any pid"])
def test_the_file_of_a_dead_holder_is_no_lock(path: Path, left: str) -> None:
    path.write_text(left)
    lock = FileLock.acquire(path, "desk")
    assert path.read_text() == f"{os.getpid()}\n"
    lock.release()


def test_a_holder_that_has_not_signed_yet_is_still_a_holder(path: Path) -> None:
    lock = FileLock.acquire(path, "desk")
    path.write_text("")
    with pytest.raises(AddressError, match="is held by another process"):
        FileLock.acquire(path, "desk")
    lock.release()


def test_only_its_owner_may_read_it(path: Path) -> None:
    lock = FileLock.acquire(path, "desk")
    assert path.stat().st_mode & 0o777 == 0o600
    lock.release()


@pytest.mark.parametrize("name", ["", "absent/desk.lock"])
def test_a_path_that_cannot_be_opened_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(AddressError, match=rf"^journal: cannot open its lock {path}: .*; choose another path$"):
        FileLock.acquire(path, "journal")


def test_a_link_in_its_place_is_not_followed(tmp_path: Path, path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("contents")
    path.symlink_to(target)
    with pytest.raises(AddressError, match="cannot open its lock"):
        FileLock.acquire(path, "desk")
    assert target.read_text() == "contents"


HOLD = """
import sys, pathlib
from bitten.lock import FileLock, is_held
lock = FileLock.acquire(pathlib.Path(sys.argv[1]), "desk")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.process
def test_a_killed_process_loses_its_lock(path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AddressError, match=f"is held by process {holder.pid}:"):
            FileLock.acquire(path, "desk")
        holder.kill()
    assert path.exists()
    FileLock.acquire(path, "desk").release()


def test_is_held_tells_without_disturbing(path: Path) -> None:
    assert not is_held(path)
    lock = FileLock.acquire(path, "desk")
    assert is_held(path)
    lock.release()
    assert not is_held(path)
