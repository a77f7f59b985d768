"""A recorded market as columns: what tick files and bars hold, in order of time."""

from collections.abc import Callable, Iterator, Mapping

import attrs
import numpy as np
from numpy.typing import NDArray

from bitten.errors import MarketFileError
from bitten.paper.feed import Feed
from bitten.paper.market import MarketTick
from bitten.rules.bars import BULK_MS
from bitten.rules.series import Floats, Times
from bitten.units import MINUTE_MS, SymbolSpec

Places = NDArray[np.intp]
Progress = Callable[[str, int, int], None]
"""What is done, how much of it, and how much there is (0: not known yet)."""
_SAY_EACH = 10_000
_FOREVER = 2**62


@attrs.frozen(eq=False)
class Market:
    """Quotes of one or several symbols; a *place* is a quote's number, from 0."""

    name: str
    specs: Mapping[str, SymbolSpec]
    """By symbol."""
    time: Times
    bid: Floats
    ask: Floats
    places: Mapping[str, Places]
    """Where each symbol's quotes are."""

    def __len__(self) -> int:
        return len(self.time)

    def tick(self, symbol: str, place: int) -> MarketTick:
        """The quote at a place, which is one of `symbol`."""
        return MarketTick(symbol, float(self.bid[place]), float(self.ask[place]), int(self.time[place]))

    def stretches(self) -> Iterator[tuple[int, int]]:
        """The market from place to place, in parts that `Venom.ticks` takes at once."""
        begin = 0
        while begin < len(self):
            end = int(np.searchsorted(self.time, self.time[begin] + BULK_MS, side="right"))
            yield begin, end
            begin = end

    def firsts(self, length: int, offset: int = 0) -> Places:
        """The first place of each period of `length` ms (a minute, a day), `offset` being broker time minus UTC."""
        return np.flatnonzero(np.diff((self.time + offset) // length, prepend=-1))

    def fillable(self, symbol: str, utc_offset: int) -> NDArray[np.bool_]:
        """Of each of a symbol's quotes, whether a broker fills on it: not crossed, and within the symbol's hours."""
        places, spec = self.places[symbol], self.specs[symbol]
        good = self.ask[places] >= self.bid[places]
        minutes, each = np.unique((self.time[places] + utc_offset) // MINUTE_MS, return_inverse=True)
        is_open = np.array([spec.is_open(int(minute) * MINUTE_MS) for minute in minutes], np.bool_)
        return good & is_open[each]


def load(feed: Feed, progress: Progress, begin: int = 0, end: int = _FOREVER) -> Market:
    """Read a market's quotes of `begin` to `end`, market times, ms.

    Raises MarketFileError for a broken file (with the line), and where no quote lies in between.
    """
    names = sorted(feed.specs)
    number = {name: index for index, name in enumerate(names)}
    rows = []
    for count, tick in enumerate(feed.ticks(), start=1):
        if begin <= tick.time < end:
            rows.append((tick.time, tick.bid, tick.ask, number[tick.symbol]))
        if count % _SAY_EACH == 0:
            progress("reading", count, 0)
    if not rows:
        raise MarketFileError(f"{feed.name}: no quote is in the time asked for")
    time, bid, ask, symbol = zip(*rows, strict=True)
    which = np.array(symbol)
    return Market(
        name=feed.name,
        specs=feed.specs,
        time=np.array(time, np.int64),
        bid=np.array(bid),
        ask=np.array(ask),
        places={name: np.flatnonzero(which == number[name]) for name in names},
    )
