"""Market files by their names: whose symbol they are, and several of them as one market."""

import heapq
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bitten.errors import MarketFileError
from bitten.paper.market.bar_files import read_bars
from bitten.paper.market.tick import MarketTick
from bitten.paper.market.tick_files import read_ticks

_NAME = re.compile(r"(?:DAT_ASCII_)?([A-Za-z]+)")


def symbol_of(path: Path) -> str:
    """The letters that the file's name begins with, `EURUSD` of `EURUSD_2019-01-01_ticks.csv.gz`.

    HistData's own prefix does not count: `DAT_ASCII_EURUSD_T_202001.csv` is EURUSD. Raises MarketFileError for a name
    that begins otherwise.
    """
    name = _NAME.match(path.name)
    if name is None:
        raise MarketFileError(f"{path}: its name begins with no symbol; give the symbol")
    return name[1].upper()


def tick_market(paths: Iterable[Path], symbol: str | None = None) -> Iterator[MarketTick]:
    """The ticks of several files, merged by time; of equal times the earlier file's come first.

    Without `symbol` each file's name says whose ticks they are. Raises MarketFileError as they are read.
    """
    return merged(read_ticks(path, symbol or symbol_of(path)) for path in paths)


def bar_market(bid: Path, ask: Path, symbol: str | None = None) -> Iterator[MarketTick]:
    """The four ticks a minute of a pair of bar files, which without `symbol` must be named after the same one."""
    if symbol is None:
        symbol = symbol_of(bid)
        if symbol_of(ask) != symbol:
            raise MarketFileError(f"{bid} is of {symbol}, {ask} of {symbol_of(ask)}: bid and ask of one symbol belong")
    return read_bars(bid, ask, symbol)


def merged(markets: Iterable[Iterator[MarketTick]]) -> Iterator[MarketTick]:
    """Several markets as one, by time; each must be in the order of its own times."""
    return heapq.merge(*markets, key=lambda tick: tick.time)
