"""What became of signals, as the journal tells it: the verdict, who was denied, who fired, and how it ended."""

from collections.abc import Iterable, Iterator

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


@attrs.frozen
class Case:
    """One signal."""

    verdict: Verdict
    given: int
    """Hub time of the verdict."""
    denials: tuple[Denial, ...] = ()
    fires: tuple[Fired, ...] = ()
    followed: Followed | None = None
    """None: it is not at its end, or was not followed."""


@attrs.define
class Record:
    """Facts by signal. A fire does not wait for the record of its verdict, so what came of one may stand before it."""

    _verdicts: dict[str, tuple[Verdict, int]] = attrs.field(factory=dict)
    _denials: dict[str, list[Denial]] = attrs.field(factory=dict)
    _fires: dict[str, list[Fired]] = attrs.field(factory=dict)
    _followed: dict[str, Followed] = attrs.field(factory=dict)
    _signal_of: dict[str, str] = attrs.field(factory=dict)
    """By the id of a fire."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Record":
        """What some entries tell."""
        record = cls()
        for entry in entries:
            record.apply(entry)
        return record

    def apply(self, entry: Entry) -> None:
        """Take a fact into account."""
        match entry.fact:
            case VerdictGiven(verdict=verdict):
                self._verdicts.setdefault(verdict.signal.id, (verdict, entry.time))
            case Denial(signal_id=signal_id) as denial:
                self._denials.setdefault(signal_id, []).append(denial)
            case Intent(signal_id=signal_id, action="fire") as fire:
                fired = Fired(user=fire.user, id=fire.id, lot=fire.lot, entry=fire.entry)
                self._fires.setdefault(signal_id, []).append(fired)
                self._signal_of[fire.id] = signal_id
            case Followed(signal_id=signal_id) as followed:
                self._followed[signal_id] = followed
            case _:
                pass

    def cases(self) -> Iterator[Case]:
        """Every signal that has a verdict, in the order of these."""
        return map(self._case, self._verdicts)

    def find(self, id_: str) -> Case | None:
        """The case of a signal, or of a fire of it; None where there is no verdict on it."""
        signal_id = self._signal_of.get(id_, id_)
        return self._case(signal_id) if signal_id in self._verdicts else None

    def _case(self, signal_id: str) -> Case:
        verdict, given = self._verdicts[signal_id]
        return Case(
            verdict=verdict,
            given=given,
            denials=tuple(self._denials.get(signal_id, ())),
            fires=tuple(self._fires.get(signal_id, ())),
            followed=self._followed.get(signal_id),
        )
