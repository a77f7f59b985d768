"""Five-minute bars of a whole run, for people to look at: the bars of VENOM, and as many as the run has."""

import attrs

from bitten.messages import Timeframe
from bitten.rules.bars import BULK_MS, BarsSettings, SymbolBars
from bitten.rules.series import Bars, Floats, Times

KEPT = 100_000
"""Almost a year of five-minute bars; of a longer run the newest are kept."""


@attrs.define(eq=False)
class Candles:
    """By symbol, each from one source of ticks."""

    _bars: dict[str, SymbolBars] = attrs.field(factory=dict)
    _newest: dict[str, int] = attrs.field(factory=dict)

    def tick(self, symbol: str, time: int, bid: float) -> None:
        """Take a tick, market time in ms."""
        self.of(symbol).add(time, bid)
        self._newest[symbol] = max(time, self._newest.get(symbol, 0))

    def ticks(self, symbol: str, times: Times, bids: Floats) -> None:
        """Take many, oldest first."""
        bars, begin = self.of(symbol), 0
        while begin < len(times):
            end = int(times.searchsorted(times[begin] + BULK_MS, side="right"))
            bars.add_all(times[begin:end], bids[begin:end])
            begin = end
        if len(times):
            self._newest[symbol] = int(times[-1])

    def of(self, symbol: str) -> SymbolBars:
        """A symbol's bars, which history may be added to."""
        return self._bars.setdefault(symbol, SymbolBars(BarsSettings(keep=KEPT)))

    def closed(self) -> dict[str, Bars]:
        """What there is, by symbol; the bar that the newest tick is in is not closed and left out."""
        ends = {symbol: Timeframe.M5.open_time(newest) for symbol, newest in sorted(self._newest.items())}
        return {symbol: self._bars[symbol].view(Timeframe.M5, end, KEPT) for symbol, end in ends.items()}
