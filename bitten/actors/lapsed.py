"""Fires that never ran, until they can be judged anew: an account and a price must be known first (protocol 5.6)."""

from collections.abc import Iterable

import attrs

from bitten.mailbox import Mailbox
from bitten.messages import Returned, RouterMessage
from bitten.rules.book import Command
from bitten.rules.terminal import TerminalView


@attrs.define
class Lapsed:
    """One session's: it tells the fire router, a symbol at a time, when there is something to judge by."""

    user: str
    router: Mailbox[RouterMessage]
    symbols: frozenset[str] = frozenset()
    """Of fires that never ran and are not judged anew yet."""

    def begin(self, commands: Iterable[Command]) -> None:
        """The session is reconciled, and these never ran."""
        self.symbols = frozenset(command.intent.symbol for command in commands)

    def look(self, view: TerminalView) -> None:
        """Its terminal has shown a quote, or its account."""
        if view.telemetry is None or view.hindrance:
            return
        known = frozenset(symbol for symbol in self.symbols if view.quote(symbol))
        self.symbols -= known
        for symbol in sorted(known):
            self.router.post_urgent(Returned(user=self.user, symbol=symbol))
