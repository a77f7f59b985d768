"""The market as the host reads it: records through a pipe, packed as `Record` of terminal/playback.hpp."""

import os
import struct
from collections.abc import Iterator

from bitten.paper.feed import Feed
from bitten.units import SymbolSpec

_RECORD = struct.Struct("=q4dqii")
_TICK, _PAST_BAR = 0, 1
_BLOCK = 64 * 1024
_FILLING = {"fok": 1, "ioc": 2}
_TRADE_MODE = ("disabled", "long_only", "short_only", "close_only", "full")


def symbol_line(spec: SymbolSpec) -> str:
    """The command that tells the terminal of a symbol."""
    hours = ",".join(f"{start}-{end}" for start, end in spec.hours)
    return (
        f"symbol {spec.symbol} digits={spec.digits} point={spec.point} tick_size={spec.tick_size} "
        f"tick_value={spec.tick_value} contract_size={spec.contract_size} volume_min={spec.volume_min} "
        f"volume_max={spec.volume_max} volume_step={spec.volume_step} stops_level={spec.stops_level} "
        f"freeze_level={spec.freeze_level} filling={sum(_FILLING.get(name, 0) for name in spec.filling)} "
        f"trade_mode={_TRADE_MODE.index(spec.trade_mode)} hours={hours}"
    )


def pour(feed: Feed, pipe: int) -> None:
    """Write the whole market, its past first; returns early when nobody reads it any more."""
    waiting = bytearray()
    try:
        for record in records(feed):
            waiting += record
            if len(waiting) >= _BLOCK:
                _write(pipe, waiting)
        _write(pipe, waiting)
    except BrokenPipeError:
        return
    finally:
        os.close(pipe)


def records(feed: Feed) -> Iterator[bytes]:
    """One record a bar of the past and a tick."""
    numbers = {symbol: number for number, symbol in enumerate(feed.specs)}
    for symbol, number in numbers.items():
        for time, opened, high, low, close, volume in feed.past(symbol):
            yield _RECORD.pack(time, opened, high, low, close, int(volume), _PAST_BAR, number)
    for tick in feed.ticks():
        yield _RECORD.pack(tick.time, tick.bid, tick.ask, 0.0, 0.0, 0, _TICK, numbers[tick.symbol])


def _write(pipe: int, waiting: bytearray) -> None:
    while waiting:
        del waiting[: os.write(pipe, waiting)]
