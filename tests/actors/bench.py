"""The bench on which actors are tested: a live hub with the test's own patterns and limits, and EAs moved by hand."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

import apsw
import attrs
from trio.testing import MockClock

from bitten.journal import Durability
from bitten.rules.book import Book
from bitten.rules.citadel import BUILT_IN, CitadelSettings
from bitten.rules.facts import Entry, Fact
from bitten.rules.risk import RiskSettings, Tier
from bitten.rules.venom import VenomSettings
from bitten.sections import Config, UserSettings
from bitten.sockets.options import SocketOptions
from bitten.wire.codec import ea_on_command
from tests.scenarios.live import HubTarget, config, live_hub
from tests.scenarios.samples import message
from tests.scenarios.script import Channel, Json, Setup, User

F = TypeVar("F")

AUTO = UserSettings(tier="OPEN", mode="auto")
MANUAL = UserSettings(tier="OPEN", mode="manual")
OPEN = Tier(shots_a_day=20, open_at_once=20, risk_pct=1.0, daily_loss_cap_pct=50.0, modes=("manual", "semi", "auto"))
"""A tier that lets pass whatever the test is not about."""
RISK = RiskSettings()
BALANCE = 10_000.0
"""With 1 % risk, ten pips to the stop and 10 a pip and lot, that makes one lot a fire."""
BID, ASK = 1.1, 1.10008


@asynccontextmanager
async def hub(
    folder: Path,
    clock: MockClock,
    *,
    users: Mapping[str, UserSettings],
    patterns: tuple[str, ...] = ("EveryTick",),
    shields: tuple[str, ...] = (),
    base: float = 10.0,
    throttle: bool = False,
    sources: tuple[str, ...] = (),
    tier: Tier = OPEN,
    risk: RiskSettings = RISK,
    facts: tuple[tuple[str, Json], ...] = (),
    max_messages_per_s: int = 500,
    options: SocketOptions | None = None,
    durability: Durability = Durability.PROCESS,
) -> AsyncIterator[HubTarget]:
    """A hub that signals whenever its patterns speak; without shields CITADEL lets everything through at full size.

    Patterns and shields are classes of `tests.actors.patterns`, or "module:Class"; shields also built-in ones by name.
    """
    setup = Setup(users={name: User() for name in users}, facts=facts, max_messages_per_s=max_messages_per_s)
    plain = config(setup, folder)
    settings = attrs.evolve(
        plain,
        journal=attrs.evolve(plain.journal, durability=durability),
        venom=VenomSettings(
            patterns=_plug_ins(patterns),
            sources=sources,
            warm_bars=0,
            cool_down_s=0,
            max_per_hour=1_000,
        ),
        citadel=CitadelSettings(shields=_plug_ins(shields), base=base, throttle=throttle),
        tiers={"OPEN": tier},
        risk=risk,
        users=users,
    )
    assert isinstance(settings, Config)
    async with live_hub(setup, folder, clock, settings=settings, options=options or SocketOptions()) as target:
        yield target


def _plug_ins(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name if ":" in name or name in BUILT_IN else f"tests.actors.patterns:{name}" for name in names)


@attrs.define
class Ea:
    """A user's EA: it says what the test tells it to say, and keeps what it hears."""

    target: HubTarget
    user: str = "paper"
    login: int = 100
    peer: str = ""
    """Its connection; a new name is a new one."""
    session: str = ""
    next_event: int = 1
    _heard: list[Json] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        """One connection, until the test wants another."""
        self.peer = self.peer or self.user

    async def hello(self, **fields: object) -> Json:
        """Greet, and take the session that the welcome names."""
        said = {"user": self.user, "ea": f"L-{self.user}", "account": {"login": self.login}, **fields}
        await self.say("hello", next_event=self.next_event, **said)
        (welcome,) = await self.got("welcome")
        self.session = str(welcome["session"])
        return welcome

    async def go_live(self, **hello: object) -> Json:
        """Greet, describe the symbol, show an empty account with money in it, and be live; returns the welcome."""
        welcome = await self.hello(**hello)
        await self.say("spec")
        await self.say("snapshot", next_event=self.next_event)
        await self.say("ready")
        await self.telemetry()
        assert await self.got("live")
        return welcome

    async def telemetry(self, **fields: object) -> None:
        """The account, with `BALANCE` in it where nothing else is said."""
        money = dict.fromkeys(("balance", "equity", "free_margin"), BALANCE)
        await self.say("telemetry", **{"next_event": self.next_event, **money, **fields})

    async def tick(self, after_ms: int = 0, **fields: object) -> None:
        """A quote, so long after now in market time."""
        await self.say("tick", time=self.target.now + after_ms, **fields)

    async def event(self, kind: str, **fields: object) -> int:
        """The next numbered event; returns its number."""
        n, self.next_event = self.next_event, self.next_event + 1
        await self.say(kind, n=n, **fields)
        return n

    async def filled(self, fire: Json, ticket: int = 5) -> None:
        """The fire was carried out."""
        price, lot = fire["entry"], fire["lot"]
        await self.event("confirmation", id=fire["id"], ticket=ticket, deal=ticket + 1_000, price=price, lot=lot)

    async def closed(self, fire: Json, profit: float, ticket: int = 5, **fields: object) -> None:
        """The fire's position was closed, all of it."""
        what = {"fire_id": fire["id"], "lot": fire["lot"], "ticket": ticket, "deal": ticket + 2_000, "profit": profit}
        price, reason = (fire["tp"], "tp") if profit > 0 else (fire["sl"], "sl")
        await self.event("closed", **{**what, "price": price, "reason": reason, **fields})

    async def say(self, kind: str, **fields: object) -> None:
        """A message, a sample (`tests.scenarios.samples`) with these fields changed."""
        channel: Channel = "command" if kind in ea_on_command.types else "feedback"
        await self.target.inject(self.peer, channel, self.frame(kind, **fields))

    def frame(self, kind: str, **fields: object) -> bytes:
        """The bytes of such a message."""
        marks = {"$session": self.session, "$now": self.target.now}
        said = message({"type": kind, **fields})
        return json.dumps(
            {key: marks.get(value, value) if isinstance(value, str) else value for key, value in said.items()}
        ).encode()

    async def got(self, kind: str) -> list[Json]:
        """Every message of that type that has come since the last time somebody asked for that type."""
        while (each := await self.target.expect(self.peer)) is not None:
            self._heard.append(each)
        found = [each for each in self._heard if each["type"] == kind]
        self._heard = [each for each in self._heard if each["type"] != kind]
        return found


