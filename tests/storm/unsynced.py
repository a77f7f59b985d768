"""A hub whose disk remembers what was flushed: `python -m tests.storm.unsynced run ...`, SIGKILL, then `lose_power`.

Beside each of SQLite's files lies a shadow, as the disk would be without power: a write reaches it with the next sync.
"""

import threading
from pathlib import Path
from random import Random

import apsw

from bitten import cli
from tests.faults.disk import torn

SHADOW = ".synced"


class Unsynced(apsw.VFS):
    """SQLite's default disk, shadowed."""

    def __init__(self) -> None:
        self.real = apsw.vfs_names()[0]
        self.lock = threading.Lock()
        self.dirty: dict[str, list[tuple[int, int]]] = {}
        """By file: offset and length of what was written since its last sync."""
        super().__init__("unsynced", self.real, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's
        return _File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - SQLite's
        super().xDelete(filename, syncdir)
        Path(filename + SHADOW).unlink(missing_ok=True)
        with self.lock:
            self.dirty.pop(filename, None)


class _File(apsw.VFSFile):
    """One opening of a file."""

    def __init__(self, disk: Unsynced, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._disk = disk
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        super().__init__(disk.real, name, flags)
        with disk.lock:
            if self._name not in disk.dirty:
                disk.dirty[self._name] = []
                Path(self._name + SHADOW).write_bytes(self.xRead(self.xFileSize(), 0))

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's
        super().xWrite(data, offset)
        with self._disk.lock:
            self._disk.dirty[self._name].append((offset, len(data)))

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's
        with self._disk.lock:
            # Of the file, by whomever it was written, as the operating system does.
            written, self._disk.dirty[self._name] = self._disk.dirty[self._name], []
        super().xSync(flags)
        # Read by this very handle: closing another of the same file would drop SQLite's locks on it.
        size = self.xFileSize()
        with open(self._name + SHADOW, "r+b") as shadow:
            for offset, length in written:
                shadow.seek(offset)
                shadow.write(self.xRead(max(0, min(length, size - offset)), offset))
            shadow.truncate(size)


def lose_power(journal: Path, kept: float, random: Random) -> None:
    """Leave of a dead hub's journal what a loss of power might: sectors are the newer ones with probability `kept`."""
    for suffix in ("", "-wal"):
        file = journal.with_name(journal.name + suffix)
        shadow = journal.with_name(file.name + SHADOW)
        if shadow.exists():
            file.write_bytes(torn(shadow.read_bytes(), file.read_bytes(), kept, random))
            shadow.unlink()
    journal.with_name(journal.name + "-shm").unlink(missing_ok=True)


if __name__ == "__main__":
    disk = Unsynced()
    cli.main()
