"""What a replay leaves behind: a journal as a hub writes it, and beside it the summary and the market's bars."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import attrs
import msgspec

from bitten.errors import BittenError
from bitten.journal import Journal
from bitten.replay.bars import candles_of, write_bars
from bitten.replay.market import Market
from bitten.replay.summary import Summary
from bitten.rules.facts import Draft

JOURNAL, SUMMARY, BARS = "journal.sqlite", "summary.json", "bars.csv"
_AT_ONCE = 5_000
"""Facts a commit."""


@attrs.define(eq=False)
class Output:
    """A folder of its own for each replay."""

    folder: Path
    _journal: Journal
    _drafts: list[Draft] = attrs.field(factory=list)

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[Self]:
        """Make the folder and its journal. Raises BittenError where there is one already, or it cannot be made."""
        path = folder / JOURNAL
        if path.exists():
            raise BittenError(f"--out {folder}: holds a {JOURNAL} already; choose another folder")
        journal = Journal.open(path)
        try:
            output = cls(folder, journal)
            yield output
            output._flush()
            journal.checkpoint()
        finally:
            journal.close()

    def take(self, draft: Draft) -> None:
        """Write a fact, with others, soon."""
        self._drafts.append(draft)
        if len(self._drafts) >= _AT_ONCE:
            self._flush()

    def finish(self, summary: Summary, market: Market) -> None:
        """Write the summary, and the market as bars."""
        (self.folder / SUMMARY).write_bytes(as_file(summary))
        write_bars(self.folder / BARS, candles_of(market))

    def _flush(self) -> None:
        self._journal.append(*self._drafts)
        self._drafts.clear()


def as_file(found: attrs.AttrsInstance) -> bytes:
    """One JSON object, laid out for people too."""
    return msgspec.json.format(msgspec.json.encode(attrs.asdict(found)), indent=2) + b"\n"
