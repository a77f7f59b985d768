"""What every fault needs: the field, the luck, and who must be cured when it is over."""

import signal
import time
from random import Random

import attrs

from bitten.errors import HubNotRunning, HubTimeout
from bitten.paper.ledger import Ledger
from tests.integration.processes import Running
from tests.storm.checker import LedgerEnd
from tests.storm.field import Field
from tests.storm.link import Link

DIES_WITHIN_S = 4.0
"""How long a process with a failpoint is waited for; one that has nothing to do does not come to it."""


@attrs.define
class Weather:
    """A field under faults."""

    field: Field
    random: Random
    misbehaving: set[str] = attrs.field(factory=set)
    """Whose EA misbehaves until it is started again."""
    ended: dict[str, list[LedgerEnd]] = attrs.field(factory=dict)
    """By user: the ledgers that are no more."""
    strangers: int = 0
    """How many EAs have said falsely whose they are."""

    def heal(self) -> None:
        """Every EA that misbehaves is started again without."""
        for user in sorted(self.misbehaving):
            self.end_ea(user, signal.SIGTERM)
            self.field.start_ea(user)
        self.misbehaving.clear()

    def user(self) -> str:
        """Anybody."""
        return self.random.choice(self.field.users)

    def links(self) -> list[Link]:
        """One or both of a user's links."""
        both = self.field.links(self.user())
        return self.random.choice([list(both), [both[0]], [both[1]]])

    def a_while(self) -> float:
        """Seconds, up to four times what makes a session lost (protocol 2.8), more often short than long."""
        return 2.4 * self.random.random() ** 3

    def sleep(self) -> None:
        """A while passes."""
        time.sleep(self.a_while())

    def freeze(self, process: Running) -> None:
        """It does nothing for a while."""
        process.process.send_signal(signal.SIGSTOP)
        self.sleep()
        process.process.send_signal(signal.SIGCONT)

    def end_hub(self) -> None:
        """SIGKILL, and it is gone."""
        self.field.hub.process.kill()
        self.field.hub.end()

    def end_ea(self, user: str, by: signal.Signals) -> None:
        """A signal, and it is gone."""
        ea = self.field.ea(user)
        ea.process.send_signal(by)
        ea.end()

    def ea_back(self, user: str, misbehaviour: str = "", failpoint: str = "") -> None:
        """Another life of the user's EA on what the last one left."""
        self.field.start_ea(user, misbehaviour, failpoint)
        (self.misbehaving.add if misbehaviour else self.misbehaving.discard)(user)

    def ledger_ends(self, user: str) -> None:
        """The ledger of an EA that is not running will not be seen again as it is: note what it was acked."""
        ledger = Ledger.open(self.field.state(user))
        self.ended.setdefault(user, []).append(LedgerEnd(ledger.ea, ledger.first_event - 1))
        ledger.close()

    def dies(self, process: Running) -> None:
        """Wait for a process with a failpoint to reach it."""
        self.field.within(DIES_WITHIN_S, lambda: process.process.poll() is not None)

    def live(self, user: str) -> bool:
        """Whether the user's session is live, as far as the hub knows."""
        return self.epoch(user) > 0

    def epoch(self, user: str) -> int:
        """The number of the user's session, if it is live; 0: none is, or the hub is away."""
        try:
            session = self.field.hub.session(user)
        except (HubNotRunning, HubTimeout):
            return 0
        return session.epoch if session is not None and session.state == "live" else 0
