"""The market of a replay as five-minute bars, beside its journal: a journal tells no prices that nobody traded at."""

import csv
from pathlib import Path

from bitten.replay.market import Market
from bitten.rules.candles import Candles
from bitten.rules.series import Bars

HEAD = ("symbol", "time", "open", "high", "low", "close")


def candles_of(market: Market) -> dict[str, Bars]:
    """By symbol."""
    candles = Candles()
    for symbol, places in market.places.items():
        candles.ticks(symbol, market.time[places], market.bid[places])
    return candles.closed()


def write_bars(path: Path, bars: dict[str, Bars]) -> None:
    """A line a bar: its symbol, when it opened (ms of market time), and its prices of the bid."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(HEAD)
        for symbol, each in bars.items():
            columns = (each.time, each.open, each.high, each.low, each.close)
            lines.writerows((symbol, *row) for row in zip(*(column.tolist() for column in columns), strict=True))
