"""A queue that is full costs ticks, then telemetry, never an event."""

from collections.abc import Callable, Iterator
from random import Random

import attrs
import pytest
import zmq

from bitten.paper.ea_values import Channel, Sending
from bitten.paper.link import Link
from bitten.paper.misbehaviour import FaultyLink, Misbehaviour
from bitten.wire.account import Telemetry
from bitten.wire.codec import FromEaOnFeedback, ea_on_feedback
from bitten.wire.events import Confirmation
from bitten.wire.market import Ticks
from tests.paper.wire_samples import SESSION, confirmation

TICKS = Ticks(session=SESSION, symbol="EURUSD", rows=((1, 1.1, 1.2),) * 1000)
TELEMETRY = Telemetry(
    session=SESSION,
    time=1,
    utc_offset=0,
    next_event=1,
    balance=0,
    equity=0,
    margin=0,
    free_margin=0,
    profit=0,
    connected=True,
    broker_ping_ms=0,
    trade_allowed=True,
    part=1,
    parts=1,
    positions=(),
    orders=(),
)


class Frozen:
    """A hub that does not read, until it is asked to, and a link towards it."""

    def __init__(self) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.router, self.pull = self.context.socket(zmq.ROUTER), self.context.socket(zmq.PULL)
        self.pull.rcvhwm, self.pull.rcvbuf = 10, 4096
        command_port = self.router.bind_to_random_port("tcp://127.0.0.1")
        feedback_port = self.pull.bind_to_random_port("tcp://127.0.0.1")
        self.link = Link("127.0.0.1", command_port, feedback_port, FaultyLink(Misbehaviour(), Random(1)))
        self.link.open()

    def send(self, message: FromEaOnFeedback) -> None:
        self.link.send([Sending(Channel.FEEDBACK, message)])

    def fill(self) -> None:
        """Send ticks until one is dropped although there is a connection."""
        self.send(confirmation())  # waits for the connection
        while self.link.ticks_sent == 0:
            self.link.wait(1000)
            self.link.flush()
            self.send(TICKS)
        refused = 0
        while refused < 3:  # libzmq's own threads may still make room for a moment
            dropped = self.link.ticks_dropped
            self.send(TICKS)
            refused = refused + 1 if self.link.ticks_dropped > dropped else 0
            self.router.poll(10 if refused else 0)

    def thaw(self, last: Callable[[FromEaOnFeedback], bool]) -> list[FromEaOnFeedback]:
        """Read everything up to the last message that is waited for."""
        received: list[FromEaOnFeedback] = []
        while not received or not last(received[-1]):
            self.link.wait(10)
            self.link.flush()
            while self.pull.poll(0):
                received.append(ea_on_feedback.decode(self.pull.recv()))
                if last(received[-1]):
                    break
        return received

    def close(self) -> None:
        self.link.end()
        self.context.destroy(linger=0)


@pytest.fixture
def frozen() -> Iterator[Frozen]:
    hub = Frozen()
    yield hub
    hub.close()


def test_what_is_sent_before_there_is_a_connection_waits_for_it(frozen: Frozen) -> None:
    frozen.send(confirmation(n=1))
    assert [message.type for message in frozen.thaw(lambda _: True)] == ["confirmation"]


def test_a_full_queue_costs_ticks_then_old_telemetry_and_no_event(frozen: Frozen) -> None:
    frozen.fill()
    for time in (1, 2, 3):
        frozen.send(attrs.evolve(TELEMETRY, time=time))
    for n in range(2, 300):
        frozen.send(confirmation(n=n))
    frozen.send(TICKS)
    received = frozen.thaw(lambda message: isinstance(message, Telemetry) and message.time == 3)
    assert [m.n for m in received if isinstance(m, Confirmation)] == list(range(1, 300))
    assert [m.time for m in received if isinstance(m, Telemetry)] == [3]
    assert frozen.link.ticks_sent == 1000 * len([m for m in received if isinstance(m, Ticks)])


def test_a_new_connection_starts_with_nothing_of_the_old_one(frozen: Frozen) -> None:
    frozen.link.close()
    frozen.send(confirmation(n=1))
    frozen.send(TICKS)  # behind an event that waits there is no room for ticks
    assert frozen.link.ticks_dropped == 1000
    frozen.link.open()
    frozen.send(confirmation(n=2))
    (received,) = frozen.thaw(lambda _: True)
    assert isinstance(received, Confirmation)
    assert received.n == 2
