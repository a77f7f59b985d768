"""Where the bars of a run are: beside a replay's journal as a file, beside a hub's as ticks on its tape."""

import csv
from pathlib import Path

import numpy as np

from bitten import tape
from bitten.errors import BittenError
from bitten.messages import Bar, Timeframe
from bitten.replay.bars import HEAD
from bitten.replay.output import BARS
from bitten.rules import taped
from bitten.rules.candles import Candles
from bitten.rules.series import Bars


def bars_beside(journal: Path) -> dict[str, Bars]:
    """By symbol; empty where neither is there. Raises BittenError for what cannot be read."""
    file = journal.with_name(BARS)
    return _from_file(file) if file.exists() else _from_tapes(journal)


def _from_file(path: Path) -> dict[str, Bars]:
    columns: dict[str, list[tuple[float, ...]]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            if tuple(next(lines, ())) != HEAD:
                raise BittenError(f"{path}: no bars of a replay; its first line must be {','.join(HEAD)}")
            for symbol, *numbers in lines:
                columns.setdefault(symbol, []).append(tuple(map(float, numbers)))
    except (OSError, ValueError) as error:
        raise BittenError(f"{path}: cannot be read: {error}") from None
    return {symbol: _bars(rows) for symbol, rows in columns.items()}


def _bars(rows: list[tuple[float, ...]]) -> Bars:
    table = np.array(rows, np.float64)
    begins, opens, highs, lows, closes = (table[:, place] for place in range(5))
    return Bars(begins.astype(np.int64), opens, highs, lows, closes, np.zeros(len(rows)))


def _from_tapes(journal: Path) -> dict[str, Bars]:
    """Of each symbol by the first user whose EA delivered it: two brokers' prices make no bar."""
    candles, sources = Candles(), dict[str, str]()
    for path in tape.tapes(journal):
        for record in tape.read(path):
            if not isinstance(record, taped.Ticked | taped.Seeded):
                continue
            if sources.setdefault(record.symbol, record.user) != record.user:
                continue
            if isinstance(record, taped.Ticked):
                candles.tick(record.symbol, record.time, record.bid)
            else:
                rows = [Bar(*row) for row in record.rows]
                candles.of(record.symbol).seed(Timeframe(record.timeframe), rows)
    return candles.closed()
