"""A paper EA on a bench: the machine, a broker and a ledger, driven by hand with an explicit clock."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import attrs

from bitten.paper.account import PaperAccount
from bitten.paper.bar_book import BarBook
from bitten.paper.broker import Broker
from bitten.paper.broker_values import BrokerAccount, Deal, OrderRequest, Result, Retcode
from bitten.paper.ea import Ea
from bitten.paper.ea_values import Channel, Identity, Press, Sending, State
from bitten.paper.ledger import Ledger
from bitten.paper.market import MarketTick, default_spec
from bitten.wire.codec import FromEa, FromHub
from bitten.wire.commands import Ack
from bitten.wire.events import Confirmation
from bitten.wire.session import Live
from tests.paper.wire_samples import SESSION, fire, welcome

MARKET = 1_546_423_200_000
"""A Wednesday morning: the market is open."""
SPECS = {symbol: default_spec(symbol, 1.1) for symbol in ("EURUSD", "GBPUSD")}
OPENED = BrokerAccount(server="Paper-1", login=1)

M = TypeVar("M")


class ScriptedDealer:
    """The broker, but for answers laid out for the next requests; a late one is carried out at the next tick."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.answers: list[Retcode] = []
        self.asked = 0
        self.carry_out_late = True
        self._late: list[Callable[[], Result]] = []

    def open(self, request: OrderRequest) -> Result:
        """Answer as laid out, else as the broker does."""
        return self._answer(lambda: self.broker.open(request))

    def open_as_by_hand(self, magic: int) -> Result:
        """The broker carries out the sample fire, and nobody hears of it."""
        sample = fire(magic=magic)
        return self.broker.open(
            OrderRequest(
                symbol=sample.symbol,
                direction=sample.direction,
                kind="market",
                lot=sample.lot,
                entry=sample.entry,
                magic=magic,
                deviation=sample.deviation,
            )
        )

    def close(self, ticket: int, lot: float) -> Result:
        """Answer as laid out, else as the broker does."""
        return self._answer(lambda: self.broker.close(ticket, lot))

    def modify(self, ticket: int, *, sl: float | None, tp: float | None) -> Result:
        """Answer as laid out, else as the broker does."""
        return self._answer(lambda: self.broker.modify(ticket, sl=sl, tp=tp))

    def cancel(self, ticket: int) -> Result:
        """Answer as laid out, else as the broker does."""
        return self._answer(lambda: self.broker.cancel(ticket))

    def tick(self, tick: MarketTick) -> list[Deal]:
        """As the broker does, and what was late."""
        deals = self.broker.tick(tick)
        late, self._late = self._late, []
        made = [carry_out().deal for carry_out in late]
        return deals + [deal for deal in self.broker.deals_since(0) if deal.deal in made]

    def _answer(self, carry_out: Callable[[], Result]) -> Result:
        self.asked += 1
        if not self.answers:
            return carry_out()
        retcode = self.answers.pop(0)
        if retcode is Retcode.TIMEOUT and self.carry_out_late:
            self._late.append(carry_out)
        return Result(retcode=retcode)


class Bench:
    """An EA with everything around it within reach. `now` is where the EA's clock starts."""

    def __init__(
        self,
        state: Path | None = None,
        *,
        user: str = "alice",
        boot: str = "boot-1",
        opened: BrokerAccount = OPENED,
        now: int = 1_000_000,
        press: Press = "none",
        latency_ms: int = 0,
        telemetry_ms: int = 5000,
    ) -> None:
        self.now = now
        self.ledger = Ledger.open(state)
        book = self.ledger.kept("book")
        self.broker = Broker(opened, SPECS) if book is None else Broker.from_state(book, SPECS)
        self.dealer = ScriptedDealer(self.broker)
        self.account = PaperAccount(self.ledger, self.broker, self.dealer)
        self.bars = BarBook()
        identity = Identity(user=user, boot=boot, press=press, telemetry_ms=telemetry_ms)
        self.ea = Ea(identity, self.account, self.bars, lambda: latency_ms)
        self.sent: list[Sending] = []

    def state(self) -> State:
        """Where the EA stands: a call, so that no type checker believes that it stays so."""
        return self.ea.state

    def connect(self) -> list[FromEa]:
        """Open the sockets."""
        return self._took(self.ea.connect(self.now))

    def hear(self, message: FromHub) -> list[FromEa]:
        """The hub says something."""
        return self._took(self.ea.receive(message, self.now))

    def wait(self, milliseconds: int = 0) -> list[FromEa]:
        """Time passes, then the timer comes."""
        self.now += milliseconds
        return self._took(self.ea.timer(self.now))

    def tick(self, bid: float = 1.1, ask: float = 1.1002, *, after: int = 1000, symbol: str = "EURUSD") -> None:
        """The market moves on by `after` ms of its own time."""
        time = max(self.ea.market_time, MARKET) + after
        self.ea.tick(MarketTick(symbol, bid, ask, time))

    def go_live(self, **changes: object) -> None:
        """Greet, be welcomed and go live; what was sent is forgotten."""
        self.connect()
        self.hear(welcome(echo=self.now, **{"time": self.now, **changes}))
        self.hear(Live(session=SESSION))
        self.wait()
        self.sent.clear()

    def ack(self, n: int) -> None:
        """The hub acks."""
        self.hear(Ack(session=SESSION, n=n))

    def confirmations(self) -> list[tuple[int, str, str, bool]]:
        """Every confirmation sent since the last look: number, id, status, again."""
        found = [(m.n, m.id, m.status.value, m.again) for m in self.messages(Confirmation)]
        self.sent.clear()
        return found

    def messages(self, kind: type[M]) -> list[M]:
        """What was sent of one kind."""
        return [sending.message for sending in self.sent if isinstance(sending.message, kind)]

    def close(self) -> None:
        """The process ends: whatever is not on disk is gone."""
        self.ledger.close()

    def _took(self, sendings: Sequence[Sending]) -> list[FromEa]:
        self.sent.extend(sendings)
        return [sending.message for sending in sendings]


def by_channel(sendings: Sequence[Sending]) -> dict[Channel, list[str]]:
    """The types that left by each channel."""
    return {
        channel: [sending.message.type for sending in sendings if sending.channel is channel] for channel in Channel
    }


def without_number(message: Confirmation) -> Confirmation:
    """For comparing what is said, whenever and in whatever session."""
    return attrs.evolve(message, n=1, session=SESSION)
