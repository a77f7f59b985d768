"""The outline of a made-up market: M5 bars in whole points, episode after episode.

The episodes are what traders look for: trends, ranges, sweeps of an earlier swing that turn back, bursts out of a
tight base, runs that end in a long wick. Two of three are followed by the move they promise, the third by its contrary.
It is scenery: what is earned in it says nothing about a pattern's worth.
"""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain, islice, repeat

import attrs
import numpy as np

PIP = 10
"""Points."""
_REMEMBERED = 100
"""Bars back in which a swing may lie."""
_WING = 2
"""A swing is the extreme of five bars: itself and two on either side."""
_HOME_PULL = 300 * PIP
"""At this distance from home every episode leads back."""


@attrs.frozen
class OutlineBar:
    """A bar in points, and how many ticks draw it."""

    open: int
    high: int
    low: int
    close: int
    ticks: int

    def extreme(self, sign: int) -> int:
        """The high for +1, the low for -1."""
        return self.high if sign > 0 else self.low


class Outline:
    """Draws bars with a random generator; `home` is the price, in points, that it stays around."""

    def __init__(self, rng: np.random.Generator, home: int) -> None:
        self._rng = rng
        self._home = self._price = home
        self._recent: deque[OutlineBar] = deque(maxlen=_REMEMBERED)

    def past(self, count: int) -> list[OutlineBar]:
        """The first `count` bars."""
        episodes = (self._trend, self._range, self._sweep, self._burst, self._run_out)
        endless = (self._any_of(episodes)(self._direction()) for _ in repeat(None))
        # drawn one at a time, so that the future goes on from the last bar asked for and not from its episode's end
        return list(islice(chain.from_iterable(endless), count))

    def future(self) -> Iterator[OutlineBar]:
        """Bars without end and with little waiting: a sweep, then a burst, a run and a sweep, shuffled each time."""
        yield from self._sweep(self._direction())
        episodes = (self._burst, self._run_out, self._sweep)
        while True:
            for number in self._rng.permutation(len(episodes)):
                yield from episodes[number](self._direction())

    # Episodes. `sign` is +1 for up: the way the trend, the sweep, the burst or the run goes.

    def _trend(self, sign: int) -> Iterator[OutlineBar]:
        for _ in range(self._int(18, 36)):
            pace = self._int(-20, 45)
            yield self._bar(sign, pace, ahead=self._int(5, 25), behind=self._int(5, 25), ticks=self._int(28, 38))

    def _range(self, sign: int) -> Iterator[OutlineBar]:
        yield from self._box(sign, bars=self._int(12, 24), half_height=8 * PIP, ticks=(26, 34))

    def _sweep(self, sign: int) -> Iterator[OutlineBar]:
        """Up to an earlier swing, through it by 4 to 7 pips on a long wick, back inside, and a bar that turns."""
        level = self._swing(sign)
        if level is None:
            yield from self._leg(sign, bars=3, pace=40)
            yield from self._leg(-sign, bars=3, pace=30)
            level = max(bar.extreme(sign) * sign for bar in list(self._recent)[-6:]) * sign
        yield from self._approach(sign, level - sign * 3 * PIP)
        inside = (level - self._price) * sign
        beyond = self._int(4 * PIP, 7 * PIP)
        yield self._bar(sign, -PIP, ahead=inside + beyond, behind=self._int(3, 8), ticks=self._int(40, 48))
        yield self._bar(-sign, self._int(45, 65), ahead=self._int(3, 8), behind=self._int(3, 8), ticks=40)
        yield from self._follow(-sign)

    def _burst(self, sign: int) -> Iterator[OutlineBar]:
        """A base at most 8 pips high, then one bar of thrice a base bar's range and twice its ticks."""
        yield from self._box(sign, bars=self._int(9, 10), half_height=4 * PIP, ticks=(24, 28))
        body = self._int(14 * PIP, 17 * PIP)
        yield self._bar(sign, body, ahead=self._int(5, 15), behind=self._int(3, 8), ticks=self._int(60, 68))
        yield from self._follow(sign)

    def _run_out(self, sign: int) -> Iterator[OutlineBar]:
        """A run that overbuys (oversells), then a bar that is little but a wick."""
        yield from self._box(sign, bars=4, half_height=5 * PIP, ticks=(26, 32))
        yield from self._leg(sign, bars=self._int(9, 11), pace=40)
        ahead = self._int(9 * PIP, 12 * PIP)
        yield self._bar(sign, -self._int(4, 9), ahead=ahead, behind=self._int(3, 8), ticks=self._int(38, 46))
        yield from self._follow(-sign)

    # Pieces of episodes

    def _follow(self, sign: int) -> Iterator[OutlineBar]:
        kept = self._rng.random() < 2 / 3
        yield from self._leg(sign if kept else -sign, bars=self._int(5, 7), pace=45)

    def _leg(self, sign: int, *, bars: int, pace: int) -> Iterator[OutlineBar]:
        for _ in range(bars):
            body = pace + self._int(-12, 12)
            yield self._bar(sign, body, ahead=self._int(3, 15), behind=self._int(3, 20), ticks=self._int(30, 40))

    def _approach(self, sign: int, price: int) -> Iterator[OutlineBar]:
        """To `price` with wicks too short to go beyond it by 3 pips."""
        away = (price - self._price) * sign
        bars = max(2, -(-away // (6 * PIP)))
        for left in range(bars, 0, -1):
            body = (price - self._price) * sign // left
            yield self._bar(sign, body, ahead=self._int(3, 15), behind=self._int(3, 20), ticks=self._int(30, 38))

    def _box(self, sign: int, *, bars: int, half_height: int, ticks: tuple[int, int]) -> Iterator[OutlineBar]:
        """To and fro around the price, never further than `half_height` from it."""
        middle, wick = self._price, half_height // 4
        for number in range(bars):
            side = sign if number % 2 else -sign
            body = (middle + side * self._int(wick, 2 * wick) - self._price) * side
            ahead, behind = self._int(2, wick), self._int(2, wick)
            yield self._bar(side, body, ahead=ahead, behind=behind, ticks=self._int(*ticks))

    def _bar(self, sign: int, body: int, *, ahead: int, behind: int, ticks: int) -> OutlineBar:
        """The next bar: `body` and the wick `ahead` go the way of `sign`, the wick `behind` the other way."""
        open_, close = self._price, self._price + sign * body
        above, below = (ahead, behind) if sign > 0 else (behind, ahead)
        bar = OutlineBar(open_, max(open_, close) + above, min(open_, close) - below, close, ticks)
        self._recent.append(bar)
        self._price = close
        return bar

    def _swing(self, sign: int) -> int | None:
        """The nearest swing beyond the price, 4 to 40 pips away, that no later bar went through."""
        bars = list(self._recent)
        levels = []
        passed = self._price * sign
        for at in range(len(bars) - 1, -1, -1):
            level = bars[at].extreme(sign) * sign
            around = bars[max(0, at - _WING) : at + _WING + 1]
            if level > passed and len(around) == 2 * _WING + 1 and all(b.extreme(sign) * sign <= level for b in around):
                levels.append(level)
            passed = max(passed, level)
        near = [level for level in levels if 4 * PIP <= level - self._price * sign <= 40 * PIP]
        return min(near) * sign if near else None

    def _direction(self) -> int:
        pull = (self._price - self._home) / _HOME_PULL
        return 1 if self._rng.random() > 0.5 + pull / 2 else -1

    def _any_of(
        self, episodes: tuple[Callable[[int], Iterator[OutlineBar]], ...]
    ) -> Callable[[int], Iterator[OutlineBar]]:
        return episodes[self._int(0, len(episodes) - 1)]

    def _int(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return int(self._rng.integers(low, high, endpoint=True))
