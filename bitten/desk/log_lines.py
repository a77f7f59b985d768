"""Lines of the hub's log: those that the hub remembers, those that its file keeps, and both as one."""

import glob
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Self

import attrs
import msgspec

from bitten.log import LEVELS
from bitten.wire.lately import LogLine


@attrs.frozen
class Line:
    """One line."""

    time: int
    """ms since 1970 UTC."""
    level: str
    message: str

    @classmethod
    def of(cls, told: LogLine) -> Self:
        """As the hub remembers it."""
        return cls(told.time, told.level, told.message)


@attrs.frozen
class Wanted:
    """Which lines are shown."""

    user: str
    """Only lines that name this user; "": all."""
    level: str
    """The least severe, one of `LEVELS`."""

    def among(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Those that are wanted, in the same order."""
        # A user's name is made of these letters (protocol 1.6): "al" is not named by "al.b".
        named = re.compile(rf"(?<![A-Za-z0-9._:-]){re.escape(self.user)}(?![A-Za-z0-9_-]|[.:][A-Za-z0-9])")
        least = LEVELS.index(self.level)
        for line in lines:
            # What the list does not have, as CRITICAL, is more severe than all that it has.
            severity = LEVELS.index(line.level) if line.level in LEVELS else len(LEVELS)
            if severity >= least and (not self.user or named.search(line.message)):
                yield line


@attrs.frozen
class _Kept:
    """What of a line of the file is shown here."""

    time: datetime
    level: str
    message: str


_decoder = msgspec.json.Decoder(_Kept)


def newest_first(path: Path) -> Iterator[Line]:
    """The lines that a log file and the older ones beside it keep. Raises `OSError`.

    A line that was cut off, as by a disk that was full, is passed over.
    """
    older = sorted(path.parent.glob(f"{glob.escape(path.stem)}.*{glob.escape(path.suffix)}"), reverse=True)
    for file in (path, *older):
        for raw in reversed(file.read_bytes().splitlines()):
            try:
                kept = _decoder.decode(raw)
            except msgspec.DecodeError:
                continue
            yield Line(_ms(kept.time), kept.level, kept.message)


def joined(kept: Sequence[Line], told: Sequence[Line]) -> list[Line]:
    """What the file keeps and the hub tells as one, oldest first; most of what is told is kept too."""
    if not told:
        return list(kept)
    for index in range(len(kept)):
        if list(kept[index : index + len(told)]) == list(told[: len(kept) - index]):
            return [*kept[:index], *told]
    first = told[0]
    return [*(each for each in kept if each.time <= first.time and each != first), *told]


def between(path: Path, after: Line | None, before: Line | None) -> list[Line]:
    """What a file keeps behind one line and before another, oldest first; None: that side has no end.

    Raises `OSError`.
    """
    found: list[Line] = []
    for line in newest_first(path):
        if after is not None and (line == after or line.time < after.time):
            break
        if before is not None and line == before:
            found.clear()
        elif before is None or line.time <= before.time:
            found.append(line)
    return found[::-1]


def newest(lines: Iterable[Line], most: int) -> list[Line]:
    """At most so many of lines that come newest first; the oldest first."""
    return list(islice(lines, most))[::-1]


def _ms(time: datetime) -> int:
    return int(time.timestamp()) * 1_000 + time.microsecond // 1_000
