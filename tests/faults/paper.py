"""A paper EA with its broker and its ledger, moved by hand, at a live hub in this process: over real sockets."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from bitten.paper.account import PaperAccount
from bitten.paper.bar_book import BarBook
from bitten.paper.broker import Broker
from bitten.paper.broker_values import BrokerAccount, Deal
from bitten.paper.ea import Ea
from bitten.paper.ea_values import Channel, Identity, Sending, State
from bitten.paper.ledger import Ledger
from bitten.paper.market import MarketTick, default_spec
from bitten.paper.misbehaviour import FaultyBroker, Misbehaviour
from bitten.rules.facts import Confirmed
from bitten.rules.fire import is_ours
from bitten.units import SymbolSpec
from bitten.wire.codec import encode, hub_on_command
from bitten.wire.commands import Fire
from bitten.wire.events import Status
from tests.actors.bench import book_of, journaled
from tests.scenarios.live import HubTarget
from tests.scenarios.script import Json

SPEC = default_spec("EURUSD", 1.1)
BID, SPREAD = 1.1, 0.0001
STEP_MS = 50
"""At most so long the EA's timer waits, as the terminal's loop does."""


class PaperEa:
    """One process of the EA: `boot` names it. The broker and its book are not the process's, and outlive it."""

    def __init__(self, target: HubTarget, ledger: Ledger, broker: Broker, dealer: FaultyBroker, boot: str = "b1"):
        self.target = target
        self.ledger = ledger
        self.broker = broker
        self.dealer = dealer
        self.account = PaperAccount(ledger, broker, dealer)
        self.ea = Ea(Identity(user="paper", boot=boot), self.account, BarBook())
        self.ea.advance(target.now)
        self.heard: list[Json] = []
        self._boot = boot
        self._connections = 0

    def successor(self, ledger: Ledger, boot: str) -> "PaperEa":
        """A later process, or another terminal, on the same account."""
        return PaperEa(self.target, ledger, self.broker, self.dealer, boot)

    def misbehave(self, **faults: float) -> None:
        """From now on the broker misbehaves so."""
        self.dealer.faults = Misbehaviour(**faults)  # type: ignore[arg-type]  # each of its field's own type

    async def live(self) -> None:
        """Connect, and go on until the session is live."""
        await self.turn()
        for _ in range(100):
            if self.ea.state is State.LIVE:
                break
            await self.wait(STEP_MS)
        assert self.ea.state is State.LIVE, self.ea.state
        await self.turn()

    async def wait(self, ms: int) -> None:
        """Time passes, step by step, for the hub and for the EA; market time does too."""
        until = self.target.now + ms
        while self.target.now < until:
            await self.target.advance(min(STEP_MS, until - self.target.now))
            await self.turn()

    async def tick(self, bid: float = BID, after_ms: int = 0) -> None:
        """The broker's next quote, so long after now, and all that comes of it."""
        self.quote(bid, after_ms)
        await self.turn()

    def quote(self, bid: float = BID, after_ms: int = 0) -> None:
        """The broker's next quote, of which the hub hears with the next turn."""
        time = max(self.target.now + after_ms, self.ea.market_time + 1)
        self.ea.tick(MarketTick("EURUSD", bid, round(bid + SPREAD, 5), time))

    async def last_turn(self) -> None:
        """What has come is read and carried out; then the process dies, and has told nothing of it."""
        await self._send(self.ea.timer(self.target.now))
        while (said := await self.target.expect(self._peer)) is not None:
            self.heard.append(said)
            self.ea.receive(hub_on_command.decode(json.dumps(said).encode()), self.target.now)

    async def turn(self) -> None:
        """What has come is read and answered, and what is due is sent, until neither side has more to say."""
        if self.ea.state is State.WAITING and self.target.now >= self.ea.retry_at:
            self._connections += 1
            await self._send(self.ea.connect(self.target.now))
        more = True
        while more:
            more = await self._send(self.ea.timer(self.target.now))
            while (said := await self.target.expect(self._peer)) is not None:
                self.heard.append(said)
                await self._send(self.ea.receive(hub_on_command.decode(json.dumps(said).encode()), self.target.now))
                more = True

    def got(self, kind: str) -> list[Json]:
        """Every message of the hub's of that type so far."""
        return [each for each in self.heard if each["type"] == kind]

    @property
    def _peer(self) -> str:
        return f"{self._boot} {self._connections}"

    async def _send(self, sendings: list[Sending]) -> bool:
        for channel in Channel:
            frames = [encode(each.message) for each in sendings if each.channel is channel]
            if frames:
                await self.target.inject_all(self._peer, channel.value, frames)
        return bool(sendings)


@contextmanager
def paper(
    target: HubTarget, folder: Path | None = None, *, commission: float = 0.0, spec: SymbolSpec = SPEC
) -> Iterator[PaperEa]:
    """A new account, with its EA's first process."""
    broker = Broker(BrokerAccount(server="Paper-1", login=100, commission=commission), {"EURUSD": spec})
    with opened(folder) as ledger:
        yield PaperEa(target, ledger, broker, FaultyBroker(broker, Misbehaviour(), Random(1)))


@contextmanager
def opened(folder: Path | None) -> Iterator[Ledger]:
    """The ledger of a folder, until the process ends; None: one that is gone with it."""
    ledger = Ledger.open(folder)
    try:
        yield ledger
    finally:
        ledger.close()


def told(target: HubTarget, id_: str) -> list[tuple[Status, str]]:
    """What the EA said of a command, in order."""
    events = [fact.event for fact in journaled(target, Confirmed)]
    return [(event.status, event.message) for event in events if event.id == id_]


def the_fire(ea: PaperEa) -> Fire:
    """The one fire that the hub has sent."""
    (fire,) = ea.got("fire")
    command = hub_on_command.decode(json.dumps(fire).encode())
    assert isinstance(command, Fire)
    return command


def agree(ea: PaperEa, user: str = "paper") -> None:
    """The journal and the broker's book tell the same, and no id has two orders."""
    book = book_of(ea.target, user)
    deals = ea.broker.deals_since(0)
    opened_as = [deal.magic for deal in deals if deal.entry == "in" and is_ours(deal.magic)]
    magics = {command.intent.magic for command in book.commands.values() if command.life.filled}
    assert sorted(opened_as) == sorted(magics)
    assert {ticket: holding.left for ticket, holding in book.holdings.items()} == {
        position.ticket: position.lot for position in ea.broker.positions() if is_ours(position.magic)
    }
    assert book.deals == {deal.deal for deal in deals if deal.entry == "out"}
    assert book.unresolved == {}
    assert round(book.profit, 2) == round(sum(_net(deal) for deal in deals if is_ours(deal.magic)), 2)


def _net(deal: Deal) -> float:
    return deal.profit + deal.commission + deal.swap
