"""Prices at which position care wants to look at a user's positions, known in advance: a tick costs one comparison."""

from contextlib import suppress

import attrs

from bitten.mailbox import Busy, Latest
from bitten.messages import CareDue


def care_mailbox() -> Latest[CareDue]:
    """What waits for the care of positions: one look a user."""
    return Latest("care", 16_384, lambda due: due.user)


def care_for(user: str, care: Latest[CareDue]) -> None:
    """There is something to look at. Where too many wait, the next round looks at this one, too."""
    with suppress(Busy):
        care.post(CareDue(user=user))


@attrs.define
class Triggers:
    """One session's."""

    user: str
    care: Latest[CareDue]
    prices: dict[str, tuple[float, float]] = attrs.field(factory=dict)
    """By symbol: the bid from which on up, and the ask from which on down, there is to look at."""

    def look(self, symbol: str, bid: float, ask: float) -> None:
        """A quote has come. Called for every tick received while there are prices to wait for."""
        levels = self.prices.get(symbol)
        if levels is not None and (bid >= levels[0] or ask <= levels[1]):
            del self.prices[symbol]
            care_for(self.user, self.care)
