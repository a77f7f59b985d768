"""What a journal tells of XP: each user's standing as the hub folds it, and the deals that it was earned with."""

from collections import deque
from collections.abc import Iterable
from typing import Self

import attrs

from bitten.rules.facts import Closing, Entry, EquityNoted, Unlocked, XpAwarded
from bitten.rules.ledger import Ledger
from bitten.rules.xp import Standing
from bitten.units import Account
from bitten.wire.events import Closed

KINDS = ("closed", "xp", "unlocked", "equity")
"""The facts that it is made of."""


@attrs.frozen(kw_only=True)
class Earning:
    """One award, and the closing deal that it was given for."""

    award: XpAwarded
    closed: Closed | None
    """None: the journal does not hold the deal."""


@attrs.define
class Score:
    """One user's."""

    standing: Standing = attrs.field(factory=Standing)
    market_now: int = 0
    """The newest market time that is known of the user's account; a lock is counted in it."""
    day: int = 0
    """The newest broker's day."""
    earnings: deque[Earning] = attrs.field(factory=deque)
    """The newest, oldest first."""

    @property
    def locked(self) -> bool:
        """The user may not be fired for."""
        return self.standing.locked(self.market_now)

    @property
    def half_risk(self) -> str:
        """Why the user's risk is halved; "": it is not."""
        return self.standing.half_risk_on(self.day)


@attrs.define
class Scores:
    """All users', folded by the hub's own ledger."""

    last: int
    """Earnings that are kept of each user."""
    by_user: dict[str, Score] = attrs.field(factory=dict)
    _ledger: Ledger = attrs.field(factory=Ledger)
    _closings: dict[tuple[Account, int], Closed] = attrs.field(factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry], last: int) -> Self:
        """What the journal's entries of these `KINDS` add up to."""
        scores = cls(last)
        for entry in entries:
            scores._take(entry)
        return scores

    def of_user(self, user: str) -> Score:
        """A user's, who may be new."""
        return self.by_user.setdefault(user, Score(earnings=deque(maxlen=self.last)))

    def _take(self, entry: Entry) -> None:
        match entry.fact:
            case Closing(event=event) as closing:
                self._closings[closing.account, event.deal] = event
                self._pass_to(closing.user, event.time, closing.day)
            case EquityNoted(user=user, time=time, day=day):
                self._pass_to(user, time, day)
            case XpAwarded() as award:
                self._ledger.apply(entry)
                closed = self._closings.pop((award.account, award.deal), None)
                score = self.of_user(award.user)
                score.earnings.append(Earning(award=award, closed=closed))
                score.standing = self._ledger.standing(award.user)
            case Unlocked(user=user):
                self._ledger.apply(entry)
                self.of_user(user).standing = self._ledger.standing(user)
            case _:
                pass

    def _pass_to(self, user: str, time: int, day: int) -> None:
        score = self.of_user(user)
        score.market_now, score.day = max(score.market_now, time), max(score.day, day)
