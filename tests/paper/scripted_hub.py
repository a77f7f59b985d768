"""The other end of the wire, made of two plain sockets and a script: enough of a hub to test a terminal against."""

import time
from typing import TypeVar

import zmq

from bitten.wire.codec import FromEa, FromHub, ea_on_command, ea_on_feedback, encode
from bitten.wire.commands import Ack
from bitten.wire.events import Confirmation, Event
from bitten.wire.session import Hello, Live, Ping, Pong
from tests.paper.wire_samples import SESSION, welcome

M = TypeVar("M")
_PATIENCE_S = 30.0
"""Until a message has come, whatever else comes."""
_SILENCE_MS = 10_000


class ScriptedHub:
    """ROUTER and PULL on ports that the system chose. It answers pings and acks events by itself."""

    def __init__(self) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.command = self.context.socket(zmq.ROUTER)
        self.feedback = self.context.socket(zmq.PULL)
        self.command_port = self.command.bind_to_random_port("tcp://127.0.0.1")
        self.feedback_port = self.feedback.bind_to_random_port("tcp://127.0.0.1")
        self.poller = zmq.Poller()
        self.poller.register(self.command, zmq.POLLIN)
        self.poller.register(self.feedback, zmq.POLLIN)
        self.peer = b""
        self.peers: list[bytes] = []
        self.heard: list[FromEa] = []
        self.acking = True
        self.held = 0

    def close(self) -> None:
        """Let the ports go."""
        self.context.destroy(linger=0)

    def send(self, message: FromHub) -> None:
        """To the EA that spoke last."""
        self.command.send_multipart([self.peer, encode(message)])

    def expect(self, kind: type[M]) -> M:
        """The next message of a kind; everything that comes before it is kept in `heard`."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            for message in self._receive():
                if isinstance(message, kind):
                    return message
        raise AssertionError(f"no {kind.__name__} came; heard {[message.type for message in self.heard[-20:]]}")

    def expect_again(self) -> Confirmation:
        """The next confirmation that answers a repeat."""
        while not (message := self.expect(Confirmation)).again:
            pass
        return message

    def go_live(self, **changes: object) -> Hello:
        """Greet the next EA and make it live."""
        hello = self.expect(Hello)
        self.send(welcome(time=hello.time, echo=hello.time, **changes))
        self.send(Live(session=SESSION))
        return hello

    def _receive(self) -> list[FromEa]:
        ready = dict(self.poller.poll(_SILENCE_MS))
        if not ready:
            raise AssertionError(f"nothing came for {_SILENCE_MS} ms")
        messages: list[FromEa] = []
        if self.command in ready:
            self.peer, raw = self.command.recv_multipart()
            self.peers.append(self.peer)
            messages.append(ea_on_command.decode(raw))
        if self.feedback in ready:
            messages.append(ea_on_feedback.decode(self.feedback.recv()))
        self.heard.extend(messages)
        for message in messages:
            self._answer(message)
        return messages

    def _answer(self, message: FromEa) -> None:
        if isinstance(message, Ping):
            self.send(Pong(session=message.session, nonce=message.nonce, time=message.time, echo=message.time))
        elif isinstance(message, Event) and self.acking:
            # Only what follows without a gap: an ack covers everything before it.
            self.held += message.n == self.held + 1
            self.send(Ack(session=message.session, n=self.held))
