"""What stands between a session and its fires: questions that are open, and differences that no question settles."""

from collections.abc import Sequence

import attrs

from bitten.rules.reconcile import Adopt, Ask, Difference, Hold, Missing, Wait

GAP = "gap"


@attrs.define
class Doubts:
    """Questions and holds of one session (protocol 2.6, 6.3). While anything is held, the session is reducing."""

    history_id: str
    """The id under which this session asks for deals; its confirmation ends the answer."""
    open: bool = False
    """An answer is awaited, or that an adoption is durable."""
    untold: bool = False
    """Deals were asked for, and not all of them are in the journal yet."""
    wake_at: int | None = None
    """When a command may be asked about that may not be yet; hub time, ms."""
    holds: dict[str, str] = attrs.field(factory=dict)
    """What was seen, in this session or an earlier one, that a person must look at, and why."""
    unsettled: dict[str, str] = attrs.field(factory=dict)
    """What differed when the session went live, and still does, by command id or ticket."""
    _asked: set[str] = attrs.field(factory=set)
    _history_asked: bool = False
    _history_event: int | None = None
    _history_told: bool = False

    @property
    def reason(self) -> str:
        """All holds in one line; "": there are none."""
        if not self.holds and not self.unsettled:
            return ""
        return "; ".join(f"{what}: {why}" for what, why in (self.holds | self.unsettled).items())

    def hold(self, what: str, why: str) -> bool:
        """Go reducing. True: this was not known before."""
        new = what not in self.holds
        self.holds.setdefault(what, why)
        return new

    def ask_history(self) -> bool:
        """The deals must be told again. True: ask now; False: that was done."""
        first, self._history_asked = not self._history_asked, True
        return first

    def heard_outcome(self, command_id: str, n: int) -> None:
        """Event `n` is a command's outcome: perhaps the end of the history."""
        if command_id == self.history_id and self._history_event is None:
            self._history_event = n

    def durable(self, n: int) -> bool:
        """Events up to `n` are in the journal. True: with the last one of the history a gap is closed."""
        if self._history_event is None or n < self._history_event:
            return False
        self._history_told = True
        return self.holds.pop(GAP, None) is not None

    def question(self, differences: Sequence[Difference]) -> tuple[list[str], bool]:
        """Before the session is live: which commands to query now, and whether deals are missing."""
        asks = [each.id for each in differences if isinstance(each, Ask)]
        waits = [each.until for each in differences if isinstance(each, Wait)]
        missing = any(isinstance(each, Missing) for each in differences)
        self.wake_at = min(waits, default=None)
        self.untold = (missing or self._history_asked) and not self._history_told
        # What is adopted must be in the journal before anything is fired beside it.
        adopting = any(isinstance(each, Adopt) for each in differences)
        self.open = bool(asks or waits) or self.untold or adopting
        new = [each for each in asks if each not in self._asked]
        self._asked.update(new)
        return new, missing

    def give_up(self, differences: Sequence[Difference]) -> None:
        """All answers are in: what differs still is for a person, or for a deal that appears later."""
        self.unsettled = _unsettled(differences)

    def review(self, differences: Sequence[Difference]) -> None:
        """Later only what was unsettled is looked at again: a live account is always a little ahead of its journal."""
        still = _unsettled(differences)
        self.unsettled = {what: still[what] for what in self.unsettled if what in still}


def _unsettled(differences: Sequence[Difference]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in differences:
        match each:
            case Hold(what=what, why=why):
                found[what] = why
            case Missing(held=held, found=lot):
                found[str(held.ticket)] = f"{held.lot} lots of {held.fire_id} in the journal, {lot} in the account"
            case _:
                pass
    return found
