"""Ticks on their way out: what came since the last send, a message a symbol (protocol 3.1)."""

from collections.abc import Collection, Iterator
from itertools import islice

from bitten.paper.market import MarketTick
from bitten.wire.market import Tick, Ticks

_ROWS = 1_000
"""Rows that fit a frame with room to spare: each is under 60 bytes."""

Row = tuple[int, float, float]


class Quotes:
    """Gathers the ticks of the welcomed symbols between two sends."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Row]] = {}

    def welcome(self, symbols: Collection[str]) -> None:
        """Stream these symbols from now on; what was gathered for an earlier session is dropped."""
        self._rows = {symbol: [] for symbol in symbols}

    def add(self, tick: MarketTick) -> None:
        """A quote of the market; of a symbol that nobody asked for it is dropped."""
        if (rows := self._rows.get(tick.symbol)) is not None:
            rows.append((tick.time, tick.bid, tick.ask))

    def take(self, session: str) -> Iterator[Tick | Ticks]:
        """What came since the last time, oldest first."""
        for symbol, rows in self._rows.items():
            if not rows:
                continue
            self._rows[symbol] = []
            pending = iter(rows)
            while some := tuple(islice(pending, _ROWS)):
                yield _message(session, symbol, some)


def _message(session: str, symbol: str, rows: tuple[Row, ...]) -> Tick | Ticks:
    if len(rows) > 1:
        return Ticks(session=session, symbol=symbol, rows=rows)
    ((time, bid, ask),) = rows
    return Tick(session=session, symbol=symbol, bid=bid, ask=ask, time=time)
