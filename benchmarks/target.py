"""What is measured: a hub, or the bare loop in its place, each a process of its own that listens on free ports."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import attrs
import msgspec

from benchmarks.configuration import KEYS, Benchmark, configure
from benchmarks.ea import Endpoints, NoAnswer
from bitten.demo.processes import HubProcess, hub, stop
from bitten.wire.desk import HubStatus

POLL_S = 0.2
"""Between two questions to a hub how far it is: seldom enough to cost it nothing that shows."""


@attrs.frozen
class Taken:
    """A stream is through: how many ticks were taken in, and when the last was (the system's monotonic clock, s)."""

    ticks: int
    at: float


class Target(Protocol):
    """The other end of the EAs' sockets."""

    @property
    def endpoints(self) -> Endpoints:
        """Where it listens."""

    def pause(self) -> None:
        """Stop its process, so that what is sent waits for it."""

    def resume(self) -> None:
        """Let it go on."""

    def taken(self, ticks: int) -> Taken:
        """Wait until `ticks` ticks are taken in. Raises `NoAnswer` when they do not come."""


@attrs.frozen
class HubTarget:
    """A whole hub, as `python -m bitten run` starts it."""

    running: HubProcess
    endpoints: Endpoints

    def pause(self) -> None:
        self.running.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.running.process.send_signal(signal.SIGCONT)

    def taken(self, ticks: int) -> Taken:
        before = -1
        while True:
            status = self.running.status()
            at, stage = time.monotonic(), next(each for each in status.stages if each.name == "ticks")
            if stage.count >= ticks:
                return Taken(stage.count, at - (stage.age_ms or 0) / 1_000)
            if stage.count == before:
                raise NoAnswer(f"the hub took {before} ticks of {ticks} and no more")
            before = stage.count
            time.sleep(POLL_S)

    def status(self) -> HubStatus:
        """What the hub says of itself."""
        return self.running.status()


@attrs.frozen
class LoopTarget:
    """The bare loop."""

    process: "subprocess.Popen[bytes]"
    endpoints: Endpoints

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def taken(self, ticks: int) -> Taken:
        taken = msgspec.json.decode(_line(self.process), type=Taken)
        if taken.ticks != ticks:
            raise NoAnswer(f"the loop took {taken.ticks} ticks of {ticks}")
        return taken


@contextmanager
def hub_target(benchmark: Benchmark, eas: int, *, curve: bool = False) -> Iterator[HubTarget]:
    """A hub of its own journal, for `eas` EAs; with `curve`, guarded."""
    with tempfile.TemporaryDirectory(prefix="bitten-benchmark-") as name:
        folder = Path(name)
        with hub(folder, configure(folder, benchmark, eas, curve=curve)) as running:
            listening = {each.name: each.endpoint for each in running.status().sockets}
            yield HubTarget(
                running, Endpoints(listening["command"], listening["feedback"], str(folder / KEYS) if curve else "")
            )


@contextmanager
def loop_target(benchmark: Benchmark, eas: int, ticks: int) -> Iterator[LoopTarget]:
    """A bare loop that ends after `ticks` ticks."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.loop", benchmark, str(eas), str(ticks)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    try:
        yield LoopTarget(process, msgspec.json.decode(_line(process), type=Endpoints))
    finally:
        stop(process)
        assert process.stdout is not None
        process.stdout.close()


def _line(process: "subprocess.Popen[bytes]") -> bytes:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise NoAnswer(f"the loop ended with {process.wait()}")
    return line
