"""What is known when a hello has been accepted."""

from collections.abc import Mapping

import attrs

from bitten.units import Account
from bitten.wire.session import BarsWanted, Hello, Trading, Welcome


@attrs.frozen(kw_only=True)
class Greeting:
    """An accepted hello, and what the hub says to it (protocol 2.3)."""

    session: str
    """Unguessable, new for each hello."""
    hello: Hello
    epoch: int
    """How many sessions the user has had; for people."""
    cursor: int
    """The last event of this `ea` that the journal holds durably; 0: none."""
    symbols: tuple[str, ...]
    bars: tuple[BarsWanted, ...]
    trading: Trading
    history_since: int = 0
    """Market time, ms, from which deals are asked for again where the journal has a gap."""

    holds: Mapping[str, str] = attrs.field(factory=dict)
    """What earlier sessions of the account saw that no person has looked at yet, and why it matters."""

    @property
    def user(self) -> str:
        """Who trades."""
        return self.hello.user

    @property
    def account(self) -> Account:
        """Whose money."""
        return Account(self.hello.account.server, self.hello.account.login)

    def welcome(self, telemetry_ms: int, now: int) -> Welcome:
        """The answer to the hello."""
        return Welcome(
            session=self.session,
            epoch=self.epoch,
            time=now,
            echo=self.hello.time,
            telemetry_ms=telemetry_ms,
            symbols=self.symbols,
            bars=self.bars,
            ack=self.cursor,
            trading=self.trading,
        )
