"""Recorded one-minute bars, a bid file and an ask file, played as four synthetic ticks a minute.

Both begin with the header `timestamp,open,high,low,close`; a timestamp is an ISO time, UTC where it names no zone. The
ticks are open, high, low and close, at seconds 0, 15, 30 and 59 of the minute. A minute that only one of the two files
has is no quote and is left out.
"""

from collections import deque
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import attrs

from bitten.errors import MarketFileError
from bitten.paper.market.lines import Line, read_lines
from bitten.paper.market.tick import MarketTick
from bitten.units import MINUTE_MS

_HEADER = ("timestamp", "open", "high", "low", "close")
_SECONDS = (0, 15, 30, 59)


@attrs.frozen
class _Minute:
    time: int
    prices: tuple[float, float, float, float]


def read_bars(bid: Path, ask: Path, symbol: str) -> Iterator[MarketTick]:
    """The ticks of the minutes that both files have, in the order of their times.

    Raises MarketFileError, with the line's number, for a line that is broken and a minute that is not after the one
    above; and for two files that have no minute in common.
    """
    bids, asks = _minutes(bid), _minutes(ask)
    bid_minute, ask_minute = next(bids, None), next(asks, None)
    matched = False
    while bid_minute is not None and ask_minute is not None:
        if bid_minute.time < ask_minute.time:
            bid_minute = next(bids, None)
        elif ask_minute.time < bid_minute.time:
            ask_minute = next(asks, None)
        else:
            matched = True
            yield from _ticks(symbol, bid_minute, ask_minute)
            bid_minute, ask_minute = next(bids, None), next(asks, None)
    # what only the longer file has is not played, but a broken line in it is still said
    deque(chain(bids, asks), maxlen=0)
    if not matched:
        raise MarketFileError(f"{bid} and {ask}: no minute is in both")


def _ticks(symbol: str, bid: _Minute, ask: _Minute) -> Iterator[MarketTick]:
    for second, bid_price, ask_price in zip(_SECONDS, bid.prices, ask.prices, strict=True):
        yield MarketTick(symbol, bid_price, ask_price, bid.time + second * 1000, synthetic=True)


def _minutes(path: Path) -> Iterator[_Minute]:
    lines = read_lines(path)
    header = next(lines, None)
    if header is None:
        raise MarketFileError(f"{path}: empty, where one-minute bars belong")
    if header.text != ",".join(_HEADER):
        raise header.wrong(f"one-minute bars begin with {','.join(_HEADER)!r}, not {header.text[:80]!r}")
    newest = -1
    for line in lines:
        minute = _minute(line)
        if minute.time <= newest:
            raise line.wrong("its minute is not after that of the line above")
        newest = minute.time
        yield minute


def _minute(line: Line) -> _Minute:
    stamp, *cells = line.cells(",", len(_HEADER))
    time = line.time(stamp)
    if time % MINUTE_MS:
        raise line.wrong(f"{stamp!r} is not the beginning of a minute")
    open_, high, low, close = (line.price(cell, name) for cell, name in zip(cells, _HEADER[1:], strict=True))
    if high < low:
        raise line.wrong(f"its high {high} is below its low {low}")
    return _Minute(time, (open_, high, low, close))
