"""The closed bars that a paper terminal can give for warm-up: of the market's past, and of the ticks it has seen.

One-minute bars of the bid are kept; longer ones are composed of them. A second implementation on purpose: the hub's
bars come from the same ticks by other code.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from itertools import groupby

from bitten.paper.market import MarketTick
from bitten.units import HOUR_MS, MINUTE_MS
from bitten.wire.market import BarRow
from bitten.wire.session import Timeframe

LENGTH_MS: dict[Timeframe, int] = {"M1": MINUTE_MS, "M5": 5 * MINUTE_MS, "M15": 15 * MINUTE_MS, "H1": HOUR_MS}
_KEPT = 100_000
"""One-minute bars a symbol: more than two months of open hours."""


class BarBook:
    """Fed with every tick, in the order of their times."""

    def __init__(self) -> None:
        self._minutes: dict[str, deque[BarRow]] = defaultdict(lambda: deque(maxlen=_KEPT))

    def begin(self, symbol: str, past: Iterable[BarRow]) -> None:
        """One-minute bars from before the first tick, oldest first."""
        self._minutes[symbol].extend(past)

    def add(self, tick: MarketTick) -> None:
        """A quote enters its minute; a synthetic one counts for no volume."""
        minutes = self._minutes[tick.symbol]
        begin = tick.time - tick.time % MINUTE_MS
        count = 0.0 if tick.synthetic else 1.0
        if minutes and minutes[-1][0] == begin:
            _, open_, high, low, _, volume = minutes[-1]
            minutes[-1] = (begin, open_, max(high, tick.bid), min(low, tick.bid), tick.bid, volume + count)
        else:
            minutes.append((begin, tick.bid, tick.bid, tick.bid, tick.bid, count))

    def closed(self, symbol: str, timeframe: Timeframe, count: int, now: int) -> tuple[BarRow, ...]:
        """The newest `count` bars that market time `now` has passed the end of, oldest first, or as many as there are.

        A bar of which only the end is known, because the market began inside it, is left out.
        """
        minutes = self._minutes[symbol]
        length = LENGTH_MS[timeframe]
        if not minutes:
            return ()
        begin = -(-minutes[0][0] // length) * length
        whole = (row for row in minutes if begin <= row[0] and row[0] - row[0] % length + length <= now)
        groups = groupby(whole, lambda row: row[0] - row[0] % length)
        bars = [_compose(open_time, list(rows)) for open_time, rows in groups]
        return tuple(bars[-count:])


def _compose(open_time: int, rows: list[BarRow]) -> BarRow:
    high, low = max(row[2] for row in rows), min(row[3] for row in rows)
    return (open_time, rows[0][1], high, low, rows[-1][4], sum(row[5] for row in rows))
