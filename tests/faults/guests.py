"""A hub under CURVE in this process, and whoever knocks at it: over real sockets, on the real clock."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from secrets import token_hex

import attrs
import trio
import zmq

from bitten.channels import open_channels
from bitten.clock import HubClock
from bitten.hub import Hub, open_journal
from bitten.keys import KeyPair
from bitten.rules.facts import SecurityEvent
from bitten.sections import Config, Security, SecuritySettings, UserSettings
from bitten.sockets.context import Context, Socket
from tests.scenarios.live import config
from tests.scenarios.samples import message
from tests.scenarios.script import Json, Setup
from tests.sockets.peers import eventually

HANDSHAKE_MS = 300
ON_COMMAND = ("hello", "ping", "pong", "goodbye")


@attrs.define
class Guest:
    """Somebody's two connections."""

    command: Socket
    feedback: Socket
    now: Callable[[], int]
    session: str = ""

    def frame(self, kind: str, **fields: object) -> bytes:
        """A message."""
        text = json.dumps(message({"type": kind, **fields}))
        return text.replace('"$now"', str(self.now())).replace("$session", self.session).encode()

    def say(self, kind: str, **fields: object) -> None:
        """Send a message, on the port that it belongs to."""
        self.send("command" if kind in ON_COMMAND else "feedback", self.frame(kind, **fields))

    def send(self, port: str, raw: bytes) -> None:
        """Send any bytes."""
        # A stranger's connection may be gone already, and what it says with it.
        with suppress(zmq.Again):
            (self.command if port == "command" else self.feedback).send(raw, zmq.NOBLOCK)

    async def heard(self) -> Json:
        """The next message."""
        await eventually(lambda: bool(self.command.poll(0)))
        found: Json = json.loads(self.command.recv())
        return found

    async def greets(self, user: str, **fields: object) -> Json:
        """Say hello; the answer, whose session is taken."""
        self.say("hello", user=user, ea=f"L-{user}", **fields)
        answer = await self.heard()
        self.session = str(answer.get("session", ""))
        return answer

    def close(self) -> None:
        """Leave."""
        self.command.close(0)
        self.feedback.close(0)


@attrs.define
class House:
    """The hub, its keys, and those of its users."""

    hub: Hub
    public: str
    keys: dict[str, KeyPair]
    _context: Context
    _guests: list[Guest] = attrs.field(factory=list)

    @property
    def endpoints(self) -> tuple[str, str]:
        """Of commands and of feedback."""
        return self.hub.command.channel.endpoint, self.hub.feedback.channel.endpoint

    def guest(
        self, keys: KeyPair | None, *, server: str | None = None, endpoints: tuple[str, str] | None = None
    ) -> Guest:
        """Connect both sockets, by CURVE where there are keys."""
        made = []
        for kind, endpoint in zip((zmq.DEALER, zmq.PUSH), endpoints or self.endpoints, strict=True):
            socket = self._context.socket(kind)
            socket.linger, socket.reconnect_ivl, socket.sndtimeo = 0, -1, 5_000
            if keys is not None:
                socket.curve_serverkey = (server or self.public).encode()
                socket.curve_publickey = keys.public.encode()
                socket.curve_secretkey = keys.secret.reveal().encode()
            if kind == zmq.DEALER:
                socket.routing_id = token_hex(8).encode()
            socket.connect(endpoint)
            made.append(socket)
        guest = Guest(made[0], made[1], self.hub.around.clock.now)
        self._guests.append(guest)
        return guest

    async def live(self, user: str, login: int) -> Guest:
        """The user's EA, as it should be: its session is live."""
        guest, before = self.guest(self.keys.get(user)), self.received()
        assert (await guest.greets(user, account={"login": login}))["type"] == "welcome"
        prepared = ("spec", "snapshot", "ready", "telemetry")
        for kind in prepared:
            guest.say(kind)
        while (await guest.heard())["type"] != "live":
            pass
        # The hub is live before the last of it comes, and whoever counts what comes would count that.
        await eventually(lambda: self.received() >= before + 1 + len(prepared))
        return guest

    async def counted(self, what: str, times: int = 1) -> None:
        """Return when that was counted so often."""
        await eventually(lambda: self.hub.suspicions.counts[what] >= times)

    async def refused(self, times: int) -> None:
        """Return when so many connections were refused, by their key or for want of one."""
        words = ("handshake_failed", "unknown_key")
        await eventually(lambda: sum(self.hub.suspicions.counts[word] for word in words) >= times)

    def told(self) -> list[tuple[str, str]]:
        """Users and deeds of the security events in the journal."""
        facts = [entry.fact for entry in self.hub.scribe.journal.read()]
        return [(fact.user, fact.what) for fact in facts if isinstance(fact, SecurityEvent)]

    def received(self) -> int:
        """Messages that have come to the hub's sockets."""
        return sum(each.statistics().received for each in (self.hub.command.channel, self.hub.feedback.channel))

    def close(self) -> None:
        """All leave."""
        for guest in self._guests:
            guest.close()


def guarded(folder: Path, users: dict[str, KeyPair]) -> Config:
    """A configuration under CURVE, in which those users are enrolled."""
    return attrs.evolve(
        config(Setup(), folder),
        security=SecuritySettings(mode=Security.CURVE, keys=str(folder / "keys"), handshake_ms=HANDSHAKE_MS),
        users={name: UserSettings(public_key=pair.public) for name, pair in users.items()},
    )


def unguarded(folder: Path, users: tuple[str, ...]) -> Config:
    """A configuration under which whoever connects is heard."""
    return attrs.evolve(config(Setup(), folder), users={name: UserSettings() for name in users})


@asynccontextmanager
async def house(folder: Path, *users: str, curve: bool = True) -> AsyncIterator[House]:
    """A running hub in which `users` are enrolled; without `curve` it is plain, and nobody has a key."""
    keys = {name: KeyPair.make(folder / f"{name}.key") for name in users if curve}
    settings = guarded(folder, keys) if curve else unguarded(folder, users)
    public = KeyPair.make(settings.key_path).public if curve else ""
    context: Context
    with open_journal(settings) as journal, open_channels(settings) as channels, zmq.Context() as context:
        made = House(Hub(settings, HubClock.start(), journal, channels), public, keys, context)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(made.hub.run)
            try:
                with trio.fail_after(20):
                    yield made
            finally:
                made.close()
                nursery.cancel_scope.cancel()
