"""The tape beside the journal: what the brains were given, for `bitten replay --journal` to go through again.

A file a start of the hub, each a sequence of chunks: length and checksum, then compressed records. Nothing waits for
it: records gather in memory and a thread writes them. What finds no room is dropped, counted, and said, also on the
tape.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import trio
from loguru import logger

from bitten.errors import BittenError
from bitten.rules import taped
from bitten.rules.taped import Record
from bitten.settings import setting

FLUSH_S = 0.5
MOST_WAITING = 200_000
"""Records that may wait for the writer: some forty megabytes, a minute of a flood."""
AT_ONCE = 2_000
"""Records a chunk: encoding them holds the interpreter for less than a millisecond or two."""
_HEAD = struct.Struct("<II")
_MEGABYTE = 1_000_000


@attrs.frozen
class TapeSettings:
    """[tape]"""

    on: bool = setting(True, "Keep what the brains are given, for `bitten replay --journal`.")
    max_mb: int = setting(
        1_000,
        "Megabytes that all tapes may take; the oldest are deleted, and one that alone is so long is not continued.",
        ge=1,
        le=1_000_000,
        why="a symbol at five quotes a second takes about ten megabytes a day.",
    )


def folder_of(journal: Path) -> Path:
    """Where the tapes of a journal lie."""
    return journal.with_name(journal.name + ".tape")


def tapes(journal: Path) -> list[Path]:
    """A journal's tapes, the oldest first."""
    return sorted(folder_of(journal).glob("*.tape"))


@attrs.define(eq=False)
class Tape:
    """One start's. `put` never waits and never raises."""

    path: Path
    settings: TapeSettings
    dropped: int = 0
    """Records that found no room, in memory or on the disk."""
    _file_bytes: int = 0
    _waiting: list[tuple[object, ...]] = attrs.field(factory=list)
    _untold: int = 0
    _failure: str = ""

    @classmethod
    def begin(cls, journal: Path, settings: TapeSettings) -> "Tape":
        """A new tape beside a journal."""
        known = tapes(journal)
        number = int(known[-1].stem) + 1 if known else 1
        return cls(folder_of(journal) / f"{number:08d}.tape", settings)

    def put(self, record: tuple[object, ...]) -> None:
        """Take a record. Called for every tick received."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(record)
        else:
            self._untold += 1

    async def run(self) -> None:
        """Write what was put, for ever."""
        while True:
            await trio.sleep(FLUSH_S)
            while self._waiting or self._untold:
                await trio.to_thread.run_sync(self._write, self._take())

    def close(self) -> None:
        """Write what is left."""
        while self._waiting or self._untold:
            self._write(self._take())

    def _take(self) -> list[tuple[object, ...]]:
        """The next records: in the loop's own thread, as `put` is."""
        some, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
        if not self._waiting and self._untold:
            # What found no room came after all that waited.
            some.append(("dropped", self._untold))
            self.dropped, self._untold = self.dropped + self._untold, 0
            logger.warning("tape: {} records found no room, {} in all", some[-1][1], self.dropped)
        return some

    def _write(self, records: list[tuple[object, ...]]) -> None:
        try:
            body = zlib.compress(taped.encode(records), 1)
            chunk = _HEAD.pack(len(body), zlib.crc32(body)) + body
            if not self._make_room(len(chunk)):
                self._fail(records, f"[tape] max_mb = {self.settings.max_mb} is full")
                return
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
                file.write(chunk)
        except OSError as error:
            self._fail(records, error.strerror or str(error))
            return
        self._file_bytes += len(chunk)
        self._failure = ""

    def _make_room(self, size: int) -> bool:
        """Delete the oldest tapes until there is room; False where this one alone is too long."""
        others = sorted(each for each in self.path.parent.glob("*.tape") if each != self.path)
        sizes = [each.stat().st_size for each in others]
        allowed = self.settings.max_mb * _MEGABYTE
        while others and self._file_bytes + size + sum(sizes) > allowed:
            others.pop(0).unlink()
            sizes.pop(0)
        return self._file_bytes + size <= allowed

    def _fail(self, records: list[tuple[object, ...]], why: str) -> None:
        self.dropped += len(records)
        if why != self._failure:
            self._failure = why
            logger.warning("tape {}: not continued: {}; {} records are missing so far", self.path, why, self.dropped)


@contextmanager
def open_tape(journal: Path, settings: TapeSettings) -> Iterator[Tape | None]:
    """A hub's tape, written to the end; None where the operator wants none."""
    if not settings.on:
        yield None
        return
    tape = Tape.begin(journal, settings)
    try:
        yield tape
    finally:
        tape.close()


def read(path: Path) -> Iterator[Record]:
    """The records of a tape, up to where its writer was cut off. Raises BittenError for what cannot be read."""
    try:
        with path.open("rb") as file:
            while len(head := file.read(_HEAD.size)) == _HEAD.size:
                length, checksum = _HEAD.unpack(head)
                body = file.read(length)
                if len(body) < length:
                    return
                if zlib.crc32(body) != checksum:
                    raise BittenError(f"tape {path}: damaged before byte {file.tell()}")
                yield from taped.decode(zlib.decompress(body))
    except (OSError, ValueError, zlib.error) as error:
        raise BittenError(f"tape {path}: cannot be read: {error}") from None
