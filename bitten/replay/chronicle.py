"""What happens in a replay, as the facts that a hub would journal: folded at once, and handed on where one listens."""

from collections.abc import Callable

import attrs

from bitten.rules.facts import Draft, Entry, Fact
from bitten.rules.ledger import Ledger

Listener = Callable[[Draft], None]


@attrs.define(eq=False)
class Chronicle:
    """The ledger of a replay. Hub time is market time here."""

    listener: Listener | None = None
    ledger: Ledger = attrs.field(factory=Ledger)
    facts: list[Fact] = attrs.field(factory=list)
    """Those that a summary counts; the account's minutes are not among them."""
    now: int = 0
    """Market time, ms."""
    _seq: int = 0

    @property
    def recording(self) -> bool:
        """Somebody wants to have all of it."""
        return self.listener is not None

    def write(self, actor: str, fact: Fact, causes: tuple[int, ...] = ()) -> Entry:
        """Take a fact."""
        entry = self.note(actor, fact, causes)
        self.facts.append(fact)
        return entry

    def note(self, actor: str, fact: Fact, causes: tuple[int, ...] = ()) -> Entry:
        """Take a fact that no summary counts."""
        self._seq += 1
        entry = Entry(seq=self._seq, time=self.now, actor=actor, causes=causes, fact=fact)
        self.ledger.apply(entry)
        if self.listener is not None:
            self.listener(Draft(actor, self.now, fact, causes))
        return entry
