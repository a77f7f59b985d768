"""What is refused, where and why, in the words and numbers of MetaEditor."""

from enum import StrEnum

import attrs


@attrs.frozen(order=True)
class Place:
    """A position in a source file; `line` and `column` count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Severity(StrEnum):
    """Who minds: MetaEditor as an error, MetaEditor as a warning, or only this project's subset."""

    ERROR = "error"
    WARNING = "warning"
    SUBSET = "subset"


@attrs.frozen(order=True)
class Diagnostic:
    """One refusal; `number` is that of the MQL5 Reference's lists of compilation errors and warnings, 0 for none."""

    place: Place
    severity: Severity
    number: int
    reason: str

    def __str__(self) -> str:
        number = f" {self.number}" if self.number else ""
        return f"{self.place}: {self.severity}{number}: {self.reason}"


class Refused(Exception):
    """The source cannot be read on from here."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


def refused(place: Place, number: int, reason: str) -> Refused:
    """An error of MetaEditor's that ends the reading."""
    return Refused(Diagnostic(place, Severity.ERROR, number, reason))


def outside(place: Place, reason: str) -> Refused:
    """MQL5, or not, but no part of the subset; ends the reading."""
    return Refused(Diagnostic(place, Severity.SUBSET, 0, reason))


class Report:
    """What has been refused so far."""

    def __init__(self) -> None:
        self._found: set[Diagnostic] = set()

    def error(self, place: Place, number: int, reason: str) -> None:
        """What MetaEditor does not compile."""
        self._found.add(Diagnostic(place, Severity.ERROR, number, reason))

    def warning(self, place: Place, number: int, reason: str) -> None:
        """What MetaEditor compiles with a warning."""
        self._found.add(Diagnostic(place, Severity.WARNING, number, reason))

    def subset(self, place: Place, reason: str) -> None:
        """What MetaEditor may take and the subset does not."""
        self._found.add(Diagnostic(place, Severity.SUBSET, 0, reason))

    def add(self, diagnostic: Diagnostic) -> None:
        """One that ended a reading."""
        self._found.add(diagnostic)

    @property
    def found(self) -> list[Diagnostic]:
        """All of them, in the order of the source."""
        return sorted(self._found)
