"""What a symbol's spread usually is: of the quotes with which its bars of M5 closed."""

from collections import deque

import attrs
import numpy as np

KEPT = 288
"""Bars of M5: a day without a pause."""


@attrs.frozen(kw_only=True)
class Spread:
    """Of the newest bars of M5, in pips."""

    bars: int
    newest: float
    median: float
    high: float
    """19 of 20 were at most this (the 95th percentile)."""
    highest: float


@attrs.frozen
class Spreads:
    """One symbol's, as its source quotes it."""

    _kept: deque[float] = attrs.field(factory=lambda: deque(maxlen=KEPT))

    def add(self, bid: float, ask: float) -> None:
        """A bar closed on this quote. A crossed one has no spread."""
        if ask >= bid:
            self._kept.append(ask - bid)

    def clear(self) -> None:
        """Another source delivers: its spread is its own."""
        self._kept.clear()

    def summary(self, pip: float) -> Spread | None:
        """What they were, `pip` being the price distance of one; None before the first."""
        if not self._kept:
            return None
        pips = np.array(self._kept) / pip
        median, high, highest = np.percentile(pips, (50, 95, 100)).round(2).tolist()
        return Spread(bars=len(pips), newest=round(float(pips[-1]), 2), median=median, high=high, highest=highest)
