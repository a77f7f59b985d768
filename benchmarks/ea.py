"""A terminal as the wire sees it: blocking pyzmq, so that nothing but the other end is measured."""

import time
from pathlib import Path
from typing import TypeVar

import attrs
import zmq

from benchmarks import market
from bitten.errors import BittenError
from bitten.keys import CurveClient, KeyPair
from bitten.wire.account import Ready, Snapshot, Telemetry
from bitten.wire.advice import Denied
from bitten.wire.codec import FromEa, FromHub, encode, hub_on_command
from bitten.wire.commands import Ack, Fire
from bitten.wire.events import Confirmation, Pass, Status
from bitten.wire.market import Tick
from bitten.wire.session import AccountInfo, Bye, Hello, Live, Ping, Pong, Welcome

ANSWER_MS = 10_000
"""Longest wait for an answer; a measurement that needs it has failed."""
BALANCE = 1_000_000.0

M = TypeVar("M", bound=FromHub)


class NoAnswer(BittenError):
    """The other end did not say what it should have said."""


@attrs.frozen
class Endpoints:
    """Where a hub, or a loop in its place, listens."""

    command: str
    feedback: str
    keys: str = ""
    """Folder of the key pairs of the hub and of each user; "": plain."""


class Ea:
    """One user's EA: a DEALER for commands, a PUSH whose queue has no end, and one symbol of its own."""

    def __init__(self, context: "zmq.Context[zmq.Socket[bytes]]", endpoints: Endpoints, number: int) -> None:
        self.user, self.symbol = user_name(number), symbol_name(number)
        self.session = ""
        self._number = number
        self._events = 0
        self._heard = 0
        curve = None if not endpoints.keys else _curve(Path(endpoints.keys), self.user)
        self._command = _connected(context, zmq.DEALER, endpoints.command, curve)
        self._feedback = _connected(context, zmq.PUSH, endpoints.feedback, curve)

    def greet(self) -> Welcome:
        """Say hello, and be welcome."""
        self._command.send(encode(self._hello()))
        welcome = self._await(Welcome)
        self.session = welcome.session
        return welcome

    def prepare(self, welcome: Welcome) -> None:
        """Tell all that a session needs to go live, and await that it is."""
        self.tell(market.spec(self.session, self.symbol))
        for wanted in welcome.bars:
            self.tell(market.history(self.session, wanted))
        self.tell(Snapshot(session=self.session, part=1, parts=1, next_event=1, positions=(), orders=()))
        counts = {f"{each.symbol} {each.timeframe}": each.count for each in welcome.bars}
        self.tell(Ready(session=self.session, bars=counts))
        self._await(Live)
        self.tell(self.telemetry())
        # Funds are known once they are in the journal, which is read in order: an event behind them tells when.
        self._event(Pass(session=self.session, n=self._next_event(), signal_id="none"))

    def tick(self, number: int, step_ms: int) -> Tick:
        """The symbol's `number`-th tick, `step_ms` of market time apart."""
        return market.tick(self.session, self.symbol, number, step_ms)

    def fire_for(self, tick: Tick) -> tuple[Fire, float]:
        """Send a tick; the fire that comes of it, and after how many microseconds its bytes were here."""
        raw = encode(tick)
        sent = time.perf_counter_ns()
        self._feedback.send(raw)
        fire = self._await(Fire)
        return fire, (self._heard - sent) / 1_000

    def reject(self, fire: Fire) -> None:
        """Confirm a fire as rejected, so that no position stays, and await that this is durable."""
        self._event(
            Confirmation(
                session=self.session,
                n=self._next_event(),
                id=fire.id,
                status=Status.REJECTED,
                again=False,
                ticket=0,
                deal=0,
                price=0.0,
                lot=0.0,
                commission=0.0,
                retcode=10_006,
                message="benchmark",
                time=market.NOON,
            )
        )

    def tell(self, message: FromEa) -> None:
        """Send a message on the feedback port."""
        self._feedback.send(encode(message))

    def close(self) -> None:
        """Close both sockets, dropping what was not sent."""
        self._command.close(0)
        self._feedback.close(0)

    def _next_event(self) -> int:
        self._events += 1
        return self._events

    def _event(self, event: Confirmation | Pass) -> None:
        """Tell an event and await that it is durable."""
        self.tell(event)
        while self._await(Ack).n < event.n:
            pass

    def _await(self, kind: type[M]) -> M:
        """The next message of a kind. Advice is not looked at, a ping is answered, a refusal is the end."""
        while True:
            try:
                raw = self._command.recv()
            except zmq.Again:
                raise NoAnswer(f"{self.user}: no {kind.__name__} within {ANSWER_MS} ms") from None
            self._heard = time.perf_counter_ns()
            message = hub_on_command.decode(raw)
            if isinstance(message, kind):
                return message
            if isinstance(message, Ping):
                pong = Pong(session=self.session, nonce=message.nonce, time=_now_ms(), echo=message.time)
                self._command.send(encode(pong))
            elif isinstance(message, Bye | Denied):
                raise NoAnswer(f"{self.user}: instead of {kind.__name__}: {message}")

    def _hello(self) -> Hello:
        account = AccountInfo(
            login=1_000 + self._number,
            server="Benchmark-Demo",
            company="Benchmark",
            currency="USD",
            leverage=500,
            margin_mode="hedging",
            demo=True,
        )
        return Hello(
            protocol=1,
            user=self.user,
            ea=f"ledger-{self._number}",
            build=1,
            account=account,
            time=_now_ms(),
            utc_offset=0,
            first_event=1,
            next_event=1,
            life=1,
            boot=f"boot-{self._number}",
            trade_allowed=True,
        )

    def telemetry(self) -> Telemetry:
        return Telemetry(
            session=self.session,
            time=market.NOON,
            utc_offset=0,
            next_event=1,
            balance=BALANCE,
            equity=BALANCE,
            margin=0.0,
            free_margin=BALANCE,
            profit=0.0,
            connected=True,
            broker_ping_ms=1.0,
            trade_allowed=True,
            part=1,
            parts=1,
            positions=(),
            orders=(),
        )


def user_name(number: int) -> str:
    """The `number`-th EA's user."""
    return f"user{number}"


def symbol_name(number: int) -> str:
    """The `number`-th EA's symbol: each its own, so that the ticks of all of them enter bars."""
    return f"SYM{number}"


def _curve(keys: Path, user: str) -> CurveClient:
    return CurveClient(KeyPair.load(keys / f"{user}.key"), KeyPair.load(keys / "server.key").public)


def _connected(
    context: "zmq.Context[zmq.Socket[bytes]]", kind: zmq.SocketType, endpoint: str, curve: CurveClient | None
) -> "zmq.Socket[bytes]":
    socket = context.socket(kind)
    if curve is not None:
        socket.curve_serverkey = curve.server.encode()
        socket.curve_publickey = curve.pair.public.encode()
        socket.curve_secretkey = curve.pair.secret.reveal().encode()
    socket.set(zmq.LINGER, 0)
    socket.set(zmq.SNDHWM, 0)
    socket.set(zmq.SNDTIMEO, ANSWER_MS)
    socket.set(zmq.RCVTIMEO, ANSWER_MS)
    socket.connect(endpoint)
    return socket


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
