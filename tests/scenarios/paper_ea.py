"""The paper EA as a target: its machine, ledger and broker, and frames in place of sockets."""

import json
from pathlib import Path

from bitten.errors import Malformed
from bitten.paper.account import PaperAccount
from bitten.paper.bar_book import BarBook
from bitten.paper.broker import Broker
from bitten.paper.broker_values import BrokerAccount, Retcode
from bitten.paper.ea import Ea
from bitten.paper.ea_values import Identity, Sending, State
from bitten.paper.ledger import Ledger
from bitten.paper.market import MarketTick, default_spec
from bitten.wire.codec import encode, hub_on_command
from tests.paper.ea_bench import ScriptedDealer
from tests.scenarios.script import START, Channel, Json

SPECS = {symbol: default_spec(symbol, 1.1) for symbol in ("EURUSD", "GBPUSD")}
ACCOUNT = BrokerAccount(server="Broker", login=100)
PACE_MS = 5_000
TURN_MS = 10
"""How often the terminal's timer comes."""


class PaperTarget:
    """A paper terminal whose clock is moved by hand."""

    def __init__(self, state: Path) -> None:
        self.now = START
        self._state = state
        self._lives = 0
        self._said: dict[Channel, list[Json]] = {"command": [], "feedback": []}
        self._begin()

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def say(self, raw: bytes) -> None:
        """A frame from the hub."""
        try:
            message = hub_on_command.decode(raw)
        except Malformed:
            return
        self._take(self._ea.receive(message, self.now))

    def heard(self, channel: Channel) -> list[Json]:
        """All that the EA has said since the last look."""
        self._turn()
        said, self._said[channel] = self._said[channel], []
        return said

    def advance(self, ms: int) -> None:
        """From turn to turn of the terminal's loop."""
        until = self.now + ms
        while self.now < until:
            self.now = min(until, self.now + TURN_MS)
            self._turn()

    def around(self, words: tuple[str, ...]) -> None:
        """A quote, an answer of the broker's, or the process's end."""
        match words:
            case ("tick", symbol, bid, ask):
                self._ea.tick(MarketTick(symbol, float(bid), float(ask), self.now))
            case ("answers", *codes):
                self._dealer.answers += [Retcode(int(code)) for code in codes]
            case ("ea", "restarts"):
                self._ledger.close()
                self._begin()
            case ("ea", "leaves"):
                self._take(self._ea.leave("the chart is closed"))
            case _:
                raise AssertionError(f"not known here: {' '.join(words)}")

    def _begin(self) -> None:
        self._lives += 1
        self._ledger = Ledger.open(self._state)
        book = self._ledger.kept("book")
        broker = Broker(ACCOUNT, SPECS) if book is None else Broker.from_state(book, SPECS)
        self._dealer = ScriptedDealer(broker)
        identity = Identity(user="paper", boot=f"boot-{self._lives}", telemetry_ms=PACE_MS)
        self._ea = Ea(identity, PaperAccount(self._ledger, broker, self._dealer), BarBook())

    def _turn(self) -> None:
        self._ea.advance(self.now)
        if self._ea.state is State.WAITING and self.now >= self._ea.retry_at:
            self._take(self._ea.connect(self.now))
        self._take(self._ea.timer(self.now))

    def _take(self, sendings: list[Sending]) -> None:
        for each in sendings:
            channel: Channel = "command" if each.channel.name == "COMMAND" else "feedback"
            self._said[channel].append(json.loads(encode(each.message)))
