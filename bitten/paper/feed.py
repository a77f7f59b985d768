"""The market that a paper terminal plays: where its ticks come from, what is traded, and its past."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from bitten.errors import MarketFileError
from bitten.paper.market import MarketTick, SeededMarket, bar_market, default_spec, merged, tick_market
from bitten.units import SymbolSpec
from bitten.wire.market import BarRow

_PAST_MINUTES = 20_000


@attrs.frozen(kw_only=True)
class Feed:
    """A market that is the same each time it is played, so that a place in it is a number of ticks."""

    name: str
    """Tells this market from another one after a restart."""
    specs: Mapping[str, SymbolSpec]
    start: int
    """Market time before the first tick, milliseconds."""
    ticks: Callable[[], Iterator[MarketTick]]
    """All of it from the beginning; raises MarketFileError where a file is broken."""
    past: Callable[[str], Iterable[BarRow]] = lambda _: ()
    """A symbol's one-minute bars from before `start`, oldest first."""


def recorded_ticks(paths: Sequence[Path], symbol: str | None = None) -> Feed:
    """The ticks of files, merged by time. Raises BittenError for a broken file and an unknown symbol."""
    firsts = [_first(tick_market([path], symbol), path) for path in paths]
    return Feed(
        name=" ".join(path.name for path in paths),
        specs={tick.symbol: default_spec(tick.symbol, tick.bid) for tick in reversed(firsts)},
        start=min(tick.time for tick in firsts),
        ticks=lambda: tick_market(paths, symbol),
    )


def recorded_bars(bid: Path, ask: Path, symbol: str | None = None) -> Feed:
    """Four ticks a minute of a pair of bar files. Raises BittenError as `recorded_ticks` does."""
    first = _first(bar_market(bid, ask, symbol), bid)
    return Feed(
        name=f"{bid.name} {ask.name}",
        specs={first.symbol: default_spec(first.symbol, first.bid)},
        start=first.time,
        ticks=lambda: bar_market(bid, ask, symbol),
    )


def made_up(seed: int, symbols: Sequence[str], start: int) -> Feed:
    """A seeded market without end, with a past. Raises BittenError for a symbol whose conditions are not known."""
    markets = {symbol: SeededMarket(seed, symbol, start) for symbol in symbols}
    return Feed(
        name=f"seed {seed} from {start}: {' '.join(symbols)}",
        specs={symbol: market.spec for symbol, market in markets.items()},
        start=max(market.start for market in markets.values()),
        ticks=lambda: merged(market.ticks() for market in markets.values()),
        past=lambda symbol: markets[symbol].history(_PAST_MINUTES),
    )


def _first(ticks: Iterator[MarketTick], path: Path) -> MarketTick:
    tick = next(ticks, None)
    if tick is None:
        raise MarketFileError(f"{path}: no quote is in it")
    return tick
