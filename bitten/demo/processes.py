"""The demo's processes: a hub and EAs, started, watched and ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from bitten.demo.ea import EaKind, last_line
from bitten.demo.report import EaReport
from bitten.desk.client import ask
from bitten.errors import BittenError, HubNotRunning, HubTimeout
from bitten.wire.desk import HubStatus, StatusAnswer, StatusRequest

START_S = 15.0
"""A hub on a busy machine may take so long until it answers."""
STOP_S = 6.0

_CONFIG = """\
[sockets]
command_port = 0
feedback_port = 0
[desk]
path = "{folder}/desk.sock"
[journal]
path = "{folder}/journal.sqlite"
[session]
max_messages_per_s = 100000
[market]
symbols = [{symbols}]
[venom]
sources = [{users}]
"""
_USER = """\
[users.{user}]
tier = "APEX"
mode = "auto"
"""


def configure(folder: Path, users: list[str], symbols: list[str]) -> Path:
    """Write the demo's configuration: ports that the system chooses, everything else in `folder`, all users auto."""
    path = folder / "demo.toml"
    quoted = [", ".join(f'"{each}"' for each in names) for names in (symbols, users)]
    text = _CONFIG.format(folder=folder, symbols=quoted[0], users=quoted[1])
    path.write_text(text + "".join(_USER.format(user=user) for user in users), encoding="utf-8")
    return path


@attrs.frozen
class HubProcess:
    """A hub that answers on its desk."""

    process: "subprocess.Popen[bytes]"
    desk: Path

    def status(self) -> HubStatus:
        """Its status now. Raises as `bitten.desk.client.ask` does."""
        answer = ask(self.desk, StatusRequest())
        assert isinstance(answer, StatusAnswer)
        return answer.status


@attrs.frozen
class EaProcess:
    """An EA whose report goes to a file: a pipe that nobody reads yet would stop it at 64 KiB."""

    user: str
    process: "subprocess.Popen[bytes]"
    output: Path
    log: Path
    kind: EaKind

    def report(self) -> EaReport:
        """What its broker's book held at the end. Raises `BittenError` where it ended without one."""
        ended, output = self.process.wait(), self.output.read_bytes()
        if ended == 0:
            return self.kind.read(self.user, output)
        raise BittenError(
            f"{self.kind.name} EA {self.user} ended with {ended}: {self.kind.why(output, text_of(self.log))}"
        )


@contextmanager
def hub(folder: Path, config: Path) -> Iterator[HubProcess]:
    """A running hub; told to stop at the end, and killed if it does not."""
    log = folder / "hub.log"
    process = _start(["-m", "bitten", "run", "--config", str(config)], folder / "hub.out", log)
    running = HubProcess(process, folder / "desk.sock")
    try:
        _await(running, log)
        yield running
    finally:
        stop(process)


def start_ea(folder: Path, user: str, kind: EaKind, arguments: list[str]) -> EaProcess:
    """Start one EA of that kind."""
    output, log = folder / f"{user}.json", folder / f"{user}.log"
    process = _start([*kind.command, "--user", user, "--wait-live", *arguments], output, log)
    return EaProcess(user, process, output, log, kind)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """SIGTERM, and SIGKILL for one that does not listen."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def text_of(log: Path) -> str:
    """All that a process said."""
    return log.read_text(encoding="utf-8", errors="replace").strip()


def _start(command: list[str], output: Path, log: Path) -> "subprocess.Popen[bytes]":
    with output.open("wb") as out, log.open("wb") as err:
        return subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**os.environ, "NO_COLOR": "1"},
        )


def _await(hub: HubProcess, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if hub.process.poll() is not None:
            raise BittenError(f"the demo's hub ended with {hub.process.returncode}: {last_line(text_of(log))}")
        try:
            hub.status()
        except HubNotRunning:
            time.sleep(0.05)
        else:
            return
    raise HubTimeout(f"the demo's hub did not answer within {START_S:g} s: {last_line(text_of(log))}")
