"""VENOM's brain: ticks in, signals out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

import attrs

from bitten.messages import Bar, Evaluate, Signal, Timeframe
from bitten.rules.plugins import crash_of
from bitten.rules.series import Bars, Floats, Times
from bitten.rules.venom.cadence import market_gate
from bitten.rules.venom.calibration import UNCALIBRATED, Calibration
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.feed import Feed
from bitten.rules.venom.outcome import Crash, Outcome, Silence, VenomStatistics
from bitten.rules.venom.pattern import Candidate, NoSignal, Pattern
from bitten.rules.venom.plan import planned, signal
from bitten.rules.venom.settings import VenomSettings
from bitten.rules.venom.spreads import Spread
from bitten.units import Direction, Quote, SymbolSpec

_MOST_REASONS = 256
_ONE_WAY = {"long_only": Direction.BUY, "short_only": Direction.SELL}


class Venom:
    """Bars and quotes by symbol, and what the patterns make of them.

    `tick` and `heartbeat` only note what happened and say what is to be evaluated; `evaluate` may come any time later
    and sees nothing newer than what it is about. Signals are a function of the source's ticks alone: a heartbeat makes
    one earlier, never another.
    """

    def __init__(
        self, settings: VenomSettings, patterns: Sequence[Pattern], calibration: Calibration = UNCALIBRATED
    ) -> None:
        self._settings = settings
        self._calibration = calibration
        self._patterns = tuple(patterns)
        self._wants_ticks = any(pattern.trigger == "tick" for pattern in patterns)
        self._feeds: dict[str, Feed] = {}
        self._specs: dict[tuple[str, str], tuple[SymbolSpec, int]] = {}
        self._benched: dict[str, str] = {}
        self._silences: Counter[tuple[str, str]] = Counter()
        self._signals = 0
        self._ignored = 0

    def tick(self, user: str, symbol: str, time: int, bid: float, ask: float) -> Evaluate | None:
        """Take a quote of a user's session. Called for every tick received."""
        feed = self._feeds.get(symbol)
        if feed is None or feed.source != user:
            feed = self._admit(user, symbol)
            if feed is None:
                self._ignored += 1
                return None
        return feed.tick(time, bid, ask)

    @property
    def wants_ticks(self) -> bool:
        """A pattern looks at ticks: none may be left out."""
        return self._wants_ticks

    def ticks(self, user: str, symbol: str, times: Times, bids: Floats, asks: Floats) -> list[Evaluate]:
        """Take quotes of a user's session as `tick` would one after the other; see `Feed.ticks`. Raises ValueError."""
        feed = self._admit(user, symbol)
        if feed is None:
            self._ignored += len(times)
            return []
        return feed.ticks(times, bids, asks)

    def heartbeat(self, user: str, market_time: int) -> list[Evaluate]:
        """A session says what time it is: the bars of the symbols that it is the source of close by it, no others."""
        due = (feed.advance(market_time) for feed in self._feeds.values() if feed.source == user)
        return [work for work in due if work is not None]

    def seed(self, user: str, symbol: str, timeframe: Timeframe, bars: Sequence[Bar]) -> None:
        """Take a session's history (protocol 3.2)."""
        feed = self._admit(user, symbol)
        if feed is None:
            self._ignored += 1
        else:
            feed.seed(timeframe, bars)

    def spec(self, user: str, spec: SymbolSpec, utc_offset: int) -> None:
        """Take a symbol's conditions as a session reports them, and its broker's offset from UTC, ms."""
        known = (user, spec.symbol) in self._specs
        if known or len(self._specs) < self._settings.max_symbols * 100:
            self._specs[user, spec.symbol] = spec, utc_offset

    def source_gone(self, user: str) -> None:
        """The user's session is not live any more: whoever delivers next may take its place."""
        self._specs = {key: value for key, value in self._specs.items() if key[0] != user}
        for feed in self._feeds.values():
            if feed.source == user:
                feed.change_source("")

    def market(self, symbol: str, at: int) -> MarketView | None:
        """The symbol at the close of the M5 bar that ended at `at`; None where that is not known (any more).

        Where patterns look at ticks, any other time may be that of a tick: it is shown with the newest quote.
        """
        feed = self._feeds.get(symbol)
        view = self._view(feed, at, feed.quote_at(at) if feed is not None else None)
        return view if isinstance(view, MarketView) else None

    def closed(self, timeframe: Timeframe, at: int) -> dict[str, Bars]:
        """Bars of every symbol up to the last one that ended before market time `at`.

        Not one that ends at `at`: whether it is closed yet would depend on whose tick came first.
        """
        end = timeframe.open_time(at - 1)
        return {feed.symbol: feed.bars.view(timeframe, end) for feed in self._feeds.values()}

    def evaluate(self, work: Evaluate) -> Outcome:
        """Ask the patterns. At most one signal: the best score, of equals the one named first in the configuration."""
        feed = self._feeds.get(work.symbol)
        view = self._view(feed, work.at, feed.quote_for(work) if feed is not None else None)
        if feed is None or isinstance(view, str):
            return self._count(Outcome(silences=(Silence("", str(view)),)))
        offset = self._specs[feed.source, work.symbol][1]
        gate = market_gate(view, work, offset, self._settings) or feed.cadence.too_soon(work.at)
        if gate:
            return self._count(Outcome(silences=(Silence("", gate),)))
        outcome = self._count(self._ask(view, work, feed.source))
        if outcome.signal is not None:
            feed.cadence.made(work.at)
            self._signals += 1
        return outcome

    def is_source(self, user: str, symbol: str) -> bool:
        """The user's quotes of a symbol are those that count."""
        feed = self._feeds.get(symbol)
        return feed is not None and feed.source == user

    def statistics(self) -> VenomStatistics:
        """What happened so far."""
        feeds = self._feeds.values()
        return VenomStatistics(
            sources={feed.symbol: feed.source for feed in feeds},
            bars={timeframe: sum(feed.bars.closed[timeframe] for feed in feeds) for timeframe in Timeframe},
            signals=self._signals,
            silences=dict(self._silences),
            spreads=dict(self._spreads()),
            benched=dict(self._benched),
            late=sum(feed.bars.late for feed in feeds),
            repeated=sum(feed.repeated for feed in feeds),
            crossed=sum(feed.crossed for feed in feeds),
            ignored=self._ignored,
        )

    def _spreads(self) -> Iterator[tuple[str, Spread]]:
        for feed in self._feeds.values():
            known = self._specs.get((feed.source, feed.symbol))
            spread = None if known is None else feed.spreads.summary(known[0].pip)
            if spread is not None:
                yield feed.symbol, spread

    def _admit(self, user: str, symbol: str) -> Feed | None:
        """The symbol's feed, if this user is its source or becomes it."""
        if self._rank(user) is None:
            return None
        feed = self._feeds.get(symbol)
        if feed is None:
            if len(self._feeds) >= self._settings.max_symbols:
                return None
            feed = self._feeds[symbol] = Feed(symbol, self._settings, self._wants_ticks)
        if feed.source != user:
            if feed.source and not (self._rank(user) or 0) < (self._rank(feed.source) or 0):
                return None
            feed.change_source(user)
        return feed

    def _rank(self, user: str) -> int | None:
        """Place in the order of preference; None: not a source. Without an order all are alike."""
        sources = self._settings.sources
        if not sources:
            return 0
        return sources.index(user) if user in sources else None

    def _view(self, feed: Feed | None, at: int, quote: Quote | None) -> MarketView | str:
        """What an evaluation at `at` is about, or the word for why there is nothing to look at."""
        if feed is None or quote is None:
            return "no_quote"
        known = self._specs.get((feed.source, feed.symbol))
        return "no_spec" if known is None else feed.view(at, quote, known[0])

    def _ask(self, view: MarketView, work: Evaluate, source: str) -> Outcome:
        silences: list[Silence] = []
        crashes: list[Crash] = []
        found: list[tuple[Candidate, Pattern]] = []
        for pattern in self._patterns:
            if pattern.name in self._benched or (work.trigger == "tick" and pattern.trigger != "tick"):
                continue
            try:
                answer = _checked(pattern.detect(view))
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in may raise anything, and must cost only itself
                crashes.append(Crash(pattern.name, crash_of(error)))
                self._benched[pattern.name] = crashes[-1].error
                continue
            if isinstance(answer, Candidate):
                found.append((answer, pattern))
            else:
                silences.append(_silence(pattern.name, "nothing_found" if answer is None else answer.reason))
        best, refused = self._best(found, view, source)
        return Outcome(best, (*silences, *refused), tuple(crashes))

    def _best(
        self, found: list[tuple[Candidate, Pattern]], view: MarketView, source: str
    ) -> tuple[Signal | None, list[Silence]]:
        best: Signal | None = None
        refused = []
        ranked = sorted(found, key=lambda each: -each[0].score) if len(found) > 1 else found
        for candidate, pattern in ranked:
            made = self._signal(candidate, pattern, view, source) if best is None else "outscored"
            if isinstance(made, Signal):
                best = made
            else:
                refused.append(Silence(pattern.name, made))
        return best, refused

    def _signal(self, candidate: Candidate, pattern: Pattern, view: MarketView, source: str) -> Signal | str:
        if _ONE_WAY.get(view.spec.trade_mode, candidate.direction) is not candidate.direction:
            return "not_traded"
        plan = candidate.plan or planned(pattern.kind, view, self._settings)
        if plan is None:
            return "no_atr"
        made = signal(pattern, candidate, plan, view, source)
        if made is None:
            return "no_room"
        rate = self._calibration.of(made.pattern, made.score)
        return made if rate is None else attrs.evolve(made, hit_rate=rate)

    def _count(self, outcome: Outcome) -> Outcome:
        for silence in outcome.silences:
            key = (silence.pattern, silence.reason)
            if key not in self._silences and len(self._silences) >= _MOST_REASONS:
                key = (silence.pattern, "other")
            self._silences[key] += 1
        return outcome


@lru_cache(_MOST_REASONS)
def _silence(pattern: str, reason: str) -> Silence:
    """Mostly the same few, at every bar."""
    return Silence(pattern, reason)


def _checked(answer: object) -> Candidate | NoSignal | None:
    if answer is None or isinstance(answer, Candidate | NoSignal):
        return answer
    raise TypeError(f"detect() answered {answer!r}: must be a Candidate, NoSignal or None")
