"""The economic calendar: what is published when, for which currency, and how much it moves."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from enum import IntEnum

import attrs

from bitten.units import MINUTE_MS, sentence

ALL = "ALL"
"""In place of a currency: what concerns every symbol, as a bank holiday everywhere."""
_PAIR = re.compile(r"[A-Za-z]{6}")


class Importance(IntEnum):
    """How much an event moves, as MetaTrader counts it (protocol 3.3)."""

    NONE = 0
    LOW = 1
    MODERATE = 2
    HIGH = 3


IMPORTANCES = {"low": Importance.LOW, "moderate": Importance.MODERATE, "high": Importance.HIGH}
"""As the configuration and a calendar file name them."""


def _upper(text: str) -> str:
    return sentence(text).upper()


@attrs.frozen(order=True)
class Event:
    """Something that is published."""

    time: int
    """Market time, ms since 1970 UTC."""
    currency: str = attrs.field(converter=_upper)
    """A code as USD, or `ALL`."""
    importance: Importance
    name: str = attrs.field(converter=sentence)

    def ago(self, at: int) -> str:
        """When it is, seen from market time `at`, in words."""
        minutes = round(abs(at - self.time) / MINUTE_MS)
        when = "now" if minutes == 0 else f"in {minutes} min" if self.time > at else f"{minutes} min ago"
        return f"{self.currency} {self.name} {when}"


class Calendar:
    """Events in the order of their times. A value: it is replaced, never changed."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._events = tuple(sorted(set(events)))
        self._times = [event.time for event in self._events]

    def __len__(self) -> int:
        return len(self._events)

    @property
    def events(self) -> tuple[Event, ...]:
        """All of them, the oldest first."""
        return self._events

    def nearest(self, at: int, within_ms: int, currencies: frozenset[str], least: Importance) -> Event | None:
        """The event nearest to market time `at`, not farther than `within_ms` from it either way; of two as near, the
        more important one.
        """
        found = self._events[bisect_left(self._times, at - within_ms) : bisect_right(self._times, at + within_ms)]
        fitting = [each for each in found if each.importance >= least and each.currency in currencies]
        return min(fitting, key=lambda each: (abs(each.time - at), -each.importance, each), default=None)


def currencies_of(symbol: str, told: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Whose news concern a symbol: what the operator told of it, else the two that its name begins with, and `ALL`."""
    if symbol in told:
        return told[symbol] | {ALL}
    pair = _PAIR.match(symbol)
    return frozenset((ALL,)) if pair is None else frozenset((pair[0][:3].upper(), pair[0][3:].upper(), ALL))
