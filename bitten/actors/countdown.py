"""How mode semi waits: a session's market time against the moments at which countdowns of its user end."""

import attrs

from bitten.mailbox import Mailbox
from bitten.messages import CountdownOver, RouterMessage


@attrs.define
class Countdown:
    """One session's: it tells the fire router when one is over.

    What is counted down stands in the ledger, too; here is only what the session has been live for all along.
    """

    user: str
    router: Mailbox[RouterMessage]
    next_due: int = 0
    """Market time of the next end; 0: nothing is counted down."""
    _due: dict[str, int] = attrs.field(factory=dict)
    """By signal."""

    def __contains__(self, signal_id: str) -> bool:
        return signal_id in self._due

    def begin(self, signal_id: str, due: int) -> None:
        """Another one, that ends at market time `due`."""
        self._due[signal_id] = due
        self._plan()

    def look(self, market_now: int) -> None:
        """Market time has moved. Called for every tick received."""
        if self.next_due and market_now >= self.next_due:
            self.next_due = 0
            self.router.post_urgent(CountdownOver(user=self.user))

    def over(self, market_now: int) -> list[str]:
        """Take out the signals whose time has come."""
        found = [signal_id for signal_id, due in self._due.items() if due <= market_now]
        for signal_id in found:
            del self._due[signal_id]
        self._plan()
        return found

    def break_off(self) -> None:
        """The session is not live any more."""
        self._due.clear()
        self._plan()

    def _plan(self) -> None:
        self.next_due = min(self._due.values(), default=0)
