"""Which events to send, and when to send them again, until the hub has acked them (protocol 6.1, 6.2)."""

from bitten.paper.ledger import Ledger
from bitten.paper.moment import Moment
from bitten.wire.codec import NumberedEvent

WINDOW = 64
_FIRST_WAIT_MS = 2_000
_LONGEST_WAIT_MS = 30_000


class Outbox:
    """A window of 64 events over the ledger's, for one session at a time."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._next = 1
        """The event to send next."""
        self._base = 1
        """Where the window begins, unless a later event is the oldest unacked."""
        self._wait = _FIRST_WAIT_MS
        self._progress = 0
        """When an ack last came, or everything was sent anew, on the EA's clock."""

    def restart(self, moment: Moment) -> None:
        """Begin with the oldest unacked event, as after `welcome` and after every `live`."""
        self._next = self._base = self._ledger.first_event
        self._wait = _FIRST_WAIT_MS
        self._progress = moment.ea

    def ack(self, n: int, moment: Moment) -> None:
        """The hub holds everything up to `n`; a number that was never given tells of nothing."""
        acked = min(n, self._ledger.next_event - 1)
        if acked < self._ledger.first_event:
            return
        self._ledger.forget(acked)
        self._next = max(self._next, acked + 1)
        self._wait = _FIRST_WAIT_MS
        self._progress = moment.ea

    def resend(self, start: int, moment: Moment) -> None:
        """The hub asks for everything from `start` on again."""
        self._next = self._base = max(start, self._ledger.first_event)
        self._progress = moment.ea

    def due(self, moment: Moment) -> list[NumberedEvent]:
        """The events to send now: new ones within the window, or all of it again after too long without an ack."""
        first, following = self._ledger.first_event, self._ledger.next_event
        if first == following:
            self._progress = moment.ea
            self._next = following
            return []
        if moment.ea - self._progress >= moment.scaled(self._wait):
            self._next = self._base = first
            self._wait = min(2 * self._wait, _LONGEST_WAIT_MS)
            self._progress = moment.ea
        room = max(first, self._base) + WINDOW - self._next
        if room <= 0 or self._next == following:
            return []
        events = self._ledger.events(self._next, room)
        self._next += len(events)
        return events
