"""A live hub as a target: all its actors in this process, real TCP, and a clock that is moved by hand."""

import json
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from secrets import token_hex

import attrs
import trio
import zmq
from trio.testing import MockClock, wait_all_tasks_blocked

from bitten.channels import Channels
from bitten.clock import HubClock
from bitten.hub import Hub, open_journal
from bitten.rules.facts import Draft
from bitten.rules.session import NEVER, SessionSettings
from bitten.sections import (
    Config,
    DeskSettings,
    JournalSettings,
    MarketSettings,
    SocketSettings,
    UserSettings,
    WatchdogSettings,
)
from bitten.sockets.channel import PullChannel, RouterChannel, Sent
from bitten.sockets.context import Context, Socket, open_context
from bitten.sockets.options import SocketOptions
from bitten.tape import Tape
from tests.scenarios.samples import fact
from tests.scenarios.script import START, Channel, Json, Setup

ARRIVES_MS = 5_000
"""Real time that a frame may take over loopback on a busy machine before the test fails."""


_DEFAULT = SocketOptions()
TIGHT = SocketOptions(send_hwm=16, send_buffer_bytes=4_096)
"""A command socket whose queue to an EA that does not read is full after dozens of messages instead of thousands.

Not after one: what is said to an EA that does read may be several messages at once."""
_TIGHT_PEER = {zmq.RCVHWM: 1, zmq.RCVBUF: 4_096}


class CountingRouter(RouterChannel):
    """A command channel that knows how many messages each peer was sent."""

    def __init__(self, socket: Socket, close: Callable[[Socket, int], None] = Socket.close) -> None:
        super().__init__(socket, close)
        self.sent_to: Counter[bytes] = Counter()

    def send_to(self, routing_id: bytes, body: bytes) -> Sent:
        sent = super().send_to(routing_id, body)
        self.sent_to[routing_id] += sent is Sent.SENT
        return sent


@attrs.define(eq=False)
class Peer:
    """A connection of an EA."""

    routing_id: bytes
    command: Socket
    feedback: Socket
    read: deque[Json] = attrs.field(factory=deque)
    arrived: int = 0
    deaf: bool = False
    """It reads nothing."""


