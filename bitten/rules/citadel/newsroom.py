"""All news that are known: the operator's file, and what the terminals of the sources tell (protocol 3.3)."""

from collections.abc import Iterable, Sequence

from bitten.rules.citadel.calendar import Calendar, Event, Importance

MOST_TOLD = 5_000
"""Events that are kept of one terminal; the oldest go first."""
Row = tuple[int, str, int, str]
"""Market time, currency, importance, name, as on the wire."""


class Newsroom:
    """Keeps them apart by who told them, and shows them as one calendar.

    Like quotes, news are taken of the sources alone (`[venom] sources`; without any, of everybody): one hostile
    terminal must not veto the signals of all.
    """

    def __init__(self, sources: Sequence[str]) -> None:
        self._sources = frozenset(sources)
        self._file = Calendar()
        self._told: dict[str, tuple[Event, ...]] = {}
        self._all: Calendar | None = None

    @property
    def calendar(self) -> Calendar:
        """Everything, as one."""
        if self._all is None:
            self._all = Calendar((*self._file.events, *(each for told in self._told.values() for each in told)))
        return self._all

    @property
    def file(self) -> Calendar:
        """What stood in the operator's file when it was read last."""
        return self._file

    def read(self, calendar: Calendar) -> None:
        """The operator's file says this from now on."""
        self._file, self._all = calendar, None

    def hear(self, user: str, rows: Iterable[Row]) -> int:
        """A user's terminal tells its calendar, or a part of it: it replaces what that user told of the time between
        the first of the rows and the last. Returns how many were taken.
        """
        if self._sources and user not in self._sources:
            return 0
        fresh = {
            Event(time, currency, Importance(min(level, Importance.HIGH)), name) for time, currency, level, name in rows
        }
        if not fresh:
            return 0
        first, last = min(each.time for each in fresh), max(each.time for each in fresh)
        kept = {each for each in self._told.get(user, ()) if not first <= each.time <= last}
        self._told[user], self._all = tuple(sorted(kept | fresh)[-MOST_TOLD:]), None
        return len(fresh)
