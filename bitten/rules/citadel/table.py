"""What CITADEL and the gate kept out, and what it would have made: each veto, part and denial by its own signals.

A signal is counted once in each row that it belongs to:

- **passed**, **vetoed**: by its verdict.
- **veto**: each veto of its verdict.
- **part**: each part that took points from a signal whose score alone vetoed it, and that would have passed without it.
- **denied**: each code with which a user was denied it.
"""

from collections.abc import Iterable, Iterator

import attrs

from bitten.messages import FollowedTo, Verdict
from bitten.rules.citadel.engine import HIGHEST, LOWEST
from bitten.rules.citadel.record import Case

_GROUPS = ("passed", "vetoed", "veto", "part", "denied")


@attrs.frozen(kw_only=True)
class Row:
    """What became of some signals, in R: stop distances, without costs but the spread."""

    group: str
    name: str
    """Of the veto, the part or the denial; "" for all of a group."""
    signals: int = 0
    won: int = 0
    lost: int = 0
    even: int = 0
    unknown: int = 0
    """Not all ticks were seen."""
    open: int = 0
    """Not at their end, or not followed."""
    r: float = 0.0
    """What those whose end is known made together."""

    @property
    def mean_r(self) -> float | None:
        """What one of them made on average; None where no end is known."""
        known = self.won + self.lost + self.even
        return round(self.r / known, 4) if known else None

    def plus(self, case: Case) -> "Row":
        """With one signal more."""
        end, more = case.followed, attrs.evolve(self, signals=self.signals + 1)
        if end is None:
            return attrs.evolve(more, open=self.open + 1)
        if end.end is FollowedTo.UNKNOWN or end.r is None:
            return attrs.evolve(more, unknown=self.unknown + 1)
        return attrs.evolve(
            more,
            won=self.won + (end.r > 0),
            lost=self.lost + (end.r < 0),
            even=self.even + (end.r == 0),
            r=round(self.r + end.r, 4),
        )


def table(cases: Iterable[Case]) -> tuple[Row, ...]:
    """A row a group and name, the groups in the order above, the rows by how many signals they have."""
    rows: dict[tuple[str, str], Row] = {}
    for case in cases:
        for key in dict.fromkeys(_belongs(case)):
            group, name = key
            rows[key] = rows.get(key, Row(group=group, name=name)).plus(case)
    return tuple(sorted(rows.values(), key=lambda row: (_GROUPS.index(row.group), -row.signals, row.name)))


def _belongs(case: Case) -> Iterator[tuple[str, str]]:
    verdict = case.verdict
    yield ("vetoed" if verdict.vetoed else "passed"), ""
    for veto in verdict.vetoes:
        yield "veto", veto.name
    for name in decisive(verdict):
        yield "part", name
    for denial in case.denials:
        yield "denied", denial.code


def decisive(verdict: Verdict) -> tuple[str, ...]:
    """The parts without any one of which the signal would have passed: it was vetoed by its score and nothing else."""
    if [veto.name for veto in verdict.vetoes] != ["score"]:
        return ()
    total = verdict.base + sum(part.points for part in verdict.parts)
    without = {part.name: total - part.points for part in verdict.parts if part.points < 0}
    return tuple(name for name, score in without.items() if round(min(max(score, LOWEST), HIGHEST), 2) >= verdict.least)
