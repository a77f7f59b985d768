"""How far alerts have come: the one value that is kept on the disk, changed as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Self

import attrs

from bitten.rules.alerts.alert import Alert
from bitten.rules.alerts.daily import COUNTED, Tally, counted, summary
from bitten.rules.alerts.hours import last_due
from bitten.rules.alerts.outbox import Outbox, Policy, take_in
from bitten.rules.alerts.reading import TELLING, alert_of
from bitten.rules.facts import Entry, XpAwarded

KINDS = tuple(dict.fromkeys((*TELLING, *COUNTED)))
"""Kinds of facts that have to be read."""


@attrs.frozen(kw_only=True)
class Told:
    """All that has become of the journal up to an entry: what waits on which route, and what was counted."""

    position: int
    """The last entry of the journal that was looked at."""
    summed_up: int
    """Hub time of the last daily summary, or of the beginning."""
    tallies: Mapping[str, Tally] = attrs.field(factory=dict)
    """Since then, by user."""
    locks: Mapping[str, int] = attrs.field(factory=dict)
    """Until when each user was locked as of that entry, market time."""
    unresolved: tuple[str, ...] = ()
    """Commands without an outcome that were told."""
    routes: Mapping[str, Outbox] = attrs.field(factory=dict)

    def on(self, routes: Iterable[str]) -> Self:
        """With an outbox for each of these routes, and for no other: a new route is told what comes from now on."""
        return attrs.evolve(self, routes={name: self.routes.get(name, Outbox()) for name in routes})

    def read(self, entries: Sequence[Entry], upto: int, policies: Mapping[str, Policy], now: int) -> Self:
        """With what is told of facts; all up to entry `upto` were looked at."""
        alerts, tallies, locks = [], self.tallies, dict(self.locks)
        for entry in entries:
            tallies = counted(tallies, entry)
            user = entry.fact.user if isinstance(entry.fact, XpAwarded) else ""
            if alert := alert_of(entry, locks.get(user, 0)):
                alerts.append(alert)
            if isinstance(entry.fact, XpAwarded):
                locks[user] = entry.fact.locked_until
        after = attrs.evolve(self, position=max(upto, self.position), tallies=tallies, locks=locks)
        return after.told(alerts, policies, now)

    def told(self, alerts: Sequence[Alert], policies: Mapping[str, Policy], now: int) -> Self:
        """With alerts that wait on every route that wants them."""
        boxes = {name: take_in(box, alerts, policies[name], now) for name, box in self.routes.items()}
        return attrs.evolve(self, routes=boxes)

    def overdue(self, found: Mapping[str, Alert], policies: Mapping[str, Policy], now: int) -> Self:
        """With commands that have no outcome, each told once; `found` is all there are now, by id."""
        new = [alert for id_, alert in found.items() if id_ not in self.unresolved]
        return attrs.evolve(self, unresolved=tuple(found)).told(new, policies, now)

    def summed(self, clock: str, zone: tzinfo, policies: Mapping[str, Policy], now: int) -> Self:
        """With the day's summary, where it is due: once for each time that it was `clock`, one for several missed."""
        due = last_due(now, clock, zone)
        if self.summed_up >= due:
            return self
        alert = summary(self.tallies, self.summed_up, due, zone)
        return attrs.evolve(self, tallies={}, summed_up=due).told([alert], policies, now)

    def with_box(self, name: str, box: Outbox) -> Self:
        """With another outbox of one route, if it is still there."""
        return attrs.evolve(self, routes={**self.routes, name: box}) if name in self.routes else self
