"""What an EA that floods at 100 times its allowance costs the fires of another: one hub, quiet and flooded in turn."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import attrs
import zmq

from benchmarks.ea import Ea, Endpoints
from benchmarks.latency import STEP_MS, percentiles
from benchmarks.target import hub_target
from bitten.demo.processes import stop
from bitten.rules.session import SessionSettings

PER_S = 100 * SessionSettings().max_messages_per_s
PAUSE_S = 0.004
"""Between two fires: the EA that is measured stays within its own allowance."""
WARM = 50
TELL_EVERY = 100
"""Fires between two telemetry messages: without them an EA is soon not fired at."""
_BURST_S = 0.001


@attrs.frozen(kw_only=True)
class Flood:
    """Microseconds from tick to fire, medians over the rounds; ratios: flooded to quiet. `sent_per_s`: of the flood."""

    quiet_p50_us: float
    quiet_p99_us: float
    flood_p50_us: float
    flood_p99_us: float
    ratio_p50: float
    ratio_p99: float
    sent_per_s: int


def measure(rounds: int, ticks: int) -> Flood:
    """A quiet and a flooded stretch of `ticks` fires, `rounds` times. Raises `NoAnswer`."""
    quiet, flooded, sent = [], [], []
    with hub_target("flood", 2) as target, zmq.Context() as context:
        ea = Ea(context, target.endpoints, 0)
        ea.prepare(ea.greet())
        number = iter(range(1, 2 * rounds * (ticks + WARM) + 1))
        for _ in range(rounds):
            quiet.append(percentiles(_stretch(ea, number, ticks)))
            with _flood(target.endpoints) as counted:
                flooded.append(percentiles(_stretch(ea, number, ticks)))
            sent.append(counted())
        ea.close()
    (q50, q99), (f50, f99) = ([median(each) for each in zip(*side, strict=True)] for side in (quiet, flooded))
    return Flood(
        quiet_p50_us=round(q50, 1),
        quiet_p99_us=round(q99, 1),
        flood_p50_us=round(f50, 1),
        flood_p99_us=round(f99, 1),
        ratio_p50=round(f50 / q50, 3),
        ratio_p99=round(f99 / q99, 3),
        sent_per_s=round(median(sent)),
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
def _flood(endpoints: Endpoints) -> Iterator["Rate"]:
    """Another EA floods from a process of its own; afterwards, how many messages a second it sent."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.flood", endpoints.command, endpoints.feedback],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    rate = Rate()
    try:
        process.stdout.readline()
        yield rate
    finally:
        stop(process)
        rate.told = float(process.stdout.read() or 0)
        process.stdout.close()


@attrs.define
class Rate:
    """Messages a second, once the flood is over."""

    told: float = 0.0

    def __call__(self) -> float:
        return self.told


def _pour(endpoints: Endpoints) -> None:
    """Flood until told to stop; then say how many messages a second that was."""
    with zmq.Context() as context:
        ea = Ea(context, endpoints, 1)
        ea.prepare(ea.greet())
        print("flooding", flush=True)
        count, began = 0, time.monotonic()
        try:
            while True:
                due = int((time.monotonic() - began) * PER_S) - count
                for _ in range(due):
                    ea.tell(ea.tick(count, 0))
                    count += 1
                time.sleep(_BURST_S)
        except SystemExit:
            print(count / (time.monotonic() - began), flush=True)
        ea.close()


def _main() -> None:
    import signal

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _pour(Endpoints(*sys.argv[1:]))


if __name__ == "__main__":
    _main()
