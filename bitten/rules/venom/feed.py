"""What VENOM keeps of one symbol: the bars, the newest quote, and the quotes that evaluations to come will need."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from bitten.messages import Bar, Evaluate, Timeframe
from bitten.rules.bars import BULK_MS, SymbolBars
from bitten.rules.frame import Closed
from bitten.rules.series import Floats, Times
from bitten.rules.venom.cadence import Cadence
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.settings import VenomSettings
from bitten.rules.venom.spreads import Spreads
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
        self.spreads = Spreads()
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

    def ticks(self, times: Times, bids: Floats, asks: Floats) -> list[Evaluate]:
        """Take quotes as `tick` would one after the other, where no pattern looks at ticks.

        Raises ValueError where their times go back or span more than `rules.bars.BULK_MS`.
        """
        if not len(times):
            return []
        if times[0] < self._time or (np.diff(times) < 0).any() or times[-1] - times[0] > BULK_MS or self._wants_ticks:
            raise ValueError(f"quotes of {self.symbol} from {times[0]} to {times[-1]} cannot be taken at once")
        if self._time < 0:
            self._begin(int(times[0]), _BACK_TICK)
        before = (
            np.diff(times, prepend=self._time),
            np.diff(bids, prepend=self._bid),
            np.diff(asks, prepend=self._ask),
        )
        new = np.logical_or.reduce([each != 0 for each in before])
        self.repeated += len(times) - int(new.sum())
        self.crossed += int((new & (asks < bids)).sum())
        ends = self.bars.add_all(times[new], bids[new])
        places = (np.searchsorted(times, ends) - 1).tolist()
        works = [self._ended(end, place, times, bids, asks) for end, place in zip(ends, places, strict=True)]
        self._time, self._bid, self._ask, self._quote = int(times[-1]), float(bids[-1]), float(asks[-1]), None
        return works

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
        self.spreads.clear()

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
        return self._evaluate(m5.open_time + Timeframe.M5.ms, self._newest())

    def _ended(self, end: int, place: int, times: Times, bids: Floats, asks: Floats) -> Evaluate:
        """The evaluation of an M5 bar that one of these quotes closed; the one at `place` came before it."""
        quote = self._newest() if place < 0 else Quote(float(bids[place]), float(asks[place]), int(times[place]))
        return self._evaluate(end, quote)

    def _evaluate(self, at: int, quote: Quote | None) -> Evaluate:
        if quote is not None:
            self._quotes[at] = quote
            self.spreads.add(quote.bid, quote.ask)
        if len(self._quotes) > PENDING:
            del self._quotes[min(self._quotes)]
        return Evaluate(symbol=self.symbol, trigger="bar", at=at)

    def _newest(self) -> Quote | None:
        if self._quote is None and self._time >= 0:
            self._quote = Quote(self._bid, self._ask, self._time)
        return self._quote
