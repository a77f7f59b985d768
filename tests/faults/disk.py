"""A disk that fails, or loses what was not synced: an apsw VFS between SQLite and the real one.

A sync is the only promise that is believed. Of what was written to a file after it, a power loss may keep any part.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import apsw

SECTOR = 512
"""The most that a disk writes in one piece."""


class Disk(apsw.VFS):
    """SQLite's default disk while it exists."""

    def __init__(self) -> None:
        self.written: dict[str, bytearray] = {}
        """What each file holds in the operating system's eyes: what the death of a process leaves."""
        self.synced: dict[str, bytes] = {}
        """What each file held when it was last synced."""
        self.operations = 0
        """Writes, truncations and syncs, so far."""
        self.after_each: Callable[[], None] = lambda: None
        """Called after each of them."""
        self._fails_from = 0
        self._error = 0
        self.real = apsw.vfs_names()[0]
        super().__init__("faulty", self.real, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's
        return File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - SQLite's
        super().xDelete(filename, syncdir)
        self.written.pop(filename, None)
        self.synced.pop(filename, None)

    def fail(self, nth: int, error: int) -> None:
        """From the `nth` operation from now (1: the next) all fail with SQLite's result code `error`."""
        self._fails_from, self._error = self.operations + nth, error

    def heal(self) -> None:
        """The disk is well again."""
        self._fails_from = 0

    @property
    def failing(self) -> bool:
        """The next operation fails."""
        return 0 < self._fails_from <= self.operations + 1

    def operate(self) -> None:
        """One more operation. Raises apsw.Error where it fails."""
        self.operations += 1
        if 0 < self._fails_from <= self.operations:
            raise apsw.exception_for(self._error)

    def killed(self, to: Path) -> None:
        """Lay out in `to` what the death of the process, now, leaves of every file."""
        _lay_out({name: bytes(content) for name, content in self.written.items()}, to)

    def powerless(self, to: Path, random: Random) -> None:
        """Lay out in `to` what a power loss, now, may leave: of each sector the synced or the newer content."""
        kept = random.choice((0.0, 0.5, 1.0))
        left = {
            name: torn(self.synced.get(name, b""), bytes(content), kept, random)
            for name, content in self.written.items()
        }
        _lay_out(left, to)


class File(apsw.VFSFile):
    """One file on the disk."""

    def __init__(self, disk: Disk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._disk = disk
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        super().__init__(disk.real, name, flags)
        if self._name not in disk.written:
            content = self.xRead(self.xFileSize(), 0)
            disk.written[self._name], disk.synced[self._name] = bytearray(content), content

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's
        self._disk.operate()
        super().xWrite(data, offset)
        content = self._disk.written[self._name]
        content.extend(bytes(max(0, offset - len(content))))
        content[offset : offset + len(data)] = data
        self._disk.after_each()

    def xTruncate(self, size: int) -> None:  # noqa: N802 - SQLite's
        self._disk.operate()
        super().xTruncate(size)
        del self._disk.written[self._name][size:]
        self._disk.after_each()

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's
        self._disk.operate()
        super().xSync(flags)
        self._disk.synced[self._name] = bytes(self._disk.written[self._name])
        self._disk.after_each()


def torn(old: bytes, new: bytes, kept: float, random: Random) -> bytes:
    """A file between two syncs: each sector is the newer one with probability `kept`, else the older."""
    sectors = []
    for start in range(0, max(len(old), len(new)), SECTOR):
        before, now = old[start : start + SECTOR], new[start : start + SECTOR]
        sectors.append(now if random.random() < kept else before.ljust(len(now), b"\0"))
    return b"".join(sectors)


@contextmanager
def faulty_disk() -> Iterator[Disk]:
    """Whatever SQLite opens inside lies on this disk."""
    disk = Disk()
    try:
        yield disk
    finally:
        disk.unregister()


def _lay_out(files: dict[str, bytes], to: Path) -> None:
    to.mkdir()
    for name, content in files.items():
        (to / Path(name).name).write_bytes(content)