class HubTarget:
    """Counts what was sent either way, and waits until it has arrived: so that nothing races and nothing sleeps."""

    def __init__(self, hub: Hub, command: CountingRouter, clock: MockClock, context: Context) -> None:
        self.hub = hub
        self._command = command
        self._clock = clock
        self._context = context
        self._peers: defaultdict[str, Peer] = defaultdict(self._connect)
        self._injected = {"command": 0, "feedback": 0}

    @property
    def now(self) -> int:
        """Hub time, ms."""
        return self.hub.around.clock.now()

    async def inject(self, peer: str, channel: Channel, raw: bytes) -> None:
        """One frame from the EA, and all that the hub does about it."""
        await self.inject_all(peer, channel, [raw])

    async def inject_all(self, peer: str, channel: Channel, raws: Iterable[bytes]) -> None:
        """Frames that come at once, as a burst does."""
        for raw in raws:
            self._send(peer, channel, raw)
        await self.settle()

    def deafen(self, peer: str) -> None:
        """The EA reads nothing of what the hub sends from now on."""
        self._peers[peer].deaf = True

    async def expect(self, peer: str) -> Json | None:
        """The next message that has arrived at that connection."""
        await self.settle()
        read = self._peers[peer].read
        return read.popleft() if read else None

    async def advance(self, ms: int) -> None:
        """From deadline to deadline, with everything done at each."""
        until = self.now + ms
        while self.now < until:
            await self.settle()
            soonest = min((each.machine.deadline for each in self.hub.around.roster), default=NEVER)
            self._clock.jump((max(self.now + 1, min(until, soonest)) - self.now) / 1000)
        await self.settle()

    async def settle(self) -> None:
        """Everything is done, and all that the hub has said has arrived."""
        while True:
            await self._received()
            await wait_all_tasks_blocked()
            if not self._read():
                return

    async def vanish(self, peer: str) -> None:
        """The EA's connection breaks, and the hub's socket has noticed."""
        gone = self._peers.pop(peer)
        gone.command.close()
        gone.feedback.close()
        await _until(lambda: self._command.send_to(gone.routing_id, b"") is Sent.GONE, f"the end of {peer}")

    def close(self) -> None:
        """Let go of the EA's side."""
        for peer in self._peers.values():
            peer.command.close()
            peer.feedback.close()

    def _send(self, peer: str, channel: Channel, raw: bytes) -> None:
        socket = self._peers[peer].command if channel == "command" else self._peers[peer].feedback
        socket.send(raw)
        self._injected[channel] += 1

    async def _received(self) -> None:
        """The hub has taken every frame that was sent to it."""
        for name, channel in (("command", self._command), ("feedback", self.hub.feedback.channel)):
            await _until(lambda: channel.statistics().received >= self._injected[name], f"frames on {name}")  # noqa: B023

    def _read(self) -> bool:
        """Every frame that the hub has sent has arrived, but for those who do not read. True: there were some."""
        return sum(self._read_all(peer) for peer in self._peers.values() if not peer.deaf) > 0

    def _read_all(self, peer: Peer) -> int:
        before, sent = peer.arrived, self._command.sent_to[peer.routing_id]
        while peer.arrived < sent:
            assert peer.command.poll(ARRIVES_MS), f"{sent - peer.arrived} frames of the hub have not arrived"
            peer.read.append(json.loads(peer.command.recv()))
            peer.arrived += 1
        return peer.arrived - before

    def _connect(self) -> Peer:
        command, feedback = self._context.socket(zmq.DEALER), self._context.socket(zmq.PUSH)
        routing_id = command.routing_id = token_hex(8).encode()
        for option, value in _TIGHT_PEER.items():
            command.set(option, value)
        for socket, channel in ((command, self._command), (feedback, self.hub.feedback.channel)):
            socket.linger = 0
            socket.connect(channel.endpoint)
        return Peer(routing_id, command, feedback)


async def _until(arrived: Callable[[], bool], what: str) -> None:
    """In real time: the clock of a test stands still."""
    deadline = time.monotonic() + ARRIVES_MS / 1000
    while not arrived():
        assert time.monotonic() < deadline, f"{what}: not arrived in {ARRIVES_MS} ms"
        await wait_all_tasks_blocked(cushion=0.0002)


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
async def live_hub(
    setup: Setup,
    folder: Path,
    clock: MockClock,
    *,
    settings: Config | None = None,
    options: SocketOptions = _DEFAULT,
    source: Path | None = None,
    tape: Tape | None = None,
) -> AsyncIterator[HubTarget]:
    """A hub that runs until the end of the block, with the facts of the scenario in its journal.

    `settings` are those of the scenario's head where none are given; `options` are the command socket's.
    `source` is the file that the hub may read its settings anew from. Who opened the `tape` closes it.
    """
    settings = settings or config(setup, folder)
    with ExitStack() as stack:
        journal = stack.enter_context(open_journal(settings))
        if setup.facts:
            journal.append(*(Draft("test", START, fact(kind, fields)) for kind, fields in setup.facts))
        context = stack.enter_context(open_context())
        channels, command = stack.enter_context(_channels(settings, options))
        hub = Hub(settings, HubClock(START, trio.current_time()), journal, channels, source, tape)
        target = HubTarget(hub, command, clock, context)
        stack.callback(target.close)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(hub.run)
            await wait_all_tasks_blocked()
            yield target
            nursery.cancel_scope.cancel()


@contextmanager
def _channels(settings: Config, options: SocketOptions) -> Iterator[tuple[Channels, CountingRouter]]:
    with (
        open_context() as context,
        RouterChannel.bind_ipc(context, settings.desk_path) as desk,
        CountingRouter.bind_tcp(context, settings.sockets.host, 0, options) as command,
        PullChannel.bind_tcp(context, settings.sockets.host, 0) as feedback,
    ):
        yield Channels(command, feedback, desk), command
