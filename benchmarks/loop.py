"""What the hub is compared with, `python -m benchmarks.loop BENCHMARK EAS TICKS`: a bare blocking pyzmq loop.

It decodes the same messages with the same codec and answers with the same fire. It supervises nothing, remembers
nothing, decides nothing and journals nothing.
"""

import sys
import time

import attrs
import msgspec
import zmq

from benchmarks.ea import Endpoints
from benchmarks.pattern import EveryTick
from bitten.messages import Timeframe
from bitten.rules.venom.plan import signal_id
from bitten.units import Direction, TradingState
from bitten.wire.account import Ready
from bitten.wire.codec import FromEaOnFeedback, FromHub, ea_on_command, ea_on_feedback, encode
from bitten.wire.commands import Ack, Fire
from bitten.wire.events import Confirmation, Pass
from bitten.wire.market import Tick
from bitten.wire.session import Hello, Live, Trading, Welcome

Socket = zmq.Socket[bytes]


@attrs.define
class Peer:
    """An EA as the loop knows it."""

    session: str
    routing_id: bytes
    quotes: dict[str, tuple[float, float, int]] = attrs.field(factory=dict)

    def tick(self, tick: Tick) -> None:
        """Take a quote: all that the loop makes of a stream."""
        self.quotes[tick.symbol] = (tick.bid, tick.ask, tick.time)


@attrs.frozen
class Loop:
    """Both sockets and the peers that have said hello, by session."""

    command: Socket
    feedback: Socket
    peers: dict[str, Peer] = attrs.field(factory=dict)

    def greet(self, count: int) -> None:
        """Welcome `count` EAs."""
        while len(self.peers) < count:
            routing_id, raw = self.command.recv_multipart()
            hello = ea_on_command.decode(raw)
            if isinstance(hello, Hello):
                peer = self.peers[f"loop-{hello.user}"] = Peer(f"loop-{hello.user}", routing_id)
                self._send(peer, _welcome(peer.session, hello))

    def answer(self) -> None:
        """Answer every tick with a fire, for ever."""
        receive, decode, peers = self.feedback.recv, ea_on_feedback.decode, self.peers
        while True:
            message = decode(receive())
            peer = peers[message.session]
            if isinstance(message, Tick):
                peer.tick(message)
                self._send(peer, _fire(message))
            else:
                self._other(message, peer)

    def take(self, ticks: int) -> None:
        """Take in so many ticks."""
        receive, decode, peers = self.feedback.recv, ea_on_feedback.decode, self.peers
        while ticks:
            message = decode(receive())
            peer = peers[message.session]
            if isinstance(message, Tick):
                peer.tick(message)
                ticks -= 1
            else:
                self._other(message, peer)

    def _other(self, message: FromEaOnFeedback, peer: Peer) -> None:
        if isinstance(message, Ready):
            self._send(peer, Live(session=peer.session))
        elif isinstance(message, Confirmation | Pass):
            self._send(peer, Ack(session=peer.session, n=message.n))

    def _send(self, peer: Peer, message: FromHub) -> None:
        self.command.send(peer.routing_id, zmq.SNDMORE)
        self.command.send(encode(message))


def main(benchmark: str, eas: int, ticks: int) -> None:
    """Listen on free ports, which are told on standard output, and then when the last tick came."""
    context: zmq.Context[Socket] = zmq.Context()
    command, feedback = context.socket(zmq.ROUTER), context.socket(zmq.PULL)
    for socket in (command, feedback):
        socket.set(zmq.LINGER, 0)
        socket.bind("tcp://127.0.0.1:*")
    _say(Endpoints(*(each.get_string(zmq.LAST_ENDPOINT).rstrip("\0") for each in (command, feedback))))
    loop = Loop(command, feedback)
    loop.greet(eas)
    if benchmark == "latency":
        loop.answer()
    loop.take(ticks)
    _say({"ticks": ticks, "at": time.monotonic()})
    context.destroy()


def _welcome(session: str, hello: Hello) -> Welcome:
    trading = Trading(state=TradingState.ACTIVE, reason="")
    now = time.time_ns() // 1_000_000
    return Welcome(
        session=session,
        epoch=1,
        time=now,
        echo=hello.time,
        telemetry_ms=5_000,
        symbols=(),
        bars=(),
        ack=0,
        trading=trading,
    )


def _fire(tick: Tick) -> Fire:
    found = signal_id(EveryTick.name, tick.symbol, Timeframe.M5, tick.time, Direction.BUY)
    return Fire(
        session=tick.session,
        id=f"F{tick.time}",
        expires=time.time_ns() // 1_000_000 + 5_000,
        signal_id=found,
        magic=1,
        symbol=tick.symbol,
        direction=Direction.BUY,
        kind="market",
        entry=tick.ask,
        lot=0.1,
        sl=round(tick.ask - 0.001, 5),
        tp=round(tick.ask + 0.001, 5),
        deviation=30,
        good_till=0,
    )


def _say(value: object) -> None:
    print(msgspec.json.encode(value).decode(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
