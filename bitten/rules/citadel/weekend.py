"""weekend: the symbol closes soon, and for long enough that price may open far away from every stop.

The broker's own hours say when (protocol 2.7): vetoed within 2 hours of a close of 24 hours or more. A symbol that is
always open has no weekend.
"""

from functools import lru_cache

from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Veto
from bitten.units import DAY_MS, MINUTE_MS

_WEEK = 7 * 24 * 60
_THURSDAY_MS = 4 * DAY_MS  # 1970 began on a Thursday, a broker's week begins on Sunday 00:00
Hours = tuple[tuple[int, int], ...]


class Weekend:
    """The rule above."""

    name = "weekend"

    def __init__(self, settings: CitadelSettings) -> None:
        self._minutes = settings.weekend_minutes
        self._closed = settings.weekend_closed_hours * 60

    def judge(self, scene: Scene) -> Veto | None:
        """A veto or nothing."""
        minute = (scene.market.at + scene.utc_offset + _THURSDAY_MS) // MINUTE_MS % _WEEK
        left = minutes_to_close(scene.market.spec.hours, minute, self._closed)
        if left is None or left > self._minutes:
            return None
        return Veto(f"{scene.signal.symbol} closes in {left} minutes, for {self._closed // 60} hours or more")


def minutes_to_close(hours: Hours, minute: int, closed: int) -> int | None:
    """From a minute of the broker's week to the next close of at least `closed` minutes; None: there is none."""
    return min(((end - minute) % _WEEK for end in _closes(hours, closed)), default=None)


@lru_cache
def _closes(hours: Hours, closed: int) -> tuple[int, ...]:
    return tuple(end for _, end in hours if _closed_for(hours, end) >= closed)


def _closed_for(hours: Hours, end: int) -> int:
    """Minutes from the end of an open time to the beginning of the next."""
    if any(start <= end % _WEEK < stop for start, stop in hours):
        return 0
    return min((start - end) % _WEEK for start, _ in hours)
