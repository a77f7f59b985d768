"""One hub per journal and per desk path: an exclusive lock whose file names the holder."""

import fcntl
import os
import time
from pathlib import Path
from typing import Self

import attrs

from bitten.errors import AddressError

AGAIN_S = 0.001
"""Between two tries where somebody only looks, which takes microseconds."""


@attrs.define
class FileLock:
    """A lock that the system takes back when its process ends, however it ends: a stale file locks nobody out."""

    path: Path
    _descriptor: int

    @classmethod
    def acquire(cls, path: Path, what: str) -> Self:
        """Take the lock at `path`, whose folder exists, or say at once who has it; `what` names the guarded thing.

        Raises `AddressError` where another process, or another part of this one, holds it, and where the file
        cannot be opened.
        """
        while True:
            descriptor = _open(path, what)
            if not _take(descriptor):
                holder = _holder(descriptor)
                os.close(descriptor)
                raise AddressError(f"{what} is held by {holder}: stop that one, or choose another path")
            if _is_at(path, descriptor):
                break
            # Its last holder removed the file between our opening and our locking: what we locked has no name.
            os.close(descriptor)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return cls(path, descriptor)

    def release(self) -> None:
        """Give the lock back and remove its file. A second call does nothing."""
        if self._descriptor < 0:
            return
        if _is_at(self.path, self._descriptor):  # else a person removed it, and the file there is another's
            self.path.unlink()
        os.close(self._descriptor)
        self._descriptor = -1


def is_held(path: Path) -> bool:
    """Whether a process holds the lock at `path` now, found out by sharing it for an instant."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    held = not _lock(descriptor, fcntl.LOCK_SH)
    os.close(descriptor)
    return held


def holder_of(path: Path) -> int | None:
    """The process that holds the lock at `path` now; None: nobody does, or has not said yet who it is."""
    if not is_held(path):
        return None
    try:
        said = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None  # It was given back meanwhile.
    return int(said) if said.isdecimal() else None


def _take(descriptor: int) -> bool:
    """Lock the file, or say that it is held. Who looks whether it is (`is_held`) holds nobody up, and is waited out."""
    while not _lock(descriptor, fcntl.LOCK_EX):
        if not _lock(descriptor, fcntl.LOCK_SH):
            return False
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        time.sleep(AGAIN_S)
    return True


def _lock(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(path: Path, what: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise AddressError(f"{what}: cannot open its lock {path}: {error.strerror}; choose another path") from None


def _holder(descriptor: int) -> str:
    """Who wrote the file; a holder that has just locked it may not have written yet."""
    pid = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
    return f"process {pid}" if pid.isdecimal() else "another process"


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(named, os.fstat(descriptor))
