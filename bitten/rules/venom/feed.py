"""What VENOM keeps of one symbol: the bars, the newest quote, and the quotes that evaluations to come will need."""

from collections.abc import Sequence
from functools import partial

from bitten.messages import Bar, Evaluate, Timeframe
from bitten.rules.bars import SymbolBars
from bitten.rules.frame import Closed
from bitten.rules.venom.cadence import Cadence
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.settings import VenomSettings
from bitten.units import DAY_MS, HOUR_MS, Quote, SymbolSpec

PENDING = 64
"""Evaluations of a symbol that may wait; an older one has lost its quote."""

_BACK_TICK = HOUR_MS  # feeds of one market differ by seconds
_BACK_HISTORY = 7 * DAY_MS  # the newest closed bar may be from before a long weekend


class Feed:
    """A symbol as one source delivers it."""

    def __init__(self, symbol: str, settings: VenomSettings, wants_ticks: bool) -> None:
        self.symbol = symbol
        self.source = ""  # user whose ticks count; "": nobody's
        self.bars = SymbolBars(settings.bars)
        self.cadence = Cadence(settings)
        self.repeated = 0
        self.crossed = 0
        self._settings = settings
        self._wants_ticks = wants_ticks
        self._time, self._bid, self._ask = -1, 0.0, 0.0
        self._quote: Quote | None = None  # of these three, once it was asked for
        self._quotes: dict[int, Quote] = {}
        self._shown: MarketView | None = None

    def tick(self, time: int, bid: float, ask: float) -> Evaluate | None:
        """Take a quote; what is to be evaluated because of it."""
        if time == self._time and bid == self._bid and ask == self._ask:
            self.repeated += 1
            return None
        if self._time < 0:
            self._begin(time, _BACK_TICK)
        closed = self.bars.add(time, bid)
        work = self._work(closed) if closed else None
        if ask < bid:
            self.crossed += 1
        if time >= self._time:
            self._time, self._bid, self._ask, self._quote = time, bid, ask, None
        if work is None and self._wants_ticks:
            return Evaluate(symbol=self.symbol, trigger="tick", at=self._time)
        return work

    def seed(self, timeframe: Timeframe, bars: Sequence[Bar]) -> None:
        """Take history."""
        if self._time < 0 and bars:
            self._begin(bars[-1].open_time + timeframe.ms, _BACK_HISTORY)
        self.bars.seed(timeframe, bars)

    def advance(self, time: int) -> Evaluate | None:
        """Market time passed without a tick."""
        closed = self.bars.advance(time)
        return self._work(closed) if closed else None

    def change_source(self, user: str) -> None:
        """Another session delivers from now on ("": nobody does)."""
        self.source = user
        self._time, self._quote = -1, None
        self.bars.interrupt()

    def quote_for(self, work: Evaluate) -> Quote | None:
        """The quote that an evaluation is about; None where there is none, or it waited too long."""
        return self._quotes.get(work.at) if work.trigger == "bar" else self._newest()

    def quote_at(self, at: int) -> Quote | None:
        """The quote of the bar that closed at `at`; else, where patterns look at ticks, the newest."""
        return self._quotes.get(at) or (self._newest() if self._wants_ticks else None)

    def view(self, at: int, quote: Quote, spec: SymbolSpec) -> MarketView:
        """The market at `at`; to who asks the same again, in one evaluation, the same one."""
        shown, m5 = self._shown, self.bars.view(Timeframe.M5, at)
        if shown is None or (shown.at, shown.quote, shown.spec) != (at, quote, spec) or shown.m5 is not m5:
            frames = partial(self.bars.view, end=at)
            self._shown = shown = MarketView(symbol=self.symbol, at=at, quote=quote, spec=spec, m5=m5, frames=frames)
        return shown

    def _begin(self, time: int, back: int) -> None:
        """A source delivers for the first time. Where that is long past, another market began: forget the old one."""
        if time < self.bars.market_time - back:
            self.bars, self.cadence = SymbolBars(self._settings.bars), Cadence(self._settings)
            self._quotes.clear()

    def _work(self, closed: tuple[Closed, ...]) -> Evaluate | None:
        """The evaluation of an M5 bar's close, on the last quote before it, whatever closed it."""
        m5 = next((each.bar for each in closed if each.timeframe is Timeframe.M5), None)
        if m5 is None:
            return None
        at = m5.open_time + Timeframe.M5.ms
        if quote := self._newest():
            self._quotes[at] = quote
        if len(self._quotes) > PENDING:
            del self._quotes[min(self._quotes)]
        return Evaluate(symbol=self.symbol, trigger="bar", at=at)

    def _newest(self) -> Quote | None:
        if self._quote is None and self._time >= 0:
            self._quote = Quote(self._bid, self._ask, self._time)
        return self._quote
