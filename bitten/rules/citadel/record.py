"""What became of signals, as the journal tells it: the verdict, who was denied, who fired, and how it ended."""

from collections.abc import Iterable

import attrs

from bitten.messages import Verdict
from bitten.rules.facts import Denial, Entry, Followed, Intent, VerdictGiven

KINDS = ("verdict", "denied", "intent", "followed")
"""The facts that a record is made of, by their kind in the journal."""


@attrs.frozen(kw_only=True)
class Fired:
    """A fire of the signal."""

    user: str
    id: str
    lot: float
    entry: float


@attrs.define
class Case:
    """One signal."""

    verdict: Verdict
    given: int
    """Hub time of the verdict."""
    denials: list[Denial] = attrs.field(factory=list)
    fires: list[Fired] = attrs.field(factory=list)
    followed: Followed | None = None
    """None: it is not at its end, or was not followed."""


@attrs.define
class Record:
    """The cases by signal id, oldest first."""

    cases: dict[str, Case] = attrs.field(factory=dict)
    signal_of: dict[str, str] = attrs.field(factory=dict)
    """The signal of each fire, by the fire's id."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Record":
        """What some entries tell."""
        record = cls()
        for entry in entries:
            record.apply(entry)
        return record

    def apply(self, entry: Entry) -> None:
        """Take a fact into account. One on a signal without a verdict tells nothing here."""
        match entry.fact:
            case VerdictGiven(verdict=verdict):
                self.cases.setdefault(verdict.signal.id, Case(verdict, entry.time))
            case Denial(signal_id=signal_id) as denial if signal_id in self.cases:
                self.cases[signal_id].denials.append(denial)
            case Intent(signal_id=signal_id, action="fire") as fire if signal_id in self.cases:
                fired = Fired(user=fire.user, id=fire.id, lot=fire.lot, entry=fire.entry)
                self.cases[signal_id].fires.append(fired)
                self.signal_of[fire.id] = signal_id
            case Followed(signal_id=signal_id) as followed if signal_id in self.cases:
                self.cases[signal_id].followed = followed
            case _:
                pass

    def find(self, id_: str) -> Case | None:
        """The case of a signal, or of a fire of it."""
        return self.cases.get(self.signal_of.get(id_, id_))
