"""The daily summary: counted fact by fact as they are journaled, so that no day has to be read again."""

from collections.abc import Mapping
from datetime import tzinfo

import attrs

from bitten.rules.alerts.alert import Alert, Kind, local
from bitten.rules.facts import Confirmed, Denial, Entry, Intent, SessionChanged, XpAwarded
from bitten.wire.events import Status

COUNTED = ("intent", "confirmed", "denied", "xp", "session")
"""Kinds of facts that are counted."""
MOST_USERS = 50
"""Named in a summary; those of the rest are in the sum of all."""


@attrs.frozen(kw_only=True)
class Tally:
    """What the time since the last summary brought a user."""

    fires: int = 0
    filled: tuple[str, ...] = ()
    """Ids of fires: an EA may tell of one several times."""
    denials: int = 0
    profit: float = 0.0
    """Of closings of BITTEN's positions, net, account currency."""
    xp: int = 0
    lost: int = 0
    """Sessions."""

    def __str__(self) -> str:
        """In a line."""
        lost = f", {self.lost} sessions lost" if self.lost else ""
        return (
            f"{self.fires} fires, {len(self.filled)} fills, {self.denials} denials, profit {self.profit:+.2f}, "
            f"XP {self.xp:+d}{lost}"
        )

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(
            fires=self.fires + other.fires,
            filled=self.filled + other.filled,
            denials=self.denials + other.denials,
            profit=self.profit + other.profit,
            xp=self.xp + other.xp,
            lost=self.lost + other.lost,
        )


_NOTHING = Tally()


def counted(tallies: Mapping[str, Tally], entry: Entry) -> Mapping[str, Tally]:
    """The tallies by user, with one more fact."""
    match entry.fact:
        case Intent(user=user, action="fire"):
            more = Tally(fires=1)
        case Confirmed(user=user, event=event) if event.status in (Status.FILLED, Status.PARTIAL):
            if event.id in tallies.get(user, _NOTHING).filled:
                return tallies
            more = Tally(filled=(event.id,))
        case Denial(user=user):
            more = Tally(denials=1)
        case XpAwarded(user=user, profit=profit, points=points):
            more = Tally(profit=profit, xp=points)
        case SessionChanged(user=user, state="lost"):
            more = Tally(lost=1)
        case _:
            return tallies
    return {**tallies, user: tallies.get(user, _NOTHING) + more}


def summary(tallies: Mapping[str, Tally], since: int, until: int, zone: tzinfo) -> Alert:
    """What came from `since` to `until`, hub time, a line a user."""
    lines = [f"from {local(since, zone)}:"]
    lines += [f"{user}: {tally}" for user, tally in sorted(tallies.items())[:MOST_USERS]]
    if len(tallies) != 1:
        lines.append(f"all: {sum(tallies.values(), _NOTHING)}")
    return Alert(kind=Kind.DAILY, at=until, text="\n".join(lines))
