"""Follows every signal to its end on its source's quotes, fired or not, so that a filter is judged by what it kept out.

As if it had been filled at its own entry and at its own time: a BUY ends at the bid and a SELL at the ask. The stop is
filled at the quote that crossed it, with whatever gap there was, the target at its own price. What reaches neither for
long enough is closed at the quote of that time. Nothing is guessed: a signal whose source was away for longer than a
moment, or that a restart of the hub left alone, has an end that is unknown.
"""

from math import inf

import attrs
import numpy as np

from bitten.messages import FollowedTo, Signal
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.facts import Followed
from bitten.rules.ledger import MOST_FOLLOWED
from bitten.rules.series import Floats, Times
from bitten.units import MINUTE_MS, SECOND_MS, Direction


@attrs.define
class Watch:
    """What is followed on one source's quotes of one symbol."""

    signals: list[Signal]
    low_bid: float = -inf
    high_bid: float = inf
    low_ask: float = -inf
    high_ask: float = inf
    until: float = inf
    newest: int = 0
    """Market time of the newest quote."""
    away: bool = False
    """The source was gone since."""

    def calm(self, time: int, bid: float, ask: float) -> bool:
        """Nothing ends by this quote. Called for every tick of a symbol that has something to follow."""
        if self.low_bid < bid < self.high_bid and self.low_ask < ask < self.high_ask and not self.away:
            self.newest = time
            return time < self.until
        return False

    def bound(self, life_ms: int) -> None:
        """Look once what every quote is then held to."""
        buys = [each for each in self.signals if each.direction is Direction.BUY]
        sells = [each for each in self.signals if each.direction is Direction.SELL]
        self.low_bid = max((each.sl for each in buys), default=-inf)
        self.high_bid = min((each.tp or inf for each in buys), default=inf)
        self.low_ask = max((each.tp for each in sells), default=-inf)
        self.high_ask = min((each.sl for each in sells), default=inf)
        self.until = min((each.made_at + life_ms for each in self.signals), default=inf)


class Following:
    """Which signals are followed. It answers with facts; it journals nothing itself."""

    def __init__(self, settings: CitadelSettings) -> None:
        self._life_ms = settings.follow_minutes * MINUTE_MS
        self._gap_ms = settings.follow_gap_s * SECOND_MS
        self.watches: dict[tuple[str, str], Watch] = {}
        """By user and symbol."""
        self._count = 0

    def begin(self, signal: Signal) -> tuple[Followed, ...]:
        """Follow a signal from its source's next quote on; what had to be let go for it."""
        if not signal.sl or signal.sl == signal.entry:
            return ()
        if any(each.id == signal.id for each in self._signals(signal.source, signal.symbol)):
            return ()
        let_go = (self._let_go(),) if self._count >= MOST_FOLLOWED else ()
        watch = self.watches.setdefault((signal.source, signal.symbol), Watch([], newest=signal.made_at))
        watch.signals.append(signal)
        watch.bound(self._life_ms)
        self._count += 1
        return let_go

    def tick(self, user: str, symbol: str, time: int, bid: float, ask: float) -> tuple[Followed, ...]:
        """What ended by a quote. A crossed one ends nothing: nobody may trade on it."""
        watch = self.watches.get((user, symbol))
        if watch is None or watch.calm(time, bid, ask) or ask < bid:
            return ()
        gap, watch.away = abs(time - watch.newest) if watch.away else 0, False
        watch.newest = time
        if gap > self._gap_ms:
            why = f"its source was away for {gap / SECOND_MS:.0f} s"
            return self._end(user, symbol, {each.id: unknown(each, time, why) for each in watch.signals})
        looked_at = {each.id: _ended(each, time, bid, ask, self._life_ms) for each in watch.signals}
        return self._end(user, symbol, {id_: end for id_, end in looked_at.items() if end is not None})

    def source_gone(self, user: str) -> None:
        """A user's session delivers no more; whether something was missed shows when it is back."""
        for (source, _), watch in self.watches.items():
            watch.away = watch.away or source == user

    def _signals(self, user: str, symbol: str) -> list[Signal]:
        watch = self.watches.get((user, symbol))
        return [] if watch is None else watch.signals

    def _end(self, user: str, symbol: str, ends: dict[str, Followed]) -> tuple[Followed, ...]:
        watch = self.watches[user, symbol]
        watch.signals = [each for each in watch.signals if each.id not in ends]
        self._count -= len(ends)
        if watch.signals:
            watch.bound(self._life_ms)
        else:
            del self.watches[user, symbol]
        return tuple(ends.values())

    def _let_go(self) -> Followed:
        key, oldest = min(
            ((key, each) for key, watch in self.watches.items() for each in watch.signals),
            key=lambda found: (found[1].made_at, found[1].id),
        )
        end = unknown(oldest, oldest.made_at, f"more than {MOST_FOLLOWED:,} signals were followed at once")
        self._end(*key, {oldest.id: end})
        return end


def end_among(signal: Signal, times: Times, bids: Floats, asks: Floats, settings: CitadelSettings) -> Followed | None:
    """The end of a signal by quotes that are all known: what `Following` says of them one by one.

    They are its source's, from the first one after it. None: these do not end it.
    """
    sign, life_ms = signal.direction.sign, settings.follow_minutes * MINUTE_MS
    prices = bids if signal.direction is Direction.BUY else asks
    over = ((prices - signal.sl) * sign <= 0) | (times >= signal.made_at + life_ms)
    if signal.tp:
        over |= (prices - signal.tp) * sign >= 0
    places = np.flatnonzero(over & (asks >= bids))
    if not len(places):
        return None
    first = int(places[0])
    return _ended(signal, int(times[first]), float(bids[first]), float(asks[first]), life_ms)


def unknown(signal: Signal, at: int, why: str) -> Followed:
    """An end that nobody saw."""
    return Followed(signal_id=signal.id, end=FollowedTo.UNKNOWN, at=at, price=0.0, r=None, why=why)


def _ended(signal: Signal, time: int, bid: float, ask: float, life_ms: int) -> Followed | None:
    sign, price = signal.direction.sign, bid if signal.direction is Direction.BUY else ask
    if (price - signal.sl) * sign <= 0:
        return _ended_at(signal, FollowedTo.STOP, time, price)
    if signal.tp and (price - signal.tp) * sign >= 0:
        return _ended_at(signal, FollowedTo.TARGET, time, signal.tp)
    if time >= signal.made_at + life_ms:
        return _ended_at(signal, FollowedTo.EXPIRED, time, price)
    return None


def _ended_at(signal: Signal, end: FollowedTo, time: int, price: float) -> Followed:
    r = (price - signal.entry) * signal.direction.sign / abs(signal.entry - signal.sl)
    return Followed(signal_id=signal.id, end=end, at=time, price=price, r=round(r, 4))
