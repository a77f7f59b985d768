"""Whether a journal tells one story without contradiction: its invariants, and what nothing in it explains (pure)."""

from collections.abc import Iterable, Iterator

import attrs

from bitten.rules.facts import (
    Adopted,
    Closing,
    Confirmed,
    CursorSet,
    Entry,
    EventFact,
    Garbled,
    Greeted,
    Intent,
    Sent,
    Withdrawn,
    XpAwarded,
)
from bitten.units import Account


@attrs.frozen
class Finding:
    """Something that must not be."""

    seq: int
    """The entry at which it shows."""
    what: str


@attrs.define
class Audit:
    """Goes through a journal once, in order."""

    _intents: dict[tuple[Account, str], Intent] = attrs.field(factory=dict)
    _filled: dict[tuple[Account, str], int] = attrs.field(factory=dict)
    """Ticket by fire."""
    _known_ids: dict[Account, set[str]] = attrs.field(factory=dict)
    _deals: set[tuple[Account, int]] = attrs.field(factory=set)
    _awarded: set[tuple[Account, int]] = attrs.field(factory=set)
    _cursors: dict[tuple[Account, str], int] = attrs.field(factory=dict)
    _accounts: dict[str, Account] = attrs.field(factory=dict)
    _seq: int = 0

    def look(self, entry: Entry) -> Iterator[Finding]:
        """What is wrong with the next entry, given those before it."""
        if entry.seq != self._seq + 1:
            yield Finding(entry.seq, f"entries {self._seq + 1} to {entry.seq - 1} are missing")
        self._seq = entry.seq
        yield from (
            Finding(entry.seq, f"its cause {cause} is not before it") for cause in entry.causes if cause >= entry.seq
        )
        for what in self._look_at(entry):
            yield Finding(entry.seq, what)

    def _look_at(self, entry: Entry) -> Iterator[str]:
        fact = entry.fact
        if isinstance(fact, EventFact):
            yield from self._event(fact)
        match fact:
            case Intent():
                yield from self._intent(fact)
            case Sent(id=id_, account=account) | Withdrawn(id=id_, account=account):
                if (account, id_) not in self._intents:
                    yield f"{fact.kind} {id_}, which was never intended"
            case Confirmed():
                yield from self._confirmed(fact)
            case Closing():
                yield from self._closing(fact)
            case XpAwarded(account=account, deal=deal):
                yield from self._award(account, deal)
            case Greeted(user=user, account=account):
                if self._accounts.setdefault(user, account) != account:
                    yield f"{user} is bound to {self._accounts[user]}, greeted as {account}"
            case CursorSet(account=account, ea=ea, n=n):
                self._cursors[account, ea] = n
            case Adopted(id=id_, account=account):
                self._known_ids.setdefault(account, set()).add(id_)
            case _:
                pass

    def _event(self, fact: EventFact) -> Iterator[str]:
        n = fact.n if isinstance(fact, Garbled) else fact.event.n
        expected = self._cursors.get((fact.account, fact.ea), 0) + 1
        if n != expected:
            yield f"event {n} of {fact.ea}, expected {expected}"
        self._cursors[fact.account, fact.ea] = n

    def _intent(self, intent: Intent) -> Iterator[str]:
        key = (intent.account, intent.id)
        if key in self._intents:
            yield f"{intent.id} is intended twice"
        self._intents[key] = intent
        self._known_ids.setdefault(intent.account, set()).add(intent.id)

    def _confirmed(self, fact: Confirmed) -> Iterator[str]:
        key, event = (fact.account, fact.event.id), fact.event
        if key not in self._intents or event.status not in ("filled", "partial"):
            return
        ticket = self._filled.setdefault(key, event.ticket)
        if ticket != event.ticket:
            yield f"{event.id} was filled as ticket {ticket}, and as {event.ticket}"

    def _closing(self, fact: Closing) -> Iterator[str]:
        fire_id = fact.event.fire_id
        if fire_id and fire_id not in self._known_ids.get(fact.account, set()):
            yield f"deal {fact.event.deal} closes {fire_id}, which was never intended"
        self._deals.add((fact.account, fact.event.deal))

    def _award(self, account: Account, deal: int) -> Iterator[str]:
        if (account, deal) not in self._deals:
            yield f"XP for deal {deal}, which is not in the journal"
        if (account, deal) in self._awarded:
            yield f"XP for deal {deal} was awarded twice"
        self._awarded.add((account, deal))


def audit(entries: Iterable[Entry]) -> list[Finding]:
    """Every finding, in order."""
    auditor = Audit()
    return [finding for entry in entries for finding in auditor.look(entry)]
