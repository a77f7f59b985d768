"""What others cost the fires of one EA: one hub, quiet and disturbed in turn, by a process of its own.

`flood`: another EA sends 100 times its allowance. `strangers`: a thousand connections that say nothing and come back as
soon as they are closed, and 200 handshakes a second with keys that nobody has, on a hub under CURVE.
"""

import select
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Literal

import attrs
import zmq

from benchmarks.ea import Ea, Endpoints
from benchmarks.latency import STEP_MS, percentiles
from benchmarks.target import hub_target
from bitten.demo.processes import stop
from bitten.keys import KeyPair
from bitten.rules.session import SessionSettings

Disturbance = Literal["flood", "strangers"]

FLOOD_PER_S = 100 * SessionSettings().max_messages_per_s
HANDSHAKES_PER_S = 200
STAYING = 1_000
PAUSE_S = 0.004
"""Between two fires: the EA that is measured stays within its own allowance."""
WARM = 50
TELL_EVERY = 100
"""Fires between two telemetry messages: without them an EA is soon not fired at."""
_BURST_S = 0.001
_HANDSHAKE_S = 0.5
_BACK_AT_ONCE = 10
_TELLING_S = 1.0


@attrs.frozen(kw_only=True)
class Disturbed:
    """Microseconds from tick to fire, medians over the rounds; ratios: disturbed to quiet.

    `per_s`: messages of the flood, or handshakes of strangers.
    """

    quiet_p50_us: float
    quiet_p99_us: float
    p50_us: float
    p99_us: float
    ratio_p50: float
    ratio_p99: float
    per_s: int


def measure(disturbance: Disturbance, rounds: int, ticks: int) -> Disturbed:
    """A quiet and a disturbed stretch of `ticks` fires, `rounds` times. Raises `NoAnswer`."""
    quiet, disturbed, rates = [], [], []
    with hub_target("flood", 2, curve=disturbance == "strangers") as target, zmq.Context() as context:
        ea = Ea(context, target.endpoints, 0)
        ea.prepare(ea.greet())
        number = iter(range(1, 2 * rounds * (ticks + WARM) + 1))
        for _ in range(rounds):
            quiet.append(percentiles(_stretch(ea, number, ticks)))
            with _disturbed(disturbance, target.endpoints, ea) as rate:
                disturbed.append(percentiles(_stretch(ea, number, ticks)))
            rates += rate
        ea.close()
    (q50, q99), (d50, d99) = ([median(each) for each in zip(*side, strict=True)] for side in (quiet, disturbed))
    return Disturbed(
        quiet_p50_us=round(q50, 1),
        quiet_p99_us=round(q99, 1),
        p50_us=round(d50, 1),
        p99_us=round(d99, 1),
        ratio_p50=round(d50 / q50, 3),
        ratio_p99=round(d99 / q99, 3),
        per_s=round(median(rates)),
    )


def _stretch(ea: Ea, number: Iterator[int], ticks: int) -> list[float]:
    took = []
    for place in range(WARM + ticks):
        if place % TELL_EVERY == 0:
            ea.tell(ea.telemetry())
        time.sleep(PAUSE_S)
        fire, microseconds = ea.fire_for(ea.tick(next(number), STEP_MS))
        ea.reject(fire)
        took.append(microseconds)
    return took[WARM:]


@contextmanager
def _disturbed(disturbance: Disturbance, endpoints: Endpoints, ea: Ea) -> Iterator[list[float]]:
    """While somebody disturbs; afterwards the list holds at which rate. `ea` stays heard until that begins."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.disturbed", disturbance, *attrs.astuple(endpoints)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    rate: list[float] = []
    try:
        while not select.select([process.stdout], [], [], _TELLING_S)[0]:
            ea.tell(ea.telemetry())
        process.stdout.readline()
        yield rate
    finally:
        stop(process)
        rate.append(float(process.stdout.read() or 0))
        process.stdout.close()


def _flood(endpoints: Endpoints) -> Iterator[int]:
    """Send what is due of the flood; how many messages that was."""
    with zmq.Context() as context:
        ea = Ea(context, endpoints, 1)
        ea.prepare(ea.greet())
        count, began = 0, time.monotonic()
        try:
            while True:
                due = int((time.monotonic() - began) * FLOOD_PER_S) - count
                for _ in range(due):
                    ea.tell(ea.tick(count, 0))
                    count += 1
                yield due
        finally:
            ea.close()


def _strangers(endpoints: Endpoints) -> Iterator[int]:
    """Begin what is due of the handshakes, and come back where a connection was closed; how many handshakes."""
    server = KeyPair.load(Path(endpoints.keys) / "server.key").public.encode()
    host, port = endpoints.command.removeprefix("tcp://").split(":")
    staying: dict[int, socket.socket] = {}
    poll = select.poll()

    def stay() -> None:
        connection = socket.create_connection((host, int(port)))
        # The hub says hello first, and whoever does not answer is told so by the end of the connection alone.
        staying[connection.fileno()] = connection
        poll.register(connection, select.POLLRDHUP | select.POLLHUP)

    for _ in range(STAYING):
        stay()
    with zmq.Context() as context:
        context.set(zmq.MAX_SOCKETS, 4_096)
        knocking: deque[tuple[float, zmq.Socket[bytes]]] = deque()
        count, began = 0, time.monotonic()
        try:
            while True:
                now = time.monotonic()
                due = int((now - began) * HANDSHAKES_PER_S) - count
                knocking.extend((now, _knock(context, endpoints.feedback, server)) for _ in range(due))
                count += due
                while knocking and now - knocking[0][0] > _HANDSHAKE_S:
                    knocking.popleft()[1].close(0)
                for closed, _ in poll.poll(0)[:_BACK_AT_ONCE]:
                    poll.unregister(closed)
                    staying.pop(closed).close()
                    stay()
                yield due
        finally:
            context.destroy(linger=0)


def _knock(context: "zmq.Context[zmq.Socket[bytes]]", endpoint: str, server: bytes) -> "zmq.Socket[bytes]":
    knocking = context.socket(zmq.PUSH)
    knocking.set(zmq.RECONNECT_IVL, -1)
    knocking.curve_serverkey = server
    knocking.curve_publickey, knocking.curve_secretkey = zmq.curve_keypair()
    knocking.connect(endpoint)
    return knocking


def _main() -> None:
    """Disturb until told to stop; then say at which rate."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    disturb = {"flood": _flood, "strangers": _strangers}[sys.argv[1]](Endpoints(*sys.argv[2:]))
    count, began = next(disturb), time.monotonic()
    print("disturbing", flush=True)
    try:
        for done in disturb:
            count += done
            time.sleep(_BURST_S)
    except SystemExit:
        print(count / (time.monotonic() - began), flush=True)


if __name__ == "__main__":
    _main()
