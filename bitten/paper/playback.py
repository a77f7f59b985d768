"""Playing a market against a clock: market time = where it began + speed × what has passed since (pure)."""

from collections.abc import Iterator

from bitten.paper.market import MarketTick

_AT_ONCE = 2_000
"""Ticks that are played before the sockets are looked at again, when there is much to catch up with."""


class Playback:
    """`now` is the EA's clock, milliseconds; `speed` how much faster than that the market goes, above 0."""

    def __init__(self, ticks: Iterator[MarketTick], start: int, speed: float) -> None:
        self._ticks = ticks
        self._speed = speed
        self._begun: int | None = None
        self._began_at = start
        self._next = next(ticks, None)
        self._newest = start

    @property
    def over(self) -> bool:
        """Every tick was played."""
        return self._next is None

    @property
    def begun(self) -> bool:
        """Market time goes on."""
        return self._begun is not None

    def begin(self, now: int, market_time: int) -> None:
        """It is `market_time` now, and goes on from there."""
        self._begun, self._began_at = now, market_time
        self._newest = max(self._newest, market_time)

    def market_time(self, now: int) -> int:
        """The market's time; after the last tick it stands still."""
        if self._begun is None or self.over:
            return self._newest
        reached = self._began_at + int((now - self._begun) * self._speed)
        # What is due but not yet played must not be in the past.
        assert self._next is not None
        self._newest = max(self._newest, min(reached, self._next.time))
        return self._newest

    def skip(self) -> MarketTick | None:
        """The next tick, whatever its time; None where there is none."""
        tick, self._next = self._next, next(self._ticks, None)
        if tick is not None:
            self._newest = max(self._newest, tick.time)
        return tick

    def due(self, now: int) -> Iterator[MarketTick]:
        """The ticks whose time has come, but only so many at once."""
        if self._begun is None:
            return
        reached = self._began_at + int((now - self._begun) * self._speed)
        for _ in range(_AT_ONCE):
            if self._next is None or self._next.time > reached:
                return
            tick = self.skip()
            assert tick is not None
            yield tick

    def wait(self, now: int) -> int | None:
        """Milliseconds until the next tick; None where none will come by itself."""
        if self._begun is None or self._next is None:
            return None
        due_in = (self._next.time - self._began_at) / self._speed - (now - self._begun)
        return max(0, int(due_in) + 1)
