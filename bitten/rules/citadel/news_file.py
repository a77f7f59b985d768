"""The operator's calendar file: CSV, one event a line.

    time,currency,importance,name
    # what a line beginning with # says is for people
    2026-11-25T13:30Z,USD,high,Core PCE Price Index m/m
    2026-12-25T00:00+00:00,ALL,high,Christmas Day

The first line is that header. `time` is ISO 8601 with its zone (Z, or an offset as +02:00): a time without one would be
read an hour off for half of the year. `currency` is three letters, or ALL; `importance` is low, moderate or high.
"""

import csv
from collections.abc import Iterator
from datetime import datetime

import attrs

from bitten.rules.citadel.calendar import IMPORTANCES, Calendar, Event

HEADER = ("time", "currency", "importance", "name")
MOST_EVENTS = 100_000
_MOST_PROBLEMS = 20


@attrs.frozen
class Reading:
    """What a file's text says."""

    calendar: Calendar
    problems: tuple[str, ...]
    """Each with its line; where there are any, the calendar is not whole."""


def read(text: str) -> Reading:
    """Read a calendar file. Says every mistake at once, up to twenty of them."""
    events: list[Event] = []
    problems: list[str] = []
    rows = _rows(text.removeprefix("\ufeff"), problems)
    number, header = next(rows, (1, []))
    if not problems and tuple(header) != HEADER:
        problems.append(f"line {number}: must be the header {','.join(HEADER)}")
    for number, row in rows:
        try:
            events.append(_event(row))
        except ValueError as error:
            problems.append(f"line {number}: {error}")
    if len(events) > MOST_EVENTS:
        problems.append(f"{len(events):,} events: must be at most {MOST_EVENTS:,}")
    more = len(problems) - _MOST_PROBLEMS
    kept = [*problems[:_MOST_PROBLEMS], f"and {more} more"] if more > 0 else problems
    return Reading(Calendar(events), tuple(kept))


def _rows(text: str, problems: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Lines that say something, by their number. A line is an event: none goes on in the next."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            (row,) = csv.reader([line], strict=True, skipinitialspace=True)
        except csv.Error as error:
            problems.append(f"line {number}: {error}")
            continue
        yield number, [field.strip() for field in row]


def _event(row: list[str]) -> Event:
    if len(row) != len(HEADER):
        raise ValueError(f"{len(row)} fields: must be {len(HEADER)}, {','.join(HEADER)}")
    time, currency, importance, name = row
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise ValueError(f"currency = {currency!r}: must be three letters as USD, or ALL")
    if importance.lower() not in IMPORTANCES:
        raise ValueError(f"importance = {importance!r}: must be one of {', '.join(IMPORTANCES)}")
    if not name:
        raise ValueError("name = '': must say what it is")
    return Event(_time(time), currency, IMPORTANCES[importance.lower()], name)


def _time(text: str) -> int:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None or when.timestamp() < 0:
        raise ValueError(f"time = {text!r}: must be as 2026-11-25T13:30Z, with Z or an offset as +02:00")
    return int(when.timestamp() * 1000)
