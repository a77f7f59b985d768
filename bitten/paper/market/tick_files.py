"""Recorded ticks: MetaTrader's export and HistData's ASCII ticks, told apart by their first line.

MetaTrader: tab-separated, a header `<DATE> <TIME> <BID> <ASK> …`, then `2019.01.01 23:00:00.078 1.14605 1.14643 …`.
The export names no zone: its times are taken as UTC. An empty bid or ask has not changed since the line before; a line
with neither (a trade's) is no quote, nor is one before both sides are known.

HistData: `20200101 170000065,bid,ask,volume`. Its times are New York's winter time all year, without daylight saving
(UTC-5); five hours are added.
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from bitten.errors import MarketFileError
from bitten.paper.market.lines import Line, read_lines
from bitten.paper.market.tick import MarketTick
from bitten.units import HOUR_MS

_HISTDATA_OFFSET = 5 * HOUR_MS
_HISTDATA_TIME = re.compile(r"(\d{8}) (\d{6})(\d{3})")
_METATRADER_COLUMNS = ("<DATE>", "<TIME>", "<BID>", "<ASK>")
_BARS_HEADER = "timestamp,open,high,low,close"


def read_ticks(path: Path, symbol: str) -> Iterator[MarketTick]:
    """The ticks of one file, in the order of their times.

    Raises MarketFileError, with the line's number, for a file of another kind, a line that is broken and a time that
    goes backwards (equal times are fine).
    """
    lines = read_lines(path)
    first = next(lines, None)
    if first is None:
        raise MarketFileError(f"{path}: empty, where ticks belong")
    newest = 0
    for line, tick in _reader(first)(chain([first], lines), symbol):
        if tick.time < newest:
            raise line.wrong(f"its time is {newest - tick.time} ms before that of a line above")
        newest = tick.time
        yield tick


def _reader(first: Line) -> Callable[[Iterator[Line], str], Iterator[tuple[Line, MarketTick]]]:
    if first.text.startswith("<DATE>"):
        return _metatrader
    if _HISTDATA_TIME.match(first.text):
        return _histdata
    if first.text.startswith(_BARS_HEADER):
        raise first.wrong("one-minute bars, not ticks: they come as a pair, a bid file and an ask file")
    raise first.wrong(f"neither MetaTrader's tick export nor HistData's: {first.text[:80]!r}")


def _metatrader(lines: Iterator[Line], symbol: str) -> Iterator[tuple[Line, MarketTick]]:
    header = next(lines)
    columns = header.text.split("\t")
    missing = [name for name in _METATRADER_COLUMNS if name not in columns]
    if missing:
        raise header.wrong(f"the header has no column {missing[0]}")
    date, clock, bid_at, ask_at = (columns.index(name) for name in _METATRADER_COLUMNS)
    bid = ask = None
    for line in lines:
        cells = line.cells("\t", len(columns))
        time = line.time(f"{cells[date].replace('.', '-')}T{cells[clock]}")
        bid = line.price(cells[bid_at], "bid") if cells[bid_at] else bid
        ask = line.price(cells[ask_at], "ask") if cells[ask_at] else ask
        if (cells[bid_at] or cells[ask_at]) and bid is not None and ask is not None:
            yield line, MarketTick(symbol, bid, ask, time)


def _histdata(lines: Iterator[Line], symbol: str) -> Iterator[tuple[Line, MarketTick]]:
    for line in lines:
        stamp, bid, ask, _volume = line.cells(",", 4)
        parts = _HISTDATA_TIME.fullmatch(stamp)
        if parts is None:
            raise line.wrong(f"{stamp!r} is no time like 20200101 170000065")
        time = line.time(f"{parts[1]}T{parts[2]}.{parts[3]}") + _HISTDATA_OFFSET
        yield line, MarketTick(symbol, line.price(bid, "bid"), line.price(ask, "ask"), time)
