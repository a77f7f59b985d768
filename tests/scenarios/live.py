"""A live hub as a target: all its actors in this process, real TCP, and a clock that is moved by hand."""

import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from secrets import token_hex

import attrs
import trio
import zmq
from trio.testing import MockClock, wait_all_tasks_blocked

from bitten.clock import HubClock
from bitten.config import (
    Config,
    DeskSettings,
    JournalSettings,
    MarketSettings,
    SocketSettings,
    UserSettings,
    WatchdogSettings,
)
from bitten.hub import Channels, Hub, open_channels, open_journal
from bitten.rules.facts import Draft
from bitten.rules.session import NEVER, SessionSettings
from bitten.sockets.context import Context, Socket
from tests.scenarios.samples import fact
from tests.scenarios.script import START, Channel, Json, Setup

ARRIVES_MS = 5_000
"""Real time that a frame may take over loopback on a busy machine before the test fails."""


@attrs.frozen
class Peer:
    """A connection of an EA."""

    command: Socket
    feedback: Socket
    read: deque[Json] = attrs.field(factory=deque)


class HubTarget:
    """Counts what was sent either way, and waits until it has arrived: so that nothing races and nothing sleeps."""

    def __init__(self, hub: Hub, channels: Channels, clock: MockClock, context: Context) -> None:
        self.hub = hub
        self._channels = channels
        self._clock = clock
        self._context = context
        self._peers: defaultdict[str, Peer] = defaultdict(self._connect)
        self._injected = {"command": 0, "feedback": 0}
        self._arrived = 0

    @property
    def now(self) -> int:
        """Hub time, ms."""
        return self.hub.around.clock.now()

    async def inject(self, peer: str, channel: Channel, raw: bytes) -> None:
        """One frame from the EA, and all that the hub does about it."""
        socket = self._peers[peer].command if channel == "command" else self._peers[peer].feedback
        socket.send(raw)
        self._injected[channel] += 1
        await self._settle()

    async def expect(self, peer: str) -> Json | None:
        """The next message that has arrived at that connection."""
        await self._settle()
        read = self._peers[peer].read
        return read.popleft() if read else None

    async def advance(self, ms: int) -> None:
        """From deadline to deadline, with everything done at each."""
        until = self.now + ms
        while self.now < until:
            await self._settle()
            soonest = min((each.machine.deadline for each in self.hub.around.roster), default=NEVER)
            self._clock.jump((max(self.now + 1, min(until, soonest)) - self.now) / 1000)
        await self._settle()

    def close(self) -> None:
        """Let go of the EA's side."""
        for peer in self._peers.values():
            peer.command.close()
            peer.feedback.close()

    async def _settle(self) -> None:
        while True:
            await self._received()
            await wait_all_tasks_blocked()
            if not self._read():
                return

    async def _received(self) -> None:
        """The hub has taken every frame that was sent to it."""
        with trio.fail_after(ARRIVES_MS / 1000):
            for name, channel in (("command", self._channels.command), ("feedback", self._channels.feedback)):
                while channel.statistics().received < self._injected[name]:
                    await wait_all_tasks_blocked(cushion=0.0002)

    def _read(self) -> bool:
        """Every frame that the hub has sent has arrived. True: there were some."""
        sent, before = self._channels.command.statistics().sent, self._arrived
        poller = zmq.Poller()
        for peer in self._peers.values():
            poller.register(peer.command, zmq.POLLIN)
        while self._arrived < sent:
            ready = dict(poller.poll(ARRIVES_MS))
            assert ready, f"{sent - self._arrived} frames of the hub have not arrived"
            for peer in self._peers.values():
                if peer.command in ready:
                    peer.read.append(json.loads(peer.command.recv()))
                    self._arrived += 1
        return self._arrived > before

    def _connect(self) -> Peer:
        command, feedback = self._context.socket(zmq.DEALER), self._context.socket(zmq.PUSH)
        command.routing_id = token_hex(8).encode()
        for socket, channel in ((command, self._channels.command), (feedback, self._channels.feedback)):
            socket.linger = 0
            socket.connect(channel.endpoint)
        return Peer(command, feedback)


def config(setup: Setup, folder: Path) -> Config:
    """The configuration that a scenario's head describes."""
    return Config(
        sockets=SocketSettings(command_port=0, feedback_port=0),
        desk=DeskSettings(path=str(folder / "desk" / "desk.sock")),
        journal=JournalSettings(path=str(folder / "journal.sqlite")),
        session=SessionSettings(
            telemetry_ms=setup.telemetry_ms,
            max_clock_skew_ms=setup.max_clock_skew_ms,
            max_messages_per_s=setup.max_messages_per_s,
        ),
        market=MarketSettings(
            symbols=setup.symbols,
            warm_up=tuple(bars.timeframe for bars in setup.bars),
            warm_up_bars=setup.bars[0].count,
        ),
        # The clock of a test stands still, which to the watchdog is a loop that does not turn.
        watchdog=WatchdogSettings(limit_s=3_600.0),
        users={
            name: UserSettings(account=user.account, accept_live=user.accept_live) for name, user in setup.users.items()
        },
    )


@asynccontextmanager
async def live_hub(setup: Setup, folder: Path, clock: MockClock) -> AsyncIterator[HubTarget]:
    """A hub that runs until the end of the block, with the facts of the scenario in its journal."""
    settings = config(setup, folder)
    with ExitStack() as stack:
        journal = stack.enter_context(open_journal(settings))
        if setup.facts:
            journal.append(*(Draft("test", START, fact(kind, fields)) for kind, fields in setup.facts))
        channels = stack.enter_context(open_channels(settings))
        hub = Hub(settings, HubClock(START, trio.current_time()), journal, channels)
        context: Context = zmq.Context()
        stack.callback(context.destroy, 0)
        target = HubTarget(hub, channels, clock, context)
        stack.callback(target.close)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(hub.run)
            await wait_all_tasks_blocked()
            yield target
            nursery.cancel_scope.cancel()
