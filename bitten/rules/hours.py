"""Hours of the day in UTC, written as "07-10": from 07:00 until just before 10:00; "22-02" goes past midnight."""

import re
from functools import lru_cache

import attrs

from bitten.units import DAY_MS, HOUR_MS

_RANGE = re.compile(r"([01]\d|2[0-3])-([01]\d|2[0-4])\Z")


def within_hours(time: int, ranges: tuple[str, ...]) -> str:
    """The first range that holds market time `time`; "" where none does."""
    return _range_of(time % DAY_MS // HOUR_MS, ranges)


def valid_hours(default: tuple[str, ...], doc: str) -> tuple[str, ...]:
    """A setting of such ranges. Raises ValueError for one that cannot be read."""
    # attrs.field() is typed as what it makes, which this passes on.
    value: tuple[str, ...] = attrs.field(
        default=default, validator=_check, metadata={"doc": doc, "allowed": 'hours as "07-10"'}
    )
    return value


def _check(_: object, attribute: "attrs.Attribute[tuple[str, ...]]", value: tuple[str, ...]) -> None:
    if wrong := [each for each in value if not _RANGE.match(each)]:
        raise ValueError(f'{attribute.name}: {wrong[0]!r} must be hours as "07-10"')


@lru_cache
def _range_of(hour: int, ranges: tuple[str, ...]) -> str:
    return next((each for each in ranges if _holds(each, hour)), "")


def _holds(hours: str, hour: int) -> bool:
    start, end = map(int, hours.split("-"))
    return start <= hour < end if start < end else hour >= start or hour < end
