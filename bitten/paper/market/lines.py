"""The numbered lines of a market file, plain or gzipped, and the one way to say what is wrong with one."""

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import attrs

from bitten.errors import MarketFileError

_GZIP_MAGIC = b"\x1f\x8b"


@attrs.frozen
class Line:
    """One line of a file, without its end; numbers begin at 1."""

    path: Path
    number: int
    text: str

    def wrong(self, what: str) -> MarketFileError:
        """The error that names the file, this line and what is wrong with it."""
        return MarketFileError(f"{self.path}, line {self.number}: {what}")

    def cells(self, separator: str, count: int) -> list[str]:
        """The line split into exactly `count` cells. Raises MarketFileError."""
        cells = self.text.split(separator)
        if len(cells) != count:
            raise self.wrong(f"{len(cells)} cells where {count} belong: {self.text[:80]!r}")
        return cells

    def price(self, text: str, what: str) -> float:
        """A price above zero. Raises MarketFileError."""
        try:
            price = float(text)
        except ValueError:
            price = 0.0
        if not 0 < price < 1e9:
            raise self.wrong(f"{what} {text!r} is no price above zero")
        return price

    def time(self, iso: str) -> int:
        """Milliseconds since 1970 of an ISO time, which is UTC where it names no zone. Raises MarketFileError."""
        try:
            time = datetime.fromisoformat(iso)
        except ValueError:
            raise self.wrong(f"{iso!r} is no time") from None
        # round, because a float of seconds does not hold every millisecond
        return round((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)


def read_lines(path: Path) -> Iterator[Line]:
    """The file's lines in turn, never all in memory; empty ones are left out. gzip is seen by the file's content.

    Raises MarketFileError for a file that cannot be opened, is damaged, or is no UTF-8 text.
    """
    number = 0
    try:
        with path.open("rb") as raw:
            gzipped = raw.read(2) == _GZIP_MAGIC
        with gzip.open(path, "rt", encoding="utf-8-sig") if gzipped else path.open(encoding="utf-8-sig") as lines:
            for number, text in enumerate(lines, start=1):
                if stripped := text.rstrip("\r\n"):
                    yield Line(path, number, stripped)
    except UnicodeDecodeError as error:
        raise MarketFileError(f"{path}, after line {number}: not UTF-8 text") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise MarketFileError(f"{path}, after line {number}: damaged gzip: {error}") from error
    except OSError as error:
        raise MarketFileError(f"{path}: {error.strerror or error}") from error
