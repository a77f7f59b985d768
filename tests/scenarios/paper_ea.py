"""The paper EA as a target: its machine, ledger and broker, and frames in place of sockets."""

import json
from pathlib import Path

from bitten.errors import Malformed
from bitten.paper.broker_values import BrokerAccount, Retcode
from bitten.paper.ea_values import Channel as Port
from bitten.paper.ea_values import State
from bitten.paper.market import MarketTick
from bitten.wire.codec import encode, hub_on_command
from tests.paper.ea_bench import Bench
from tests.scenarios.script import START, Channel, Json

ACCOUNT = BrokerAccount(server="Broker", login=100)
TURN_MS = 10
"""How often the terminal's timer comes."""


class PaperTarget:
    """A paper terminal whose clock is moved by hand."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._lives = 0
        self._said: dict[Channel, list[Json]] = {"command": [], "feedback": []}
        self._bench = self._begin(START)

    @property
    def now(self) -> int:
        """The EA's clock, ms."""
        return self._bench.now

    def close(self) -> None:
        """Let go of the ledger."""
        self._bench.close()

    def say(self, raw: bytes) -> None:
        """A frame from the hub."""
        try:
            message = hub_on_command.decode(raw)
        except Malformed:
            return
        self._bench.hear(message)

    def heard(self, channel: Channel) -> list[Json]:
        """All that the EA has said since the last look."""
        self._turn()
        self._collect()
        said, self._said[channel] = self._said[channel], []
        return said

    def advance(self, ms: int) -> None:
        """From turn to turn of the terminal's loop."""
        until = self.now + ms
        while self.now < until:
            self._turn(min(TURN_MS, until - self.now))

    def around(self, words: tuple[str, ...]) -> None:
        """A quote, an answer of the broker's, or the process's end."""
        bench = self._bench
        match words:
            case ("tick", symbol, bid, ask):
                bench.ea.tick(MarketTick(symbol, float(bid), float(ask), self.now))
            case ("answers", *codes):
                bench.dealer.answers += [Retcode(int(code)) for code in codes]
            case ("ea", "restarts"):
                self._collect()
                bench.close()
                self._bench = self._begin(self.now)
            case ("ea", "leaves"):
                bench.sent += bench.ea.leave("the chart is closed")
            case _:
                raise AssertionError(f"not known here: {' '.join(words)}")

    def _begin(self, now: int) -> Bench:
        self._lives += 1
        return Bench(self._state, user="paper", boot=f"boot-{self._lives}", opened=ACCOUNT, now=now)

    def _collect(self) -> None:
        for each in self._bench.sent:
            channel: Channel = "command" if each.channel is Port.COMMAND else "feedback"
            self._said[channel].append(json.loads(encode(each.message)))
        self._bench.sent.clear()

    def _turn(self, ms: int = 0) -> None:
        bench = self._bench
        bench.now += ms
        bench.ea.advance(bench.now)
        if bench.state() is State.WAITING and bench.now >= bench.ea.retry_at:
            bench.connect()
        bench.wait()
