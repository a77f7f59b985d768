"""Carries out `rules.citadel.following`: signals are followed on the quotes that come, and their ends journaled."""

from typing import Self

import attrs

from bitten.actors.scribe import Scribe
from bitten.messages import Signal
from bitten.rules.citadel.following import Following, unknown
from bitten.rules.facts import Followed


@attrs.frozen(eq=False)
class Follower:
    """One for the whole hub. No actor: a quote is looked at within its reader's task, as by VENOM's bars."""

    brain: Following
    scribe: Scribe

    @classmethod
    def begin(cls, brain: Following, scribe: Scribe) -> Self:
        """What an earlier hub followed was not watched since: its end is unknown."""
        follower = cls(brain, scribe)
        for signal in list(scribe.ledger.following.values()):
            follower._note(unknown(signal, signal.made_at, "the hub was started anew before it ended"))
        return follower

    def follow(self, signal: Signal) -> None:
        """From its source's next quote on."""
        for let_go in self.brain.begin(signal):
            self._note(let_go)

    def tick(self, user: str, symbol: str, time: int, bid: float, ask: float) -> None:
        """Take a quote of a session. Called for every tick received."""
        if (user, symbol) in self.brain.watches:
            for ended in self.brain.tick(user, symbol, time, bid, ask):
                self._note(ended)

    def _note(self, fact: Followed) -> None:
        self.scribe.note("citadel", fact)
