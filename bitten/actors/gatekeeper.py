"""The gatekeeper: says to libzmq who may connect (ZAP, protocol 1.6), by the directory as it is now.

Receives: a question for each connection that shows a key; from ZMQ, that one was accepted, and that it succeeded.
Sends: yes, with the User-Id that the connection speaks for from then on, or no.
Journals: that a stranger knocked.
Fails as: itself: while it is away nobody new comes in, and who is in stays.
"""

from collections.abc import Sequence

import attrs
import trio

from bitten.actors.suspicions import Suspicions
from bitten.clock import HubClock
from bitten.errors import Malformed
from bitten.rules.access import Directory, fingerprint
from bitten.rules.handshakes import Handshakes
from bitten.sockets.monitor import Happened, Monitor
from bitten.sockets.options import ZAP_DOMAIN
from bitten.sockets.zap import Question, ZapChannel, no, question, yes

REMEMBERED = 64
"""Keys that knocked lately, for an operator who looks for the one to enrol."""


@attrs.frozen
class Knocked:
    """A key that was refused. Times are hub time, ms."""

    public_key: str
    fingerprint: str
    address: str
    first: int
    last: int
    count: int


@attrs.define(eq=False)
class Gatekeeper:
    """Owns the directory; whoever reloads the users puts a new one in its place."""

    zap: ZapChannel
    monitors: Sequence[Monitor]
    clock: HubClock
    suspicions: Suspicions
    directory: Directory
    handshakes: Handshakes
    knocked: dict[str, Knocked] = attrs.field(factory=dict)
    """By key, the one that knocked longest ago first."""
    _accepted: trio.Event = attrs.field(factory=trio.Event)

    async def run(self) -> None:
        """Answer for ever."""
        async with trio.open_nursery() as nursery:
            for monitor in self.monitors:
                nursery.start_soon(self._watch, monitor)
            nursery.start_soon(self._count_failures)
            while True:
                for frames in await self.zap.receive_batch():
                    self._answer(frames)

    async def _watch(self, monitor: Monitor) -> None:
        while True:
            for happened in await monitor.receive_batch():
                if happened is Happened.ACCEPTED:
                    self.handshakes.accepted(self.clock.now())
                    self._accepted.set()
                else:
                    self.handshakes.settled()

    async def _count_failures(self) -> None:
        while True:
            due = self.handshakes.next_due
            if due is None:
                self._accepted = trio.Event()
                await self._accepted.wait()
            else:
                await trio.sleep_until(self.clock.to_trio(due))
            for _ in range(self.handshakes.failed(self.clock.now())):
                self.suspicions.report("", "handshake_failed", "a connection that showed no key of an EA's")

    def _answer(self, frames: list[bytes]) -> None:
        try:
            body = frames.index(b"") + 1
            asked = question(frames[body:])
        except (ValueError, Malformed) as error:
            # libzmq asks, not a peer: no answer is a no, once the handshake has waited long enough.
            self.suspicions.report("", "zap_malformed", str(error))
            return
        admitted = self.directory.admit(asked.public_key) if asked.domain == ZAP_DOMAIN else None
        if admitted is None:
            self.handshakes.settled()
            self._remember(asked)
        self.zap.answer(frames[:body], no(asked) if admitted is None else yes(asked, str(admitted)))

    def _remember(self, asked: Question) -> None:
        now, print_ = self.clock.now(), fingerprint(asked.public_key)
        before = self.knocked.pop(asked.public_key, None)
        first, count = (before.first, before.count + 1) if before else (now, 1)
        self.knocked[asked.public_key] = Knocked(asked.public_key, print_, asked.address, first, now, count)
        if len(self.knocked) > REMEMBERED:
            self._forget_one()
        self.suspicions.report("", "unknown_key", f"{print_} from {asked.address}")

    def _forget_one(self) -> None:
        """Of those that knocked least often the one that did longest ago; not the newest, which has only begun.

        An EA that waits to be enrolled tries again and again. A stranger with a new key each time must not hide it.
        """
        *others, _ = self.knocked.values()
        least = min(others, key=lambda each: each.count)
        del self.knocked[least.public_key]
