"""Quiet hours and the hour of the daily summary, as clocks on the wall show them: summer time moves them along.

Written as "22:00-07:00", local time, from the first minute until just before the last; it may go past midnight. An
hour that a change of the clocks repeats is quiet both times, and one that it leaves out is missed by nobody.
"""

import re
from datetime import datetime, timedelta, tzinfo

import attrs

_TIME = r"([01]\d|2[0-3]):([0-5]\d)"
_CLOCK = re.compile(rf"{_TIME}\Z")
_SPAN = re.compile(rf"{_TIME}-{_TIME}\Z")


def minutes(clock: str) -> int:
    """Minutes since midnight of "21:00". Raises ValueError."""
    found = _CLOCK.match(clock)
    if found is None:
        raise ValueError(f'{clock!r} must be a time of day as "21:00"')
    return int(found[1]) * 60 + int(found[2])


@attrs.frozen
class Quiet:
    """Hours of a day in which only what is urgent is told: minutes since local midnight. Equal: there are none."""

    start: int = 0
    end: int = 0

    @classmethod
    def of(cls, span: str) -> "Quiet":
        """Of "22:00-07:00", or "" for none. Raises ValueError."""
        if not span:
            return cls()
        if _SPAN.match(span) is None:
            raise ValueError(f'{span!r} must be times of day as "22:00-07:00", or ""')
        start, end = map(minutes, span.split("-"))
        if start == end:
            raise ValueError(f"{span!r} begins when it ends: leave it out, or take the daily summary alone")
        return cls(start, end)

    def holds(self, now: int, zone: tzinfo) -> bool:
        """It is quiet at `now` (ms since 1970) where clocks show `zone`."""
        clock = datetime.fromtimestamp(now / 1000, zone)
        minute = clock.hour * 60 + clock.minute
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


def last_due(now: int, clock: str, zone: tzinfo) -> int:
    """The newest moment (ms since 1970, not after `now`) at which it was `clock`, as "21:00", in `zone`.

    A time that a change of the clocks leaves out is taken by the clock before the change. Raises ValueError.
    """
    hour, minute = divmod(minutes(clock), 60)
    day = datetime.fromtimestamp(now / 1000, zone).replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    today = round(day.timestamp() * 1000)
    return today if today <= now else round((day - timedelta(days=1)).timestamp() * 1000)
