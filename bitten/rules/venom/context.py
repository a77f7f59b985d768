"""The market as patterns see it: one symbol at one market time, and nothing later."""

from collections.abc import Callable
from functools import cached_property

import attrs

from bitten.messages import Timeframe
from bitten.rules.series import Bars
from bitten.rules.venom import indicators
from bitten.units import Quote, SymbolSpec

WARM_BARS = 20
"""Bars from which a timeframe is warm."""
SYNTHETIC_M5_TICKS = 20
"""Four made-up ticks a minute for five minutes. Where no bar has more, counting ticks tells nothing about volume."""


@attrs.frozen(eq=False, kw_only=True)
class MarketView:
    """What is known of `symbol` at market time `at`."""

    symbol: str
    at: int
    quote: Quote
    """The last quote before `at`; for a tick pattern the newest one."""
    spec: SymbolSpec
    frames: Callable[[Timeframe], Bars]
    """Closed whole bars of a timeframe, oldest first, ending at or before `at`."""

    pip: float = attrs.field(init=False)
    """The price distance of one pip."""
    spread: float = attrs.field(init=False)
    """Ask minus bid, a price distance."""
    m5: Bars = attrs.field()
    """The bars that patterns work on: the frame M5."""

    @pip.default
    def _pip(self) -> float:
        return self.spec.pip

    @spread.default
    def _spread(self) -> float:
        return self.quote.ask - self.quote.bid

    @m5.default
    def _m5(self) -> Bars:
        return self.frames(Timeframe.M5)

    def pips(self, distance: float) -> float:
        """A price distance in pips, freed from the noise of binary fractions so that it may be held to a threshold."""
        return round(float(distance) / self.pip, 6)

    def warm(self, timeframe: Timeframe) -> bool:
        """There are enough bars to judge by."""
        return len(self.frames(timeframe)) >= WARM_BARS

    @property
    def atr(self) -> float:
        """ATR14 of M5, a price distance; NaN with fewer than 15 bars."""
        return indicators.atr(self.m5)

    @property
    def rsi(self) -> float:
        """RSI14 of M5, 0 to 100; NaN with fewer than 15 bars."""
        return indicators.rsi(self.m5)

    @property
    def regime(self) -> str:
        """`trend_up`, `trend_down` or `range`, read from M15; `range` while there are too few bars to tell."""
        return indicators.regime(self.frames(Timeframe.M15))

    @cached_property
    def has_volume(self) -> bool:
        """The count of ticks means something: they are not all synthetic, and they are not too few to compare."""
        recent = self.m5.volume[-WARM_BARS:]
        return len(recent) > 0 and float(recent.max()) > SYNTHETIC_M5_TICKS
