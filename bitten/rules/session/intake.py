"""Numbered events on their way to the journal, and the acks and resends that come of them (protocol 6, 8.1)."""

from collections import Counter

from bitten.rules import facts
from bitten.rules.session.doubts import GAP, Doubts
from bitten.rules.session.effects import Effect, HoldBegun, HoldOver, Record, RecordRaw, Send
from bitten.rules.session.events import EventCursor, Taken
from bitten.rules.session.settings import SessionSettings
from bitten.wire.codec import NumberedEvent
from bitten.wire.commands import Ack, Resend

NEVER = 2**53
"""A deadline that does not come; hub time, ms."""
RESEND_MS = 2_000
ACK_AGAIN_MS = 100
"""Repeated events come in bursts: one ack answers all that come within this time. Our own choice."""


class Intake:
    """Takes events in order, once; acks what is durable; asks for what is missing."""

    def __init__(
        self, session: str, cursor: EventCursor, doubts: Doubts, counts: Counter[str], settings: SessionSettings
    ) -> None:
        self._session = session
        self._cursor = cursor
        self._doubts = doubts
        self._counts = counts
        self._resend_ms = settings.scaled(RESEND_MS)
        self._ack_again_ms = settings.scaled(ACK_AGAIN_MS)
        self._resend_at = self._ack_again_at = NEVER
        self._resent_at = self._acked_at = -NEVER

    @property
    def deadline(self) -> int:
        """When `timer` has something to do; hub time, ms."""
        return min(self._resend_at, self._ack_again_at)

    def hear(self, next_event: int, now: int) -> None:
        """The EA has events up to `next_event - 1`."""
        self._cursor.hear(next_event)
        if self._cursor.behind and self._resend_at == NEVER:
            self._resend_at = now + self._resend_ms

    def event(self, event: NumberedEvent, now: int) -> tuple[bool, list[Effect]]:
        """An event came. True: it is a new one."""
        digest = facts.digest(event)
        return self._take(event.n, digest, Record(event, digest), now)

    def garbled(self, n: int, raw: bytes, now: int) -> tuple[bool, list[Effect]]:
        """An event came of which only the number can be read: kept raw, or it would come for ever."""
        # Resent in another session it is the same event, as it is for those that can be read.
        _, digest = facts.garble(raw.replace(self._session.encode(), b"-"))
        body, _ = facts.garble(raw)
        new, effects = self._take(n, digest, RecordRaw(n, body, digest), now)
        why = f"event {n} cannot be read: it is in the journal as it came"
        if new and self._doubts.hold("garbled", why):
            effects.append(HoldBegun("garbled", why))
        return new, effects

    def durable(self, n: int, now: int) -> list[Effect]:
        """The journal holds every event up to `n`."""
        if not self._cursor.settle(n):
            return []
        closed = self._doubts.durable(n)
        return [self._ack(now), *([HoldOver(GAP)] if closed else [])]

    def timer(self, now: int) -> list[Effect]:
        """Ack again, ask again."""
        effects: list[Effect] = []
        if now >= self._ack_again_at:
            effects.append(self._ack(now))
        if now >= self._resend_at:
            effects.append(self._resend(now))
        return effects

    def _take(self, n: int, digest: str, record: Record | RecordRaw, now: int) -> tuple[bool, list[Effect]]:
        taken = self._cursor.take(n, digest)
        match taken:
            case Taken.NEW:
                self._resend_at = now + self._resend_ms if self._cursor.behind else NEVER
                return True, [record]
            case Taken.HELD:
                self._counts["again"] += 1
                return False, self._ack_again(n, now)
            case Taken.DIFFERS:
                return False, self._refuse(n)
            case Taken.BEYOND:
                self._counts["beyond"] += 1
                # One channel keeps its order, so what was skipped is lost; but what follows comes beyond, too.
                self._resend_at = min(self._resend_at, max(now, self._resent_at + self._resend_ms))
                return False, self.timer(now)

    def _ack_again(self, n: int, now: int) -> list[Effect]:
        if n <= self._cursor.durable:
            self._ack_again_at = min(self._ack_again_at, self._acked_at + self._ack_again_ms)
        return self.timer(now)

    def _refuse(self, n: int) -> list[Effect]:
        self._counts["refused"] += 1
        why = f"event {n} came again with other content: refused; its ledger may be a copy"
        return [HoldBegun("conflict", why)] if self._doubts.hold("conflict", why) else []

    def _ack(self, now: int) -> Effect:
        self._acked_at, self._ack_again_at = now, NEVER
        return Send(Ack(session=self._session, n=self._cursor.durable))

    def _resend(self, now: int) -> Effect:
        self._resent_at, self._resend_at = now, now + self._resend_ms
        return Send(Resend(session=self._session, from_=self._cursor.received + 1))
