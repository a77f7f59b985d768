"""The EA's own source, compiled, in the place of the paper EA: as a field's EA, and moved by hand."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import attrs
import msgspec
import pytest

from bitten.demo.hosted import RUNNER, HostReport, read_report
from tests.integration.processes import Running, until
from tests.storm.field import HELLO_MS, SPEED, Field

needs_compiler = pytest.mark.skipif(shutil.which("g++") is None, reason="g++ compiles the EA")

SANITIZE = ("--sanitize",) if os.environ.get("BITTEN_EA_SANITIZE") else ()
"""The same tests with address and undefined-behaviour sanitizers, where the environment asks for them."""
PACE = f"input InpTelemetryMs={HELLO_MS}"
"""The EA's periods before a welcome names them."""
_NO_MARKET = "<DATE>\t<TIME>\t<BID>\t<ASK>\n2019.01.02\t10:00:00.000\t1.1\t1.1002\n"
"""Its one tick is never played: the market does not begin."""
KILLED = 128 + signal.SIGKILL
"""The launcher's exit code when its host was killed."""
_LINES = {"": (), "latency_ms=400": ("fault before=400 count=1000000",)}
"""The paper EA's misbehaviour in the words of the host's broker."""


@attrs.frozen
class Line:
    """A line of the host's."""

    event: str
    text: str = ""
    pid: int = 0


@cache
def built() -> None:
    """The EA is compiled: half a minute once, which no test's patience is meant for."""
    subprocess.run([sys.executable, str(RUNNER), *SANITIZE, "--build"], check=True, capture_output=True)


def said(ea: Running) -> list[Line]:
    """What the host has reported so far."""
    whole, _, _ = ea.out.read_bytes().rpartition(b"\n")
    return [msgspec.json.decode(line, type=Line) for line in whole.splitlines()]


def logged(ea: Running, text: str) -> bool:
    """Whether a line in the Experts log holds `text`."""
    return any(text in line.text for line in said(ea))


@attrs.frozen
class Hosted(Running):
    """A compiled EA whose terminal a test controls."""

    user: str

    def say(self, line: str) -> None:
        """A command to the terminal."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def finish(self) -> HostReport:
        """The EA is removed from its chart, and the terminal closed."""
        self.say("quit")
        assert self.end() == 0, self.lines
        return read_report(self.user, self.out.read_bytes())


@contextmanager
def hosted(folder: Path, ports: tuple[int, int], *lines: str, preset: Path | None = None) -> Iterator[Hosted]:
    """Alice's EA, in a terminal that knows EURUSD, has no market of its own and is controlled.

    `preset` is a `.set` file that is loaded when the EA is attached.
    """
    built()
    out, err, market = folder / "ea.out", folder / "ea.err", folder / "EURUSD.csv"
    market.write_text(_NO_MARKET, encoding="utf-8")
    arguments = [
        *("--user", "alice", "--command-port", str(ports[0]), "--feedback-port", str(ports[1])),
        *("--ticks", str(market), "--state", str(folder / "terminal"), "--controlled"),
        *(f"--line={line}" for line in (PACE, *lines)),
        *(("--set", str(preset)) if preset else ()),
    ]
    with out.open("wb") as to_out, err.open("wb") as to_err:
        process = subprocess.Popen(
            [sys.executable, str(RUNNER), *SANITIZE, *arguments], stdin=subprocess.PIPE, stdout=to_out, stderr=to_err
        )
    ea = Hosted(process, out, err, "alice")
    try:
        yield ea
    finally:
        process.kill()
        process.wait()
        assert process.stdin is not None
        process.stdin.close()


@attrs.define
class CompiledField(Field):
    """A field whose EAs are compiled ones."""

    def knock(self, user: str, state: str, misbehaviour: str = "", failpoint: str = "") -> Running:
        """A failpoint is a place where the host can die: `write "t":"entry"`, `ordered`, and so on."""
        return self.run(user, state, *_LINES[misbehaviour], *([f"die {failpoint}"] if failpoint else []))

    def start_with(self, *lines: str) -> None:
        """Start Alice's EA in a terminal to which these lines are said first."""
        self._eas["alice"] = self.run("alice", "alice", *lines)

    def run(self, user: str, state: str, *lines: str) -> Running:
        """Start an EA in a terminal whose folder is `state`."""
        built()
        command, feedback = self.links(user)
        arguments = [
            *("--user", user, "--state", str(self.state(state)), "--seed", str(self.market_seed)),
            *("--command-port", str(command.port), "--feedback-port", str(feedback.port)),
            *("--speed", str(SPEED), "--wait-live", *(f"--line={line}" for line in (PACE, *lines))),
        ]
        return self.launch("compiled", [str(RUNNER), *SANITIZE, *arguments])

    def kill(self, user: str) -> None:
        """SIGKILL for the terminal of the user's EA."""
        ea = self.ea(user)
        os.kill(next(line.pid for line in said(ea) if line.event == "init"), signal.SIGKILL)
        assert ea.end() == KILLED

    def refused(self, ea: Running, reason: str) -> None:
        """It stays on its chart, and says why."""
        until(lambda: logged(ea, f"refused by the hub ({reason}"))
        ea.process.send_signal(signal.SIGTERM)
        assert ea.end() == 0

    def report(self, user: str) -> HostReport:
        return read_report(user, self.ea(user).out.read_bytes())
