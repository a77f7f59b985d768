"""The storm's faults: each is drawn from the seed, and injected into real processes.

A number is that of the fault in `docs/reliability.md`.
"""

import resource
import signal
import time
from collections.abc import Callable
from random import Random

import attrs

from bitten import failpoints
from bitten.units import TradingState
from bitten.wire.desk import SetTrading
from tests.integration.processes import Running
from tests.storm.field import Field, NotCalm
from tests.storm.link import Link

DIES_WITHIN_S = 4.0
"""How long a process with a failpoint is waited for; one that has nothing to do does not come to it."""
REFUSED_WITHIN_S = 20.0

DELIVERED = f"{failpoints.COMMAND_SENT}@0.3"
"""Long enough for the operating system to deliver what was sent."""
HUB_PLACES = (failpoints.INTENT_DURABLE, failpoints.COMMAND_SENT, DELIVERED)
EA_PLACES = (
    failpoints.COMMAND_TAKEN,
    failpoints.ENTRY_DURABLE,
    failpoints.BROKER_ASKED,
    failpoints.ANSWER_STORED,
)


@attrs.define
class Weather:
    """Injects faults into a field, and remembers who must be cured when it is over."""

    field: Field
    random: Random
    misbehaving: set[str] = attrs.field(factory=set)
    _strangers: int = 0

    def strike(self, kind: str) -> None:
        """One fault."""
        FAULTS[kind](self)

    def heal(self) -> None:
        """Every EA that misbehaves is started again without."""
        for user in sorted(self.misbehaving):
            self._end_ea(user, signal.SIGTERM)
            self.field.start_ea(user)
        self.misbehaving.clear()

    def hub_killed(self) -> None:
        """3, 6: SIGKILL at any moment, in mid-commit too."""
        self.field.hub.process.kill()
        self.field.hub.end()
        self.field.start_hub()

    def hub_killed_at_a_fire(self) -> None:
        """1, 2: killed after the intent is durable and not sent, or sent and `sent` not written."""
        self.field.hub.process.kill()
        self.field.hub.end()
        self.field.start_hub(self.random.choice(HUB_PLACES))
        _dies(self.field.hub)
        self.field.hub.process.kill()
        self.field.hub.end()
        self.field.start_hub()

    def hub_stopped(self) -> None:
        """33: SIGTERM, with fires in flight as it happens; sometimes a second one."""
        self.field.hub.process.terminate()
        if self.random.random() < 0.3:
            time.sleep(self.random.uniform(0, 0.05))
            self.field.hub.process.terminate()
        self.field.hub.end()
        self.field.start_hub()

    def disk_full(self) -> None:
        """4: no file of the hub's can be written for a while, its log included; then there is room again."""
        pid = self.field.hub.process.pid
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        time.sleep(self._while())
        resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)

    def hub_killed_on_a_full_disk(self) -> None:
        """3, 4: SIGKILL while nothing can be written, and events have come that cannot be journaled."""
        resource.prlimit(self.field.hub.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        time.sleep(self._while())
        self.hub_killed()

    def hub_frozen(self) -> None:
        """16, 8: SIGSTOP for a while: the EAs may give it up."""
        self._freeze(self.field.hub)

    def ea_killed(self) -> None:
        """6, 34: SIGKILL at any moment, and back on the same ledger and account."""
        user = self._user()
        self._end_ea(user, signal.SIGKILL)
        self.field.start_ea(user)
        self.misbehaving.discard(user)

    def ea_killed_at_an_order(self) -> None:
        """34: killed around `OrderSend`."""
        user = self._user()
        self._end_ea(user, signal.SIGKILL)
        self.field.start_ea(user, failpoint=self.random.choice(EA_PLACES))
        _dies(self.field.ea(user))
        self._end_ea(user, signal.SIGKILL)
        self.field.start_ea(user)
        self.misbehaving.discard(user)

    def ea_frozen(self) -> None:
        """9, 16, 17: SIGSTOP for a while: stale, lost, or only late; commands and events wait in the sockets."""
        self._freeze(self.field.ea(self._user()))

    def ea_misbehaves(self) -> None:
        """9 to 11, 27, 28: restarted so that it loses and doubles messages, freezes, is requoted and left in doubt."""
        user = self._user()
        self._end_ea(user, signal.SIGTERM)
        self.field.start_ea(user, self._misbehaviour())
        self.misbehaving.add(user)

    def link_cut(self) -> None:
        """6, 9: one or both channels are cut for a while."""
        links = self._links()
        for link in links:
            link.cut()
        self._mend(links)

    def link_stalled(self) -> None:
        """8, 9, 14: one or both channels are half open; what waited in them arrives late, under an old session."""
        links = self._links()
        for link in links:
            link.stall()
        self._mend(links)

    def halted(self) -> None:
        """Halted by the operator for a moment, a user or all."""
        user = self.random.choice(["", *self.field.users])
        for state in (TradingState.HALTED, TradingState.ACTIVE):
            self.field.hub.ask(SetTrading(user=user, state=state, why="the storm", who="storm"))
            time.sleep(self.random.uniform(0, 0.2))

    def second_ea(self) -> None:
        """7: another ledger, on another account, says that it is the user's: refused, the first undisturbed."""
        self._strangers += 1
        stranger = self.field.knock(self._user(), f"stranger{self._strangers}")
        code = stranger.end(REFUSED_WITHIN_S)
        if code != 1:
            raise NotCalm(f"a second EA ended with {code}: {stranger.lines[-3:]}")

    def _user(self) -> str:
        return self.random.choice(self.field.users)

    def _links(self) -> list[Link]:
        both = self.field.links(self._user())
        return self.random.choice([list(both), [both[0]], [both[1]]])

    def _mend(self, links: list[Link]) -> None:
        time.sleep(self._while())
        for link in links:
            link.mend()

    def _while(self) -> float:
        # Seconds, up to four times what makes a session lost (protocol 2.8), more often short than long.
        return 2.4 * self.random.random() ** 3

    def _freeze(self, process: Running) -> None:
        process.process.send_signal(signal.SIGSTOP)
        time.sleep(self._while())
        process.process.send_signal(signal.SIGCONT)

    def _end_ea(self, user: str, by: signal.Signals) -> None:
        ea = self.field.ea(user)
        ea.process.send_signal(by)
        ea.end()

    def _misbehaviour(self) -> str:
        chosen = {
            "lose": self.random.choice([0, 0.02, 0.1]),
            "double": self.random.choice([0, 0.1, 0.3]),
            "latency_ms": self.random.choice([0, 0, 50, 500, 1500]),
            "requote": self.random.choice([0, 0.3]),
            "reject": self.random.choice([0, 0.2]),
            "timeout": self.random.choice([0, 0.3]),
            "freeze": self.random.choice([0, 0.3]),
            "freeze_ms": 400,
            "seed": self.random.randrange(10**6),
        }
        return ",".join(f"{name}={value}" for name, value in chosen.items())


def _dies(process: Running) -> None:
    deadline = time.monotonic() + DIES_WITHIN_S
    while process.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


FAULTS: dict[str, Callable[[Weather], None]] = {
    each.__name__: each
    for each in (
        Weather.hub_killed,
        Weather.hub_killed_at_a_fire,
        Weather.hub_stopped,
        Weather.disk_full,
        Weather.hub_killed_on_a_full_disk,
        Weather.hub_frozen,
        Weather.ea_killed,
        Weather.ea_killed_at_an_order,
        Weather.ea_frozen,
        Weather.ea_misbehaves,
        Weather.link_cut,
        Weather.link_stalled,
        Weather.halted,
        Weather.second_ea,
    )
}