def journaled(target: HubTarget, kind: type[F]) -> list[F]:
    """Every fact of a kind that is durable, oldest first."""
    return [entry.fact for entry in entries(target) if isinstance(entry.fact, kind)]


def entries(target: HubTarget, *kinds: type[Fact]) -> list[Entry]:
    """The journal, or its entries of some kinds."""
    found = list(target.hub.scribe.journal.read())
    return [entry for entry in found if isinstance(entry.fact, kinds)] if kinds else found


async def fired(ea: Ea) -> Json:
    """The one command that the EA was sent."""
    (fire,) = await ea.got("fire")
    return fire


async def denied(ea: Ea) -> tuple[object, str]:
    """Code and message of the one denial that the EA was told."""
    (denial,) = await ea.got("denied")
    assert await ea.got("fire") == []
    return denial["code"], str(denial["message"])


def book_of(target: HubTarget, user: str = "paper") -> Book:
    """A user's book, which there is from the first hello on."""
    book = target.hub.scribe.ledger.book_of(user)
    assert book is not None
    return book


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """While it lasts nothing can be written to the journal."""
    disk = apsw.Connection(str(folder / "journal.sqlite"))
    disk.execute("CREATE TRIGGER full BEFORE INSERT ON facts BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    try:
        yield
    finally:
        disk.execute("DROP TRIGGER full")
        disk.close()
