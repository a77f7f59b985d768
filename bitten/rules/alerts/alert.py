"""What somebody is told."""

from datetime import datetime, tzinfo
from enum import StrEnum

import attrs

from bitten.units import one_line

LONGEST_LINE = 300
"""Letters of a line: what a peer put into a name must not fill a message."""


class Kind(StrEnum):
    """What may be told. A route names the ones that it wants."""

    SESSION_LOST = "session_lost"  # an EA has fallen silent
    REFUSED = "refused"  # somebody did what they must not, or is a stranger
    HALT = "halt"  # the trading state was changed, or the journal cannot be written
    LOCK = "lock"  # losses locked a user, or like fires tripped the throttle
    UNRESOLVED = "unresolved"  # a command has no outcome
    DAILY = "daily"  # what the day brought


TITLES = {
    Kind.SESSION_LOST: "session lost",
    Kind.REFUSED: "refused",
    Kind.HALT: "trading state",
    Kind.LOCK: "locked",
    Kind.UNRESOLVED: "no outcome",
    Kind.DAILY: "the day",
}


@attrs.frozen(kw_only=True)
class Alert:
    """One thing to be told."""

    kind: Kind
    at: int
    """Hub time, ms."""
    text: str
    """A line; of a daily summary several."""
    entry: int = 0
    """The journal's number of the fact that it tells; 0: it tells of none."""

    def line(self, zone: tzinfo) -> str:
        """When, what, and where it stands in the journal."""
        return f"{local(self.at, zone)} {self.text}{f' (entry {self.entry})' if self.entry else ''}"


def local(at: int, zone: tzinfo) -> str:
    """A time, ms since 1970, to the minute, as a clock in `zone` shows it."""
    return f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M %Z}"


def short(text: str) -> str:
    """One line of bounded length."""
    line = one_line(text)
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"
