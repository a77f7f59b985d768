"""What a shield looks at: a signal, and the market at its time."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from math import inf

import attrs

from bitten.messages import Signal, Timeframe
from bitten.rules.citadel.calendar import Calendar
from bitten.rules.series import Bars
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.engine import Venom
from bitten.rules.venom.indicators import KEPT
from bitten.rules.venom.shapes import unswept_peaks
from bitten.units import Direction, Quote

SWING_BARS = 100
"""Newest bars in which a swing is looked for."""
_NOISE_PIPS = 5e-7
NO_NEWS = Calendar()
AllBars = Callable[[Timeframe], Mapping[str, Bars]]


def _no_bars(_: Timeframe) -> Mapping[str, Bars]:
    return {}


@attrs.frozen
class SourceQuote:
    """What a source shows of a symbol."""

    user: str
    quote: Quote


@attrs.frozen(eq=False, kw_only=True)
class Scene:
    """A signal at its market time `market.at`; nothing later is in it."""

    signal: Signal
    market: MarketView
    utc_offset: int
    """Broker time minus UTC, ms."""
    calendar: Calendar = NO_NEWS
    """What is published when, as far as it is known."""
    others: tuple[SourceQuote, ...] = ()
    """What the other sources show of the symbol."""
    all_bars: AllBars = _no_bars
    """Closed bars of a timeframe of every symbol, the signal's too."""

    @property
    def entry(self) -> float:
        """The entry as a bid, which is what bars are made of."""
        return self.signal.entry - (self.signal.spread if self.signal.direction is Direction.BUY else 0.0)

    @property
    def stop(self) -> float:
        """The stop as a bid: a SELL is closed at the ask."""
        return self.signal.sl - (self.signal.spread if self.signal.direction is Direction.SELL else 0.0)

    def ahead(self, price: float) -> float:
        """How far a bid lies beyond the entry, the signal's way, in pips; negative: behind it."""
        return round((price - self.entry) * self.signal.direction.sign / self.market.pip, 6)

    def swings_ahead(self, timeframe: Timeframe) -> tuple[float, ...]:
        """Unswept swings on the side that the signal goes to: highs for a BUY. Bids, the lowest first."""
        return swings(self.market.frames(timeframe), self.signal.direction)

    def swings_behind(self, timeframe: Timeframe) -> tuple[float, ...]:
        """Unswept swings on the side that the signal comes from: lows for a BUY. Bids, the lowest first."""
        return swings(self.market.frames(timeframe), self.signal.direction.opposite)

    def swings_to_stop(self, timeframe: Timeframe) -> int:
        """How many of the swings behind stand between entry and stop, or at one of the two."""
        levels, entry, stop = self.swings_behind(timeframe), self.entry, self.stop
        low, high = (stop, entry) if self.signal.direction is Direction.BUY else (entry, stop)
        return max(0, bisect_right(levels, high + self._noise) - bisect_left(levels, low - self._noise))

    def next_swing(self, timeframe: Timeframe) -> float:
        """How far ahead the nearest swing beyond the entry is, in pips; infinite where there is none."""
        levels, entry = self.swings_ahead(timeframe), self.entry
        if self.signal.direction is Direction.BUY:
            beyond = levels[bisect_right(levels, entry + self._noise) :][:1]
        else:
            beyond = levels[: bisect_left(levels, entry - self._noise)][-1:]
        return self.ahead(beyond[0]) if beyond else inf

    @property
    def _noise(self) -> float:
        """Of binary fractions, as a price distance: what is not farther apart is the same price."""
        return self.market.pip * _NOISE_PIPS


def scene_of(
    signal: Signal, venom: Venom, *, utc_offset: int, calendar: Calendar = NO_NEWS, others: Iterable[SourceQuote] = ()
) -> Scene | None:
    """The scene of a signal that VENOM has just made; None where its bars are not known any more.

    `others`: what the other sources show of its symbol now.
    """
    market = venom.market(signal.symbol, signal.made_at)
    if market is None:
        return None
    return Scene(
        signal=signal,
        market=market,
        utc_offset=utc_offset,
        calendar=calendar,
        others=tuple(others),
        all_bars=partial(venom.closed, at=signal.made_at),
    )


@lru_cache(KEPT)
def swings(bars: Bars, side: Direction) -> tuple[float, ...]:
    """Unswept swings, bids, from the lowest to the highest: highs for BUY, lows for SELL."""
    sign = side.sign
    edges = (bars.high if side is Direction.BUY else -bars.low)[-SWING_BARS:]
    return tuple(sorted((sign * edges[unswept_peaks(edges)]).tolist()))
