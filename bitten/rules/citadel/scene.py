"""What a shield looks at: a signal, and the market at its time."""

from collections.abc import Iterable
from functools import cached_property, lru_cache

import attrs

from bitten.messages import Signal, Timeframe
from bitten.rules.series import Bars
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.indicators import KEPT
from bitten.rules.venom.shapes import mirrored, unswept_peaks
from bitten.units import Direction

SWING_BARS = 100
"""Newest bars in which a swing is looked for."""


@attrs.frozen(eq=False, kw_only=True)
class Scene:
    """A signal at its market time `market.at`; nothing later is in it."""

    signal: Signal
    market: MarketView
    utc_offset: int
    """Broker time minus UTC, ms."""

    @cached_property
    def entry(self) -> float:
        """The entry as a bid, which is what bars are made of."""
        return self.signal.entry - (self.signal.spread if self.signal.direction is Direction.BUY else 0.0)

    @cached_property
    def stop(self) -> float:
        """The stop as a bid: a SELL is closed at the ask."""
        return self.signal.sl - (self.signal.spread if self.signal.direction is Direction.SELL else 0.0)

    @cached_property
    def _pip(self) -> float:
        return self.market.pip

    @cached_property
    def _sign(self) -> int:
        return self.signal.direction.sign

    def ahead(self, price: float) -> float:
        """How far a bid lies beyond the entry, the signal's way, in pips; negative: behind it."""
        return round((price - self.entry) * self._sign / self._pip, 6)

    def all_ahead(self, prices: Iterable[float]) -> list[float]:
        """`ahead` of each, in a fifth of the time: there are dozens of swings, and a fire waits for them."""
        entry, sign, pip = self.entry, self._sign, self._pip
        return [round((price - entry) * sign / pip, 6) for price in prices]

    def swings_ahead(self, timeframe: Timeframe) -> tuple[float, ...]:
        """Unswept swings on the side that the signal goes to: highs for a BUY. Bids, of the newest bars."""
        return self._swings(timeframe, self.signal.direction)

    def swings_behind(self, timeframe: Timeframe) -> tuple[float, ...]:
        """Unswept swings on the side that the signal comes from: lows for a BUY. Bids, of the newest bars."""
        return self._swings(timeframe, self.signal.direction.opposite)

    def behind_up(self, bars: Bars) -> Bars:
        """The bars, turned so that what lies behind the signal is up: what is asked of highs is then asked of that."""
        return mirrored(bars) if self.signal.direction is Direction.BUY else bars

    def _swings(self, timeframe: Timeframe, side: Direction) -> tuple[float, ...]:
        return swings(self.market.frames(timeframe), side)


@lru_cache(KEPT)
def swings(bars: Bars, side: Direction) -> tuple[float, ...]:
    """Unswept swings, bids: highs for BUY, lows for SELL."""
    sign = side.sign
    edges = (bars.high if side is Direction.BUY else -bars.low)[-SWING_BARS:]
    return tuple((sign * edges[unswept_peaks(edges)]).tolist())
