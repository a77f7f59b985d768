"""The EA's own source, compiled, as a target: the runner is its hub over TCP, and its terminal's clocks are held.

Counts what was sent either way, and waits until it has arrived: so that nothing races and nothing sleeps.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import zmq

from bitten.units import DAY_MS
from ea.host.feed import symbol_line
from ea.host.launch import libraries, program
from tests.paper.ea_bench import SPECS
from tests.scenarios.paper_ea import ACCOUNT
from tests.scenarios.script import START, Channel, Json

PACE_MS = 5_000
"""Of the EA, until the hub gives another."""
ARRIVES_S = 10.0
"""Real time that anything may take on a busy machine before the test fails."""


class Passed(msgspec.Struct):
    """What the terminal reports when it has done all that is due."""

    time: int
    sent: int
    """Frames of this process that libzmq took."""
    received: int
    """Frames that came by the sockets which are open."""
    waiting: int
    """Open sockets whose last frame libzmq did not take."""
    open: int
    """Sockets that are used and not closed."""


class CompiledTarget:
    """A terminal with the EA on a chart, and the two sockets of its hub."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self._folder = folder
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._sockets = {"command": self._context.socket(zmq.ROUTER), "feedback": self._context.socket(zmq.PULL)}
        self._ports = {name: each.bind_to_random_port("tcp://127.0.0.1") for name, each in self._sockets.items()}
        self._sockets["command"].set(zmq.ROUTER_MANDATORY, 1)
        self._said: dict[Channel, list[Json]] = {"command": [], "feedback": []}
        self._peer = b""
        self._told = 0
        """Frames to the newest connection."""
        self._begin()

    def close(self) -> None:
        """Kill the terminal and let the ports go."""
        self._kill()
        self._context.destroy(linger=0)

    def say(self, raw: bytes) -> None:
        """A frame from the hub."""
        self._sockets["command"].send_multipart([self._peer, raw])
        self._told += 1

    def heard(self, channel: Channel) -> list[Json]:
        """All that the EA has said since the last look."""
        if self._process.returncode is None:
            self._settle(self._pass(0))
        said, self._said[channel] = self._said[channel], []
        return said

    def advance(self, ms: int) -> None:
        """The terminal's clocks go on, from timer to timer."""
        self._settle(self._pass(ms))

    def around(self, words: tuple[str, ...]) -> None:
        """A quote, an answer of the broker's, or the process's end."""
        match words:
            case ("tick", symbol, bid, ask):
                self._tell(f"tick {symbol} bid={bid} ask={ask} time={self.now}")
            case ("answers", *codes):
                for code in codes:
                    self._tell(f"fault retcode={code}")
            case ("news", currency, importance, after, name):
                self._tell(f"calendar {name} time={self.now + int(after)} currency={currency} importance={importance}")
            case ("terminal", line):
                self._tell(line)
            case ("ea", "restarts"):
                self._kill()
                self._begin()
            case ("ea", "away", days):
                self._kill()
                self.now += int(days) * DAY_MS
                self._begin()
            case ("ea", "dies", "writing"):
                self._kill()
                (ledger,) = self._folder.rglob("*.ledger")
                with ledger.open("ab") as file:
                    file.write(b'{"t":"life","li')
                self._begin()
            case ("ea", "leaves"):
                self.end()
                self._read(until=lambda: any(each["type"] == "goodbye" for each in self._said["command"]))
            case _:
                raise AssertionError(f"not known here: {' '.join(words)}")

    def end(self) -> int:
        """The trader takes the EA off its chart; the terminal's exit code."""
        self._tell("quit")
        self._process.communicate(timeout=ARRIVES_S)
        return self._process.returncode

    def _kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _begin(self) -> None:
        files = [self._folder / name for name in ("Files", "Common")]
        for each in files:
            each.mkdir(exist_ok=True)
        inputs = {"InpUser": "paper", "InpBrokerUtcHours": "0", "InpTelemetryMs": PACE_MS}
        inputs |= {"InpCommandPort": self._ports["command"], "InpFeedbackPort": self._ports["feedback"]}
        lines = [
            *(f"state {self._folder}", f"files {files[0]}", f"common {files[1]}", f"clock at={self.now}"),
            *(symbol_line(spec) for spec in SPECS.values()),
            f"account server={ACCOUNT.server} login={ACCOUNT.login}",
            *(f"input {name}={value}" for name, value in inputs.items()),
        ]
        setup = self._folder / "setup"
        setup.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        market, writes = os.pipe()
        self._process = subprocess.Popen(
            [str(_program()), str(setup), str(market), *map(str, libraries())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[market],
        )
        os.close(market)
        os.close(writes)
        self._heard = 0
        """Frames of this process."""

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()

    def _pass(self, ms: int) -> Passed:
        self._tell(f"pass ms={ms}")
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            assert said["event"] != "error", said
            if said["event"] == "passed":
                passed = msgspec.convert(said, Passed)
                self.now = passed.time
                return passed
        raise AssertionError(f"the terminal ended with {self._process.wait()}")

    def _settle(self, passed: Passed) -> None:
        """What either side has sent has arrived, and the EA has done what there was to do about it."""
        deadline = time.monotonic() + ARRIVES_S
        while True:
            before = self._heard
            self._read(until=lambda: self._heard >= passed.sent)  # noqa: B023
            arrived = passed.open == 0 or (passed.waiting == 0 and passed.received >= self._told)
            if arrived and before == self._heard:
                return
            assert time.monotonic() < deadline, f"{passed}, of {self._told} frames to it, {self._heard} from it"
            passed = self._pass(0)

    def _read(self, until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + ARRIVES_S
        while not until():
            assert time.monotonic() < deadline, "frames of the EA's have not arrived"
            for name, socket in self._sockets.items():
                while socket.poll(1 if name == "command" else 0):
                    self._take("command" if name == "command" else "feedback", socket.recv_multipart())

    def _take(self, channel: Channel, frames: list[bytes]) -> None:
        self._heard += 1
        if channel == "command" and frames[0] != self._peer:
            self._peer, self._told = frames[0], 0
        self._said[channel].append(json.loads(frames[-1]))


@cache
def _program() -> Path:
    return program()
