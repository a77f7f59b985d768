"""Hubs and paper EAs as processes of their own, in one folder; whatever a test leaves running is killed at its end."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import attrs
import msgspec

from bitten.demo.hosted import RUNNER
from bitten.demo.report import EaReport
from bitten.desk.client import ask
from bitten.errors import HubNotRunning, HubTimeout
from bitten.journal import Journal
from bitten.paper.report import PaperReport
from bitten.rules.facts import Entry
from bitten.rules.ledger import Ledger
from bitten.wire.desk import DeskAnswer, DeskRequest, HubStatus, SessionStatus, StatusAnswer, StatusRequest
from tests.integration.spawn import Process, start

DEADLINE_S = 40.0
"""How long anything may take on a machine that is busy with something else; far above what it takes."""
LOOK_S = 0.02
"""Between two looks at a condition that another process brings about."""

T = TypeVar("T")

_CONFIG = """\
[sockets]
command_port = {ports[0]}
feedback_port = {ports[1]}
[desk]
path = "{desk}"
[journal]
path = "{journal}"
[session]
telemetry_ms = {telemetry_ms}
max_messages_per_s = 100000
[market]
symbols = ["EURUSD"]
[venom]
cool_down_s = 0
max_per_hour = 1000
max_tick_age_s = 1000000
min_stop_pips = 4
[citadel]
unverified_size = 1.0
[risk]
collar_pips = 1000
deviation_pips = 1000
max_quote_age_s = 1000000
fires_per_minute_user = 1000
fires_per_minute_hub = 1000
like_fires = 1000
[tiers.APEX]
shots_a_day = {shots_a_day}
open_at_once = 1000
daily_loss_cap_pct = 1000
risk_pct = 0.1
[users.alice]
tier = "APEX"
mode = "auto"
[users.bob]
tier = "APEX"
mode = "auto"
"""


class Position(Protocol):
    """A position in a report."""

    @property
    def ticket(self) -> int:
        """Its number at the broker."""


class TerminalReport(EaReport, Protocol):
    """What any EA tells at its end."""

    @property
    def positions(self) -> Sequence[Position]:
        """Open at the broker."""

    @property
    def unacked(self) -> int:
        """Events that the hub has not acked."""

    @property
    def foreign(self) -> int:
        """Messages of another session, dropped."""


@attrs.frozen
class Running:
    """A process, with what it says in files: a pipe that nobody reads would stop it."""

    process: Process
    out: Path
    err: Path

    @property
    def lines(self) -> list[str]:
        """What it has said on standard error."""
        return self.err.read_text(encoding="utf-8").splitlines()

    def end(self, within_s: float = DEADLINE_S) -> int:
        """Its exit code once it has ended by itself; the test fails when it takes longer than `within_s`."""
        return self.process.wait(within_s)

    def said(self, text: str) -> bool:
        """Whether a line on standard error holds `text`."""
        return any(text in line for line in self.lines)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.terminate()
        return self.end()

    def report(self) -> PaperReport:
        """What a paper EA printed at its end."""
        return msgspec.json.decode(self.out.read_bytes(), type=PaperReport)


@attrs.frozen
class Hub(Running):
    """A hub that has answered."""

    desk: Path

    def ask(self, request: DeskRequest) -> DeskAnswer:
        """Its answer at the desk."""
        return ask(self.desk, request)

    def status(self) -> HubStatus:
        """Its status now."""
        answer = self.ask(StatusRequest())
        assert isinstance(answer, StatusAnswer)
        return answer.status

    def session(self, user: str) -> SessionStatus | None:
        """The user's session now."""
        return next((each for each in self.status().sessions if each.user == user), None)

    def live(self, user: str, epoch: int = 1) -> bool:
        """Whether the user's session of that epoch is live."""
        session = self.session(user)
        return session is not None and (session.state, session.epoch) == ("live", epoch)

    def count(self, stage: str) -> int:
        """How often a stage of the way from tick to score has spoken."""
        return next(each.count for each in self.status().stages if each.name == stage)

    @property
    def ports(self) -> tuple[int, int]:
        """Of commands and of feedback, as the system chose them."""
        found = {each.name: int(each.endpoint.rpartition(":")[2]) for each in self.status().sockets[:2]}
        return found["command"], found["feedback"]


@attrs.define
class Bench:
    """A folder, and the processes that work in it."""

    folder: Path
    _running: list[Running] = attrs.field(factory=list)

    @property
    def desk(self) -> Path:
        """The desk's path of every hub that is not given another."""
        return self.folder / "desk.sock"

    @property
    def journal(self) -> Path:
        """The journal of every hub that is not given another."""
        return self.folder / "journal.sqlite"

    def configure(
        self,
        *,
        ports: tuple[int, int] = (0, 0),
        telemetry_ms: int = 1_000,
        shots_a_day: int = 1_000,
        journal: Path | None = None,
        desk: Path | None = None,
        more: str = "",
    ) -> Path:
        """A configuration for alice and bob in which every signal is fired, and what `more` adds to it."""
        path = self.folder / f"{len(list(self.folder.glob('*.toml')))}.toml"
        text = _CONFIG.format(
            ports=ports,
            desk=desk or self.desk,
            journal=journal or self.journal,
            telemetry_ms=telemetry_ms,
            shots_a_day=shots_a_day,
        )
        path.write_text(text + more, encoding="utf-8")
        return path

    def start(self, *arguments: str) -> Running:
        """Start a `bitten` command."""
        return self.launch("-m", "bitten", *arguments)

    def launch(self, *arguments: str) -> Running:
        """Start a Python program."""
        out, err = (self.folder / f"{len(self._running)}.{kind}" for kind in ("out", "err"))
        running = Running(start(list(arguments), folder=self.folder, out=out, err=err), out, err)
        self._running.append(running)
        return running

    def hub(self, config: Path) -> Hub:
        """Start a hub and wait until it answers."""
        started = self.start("run", "--config", str(config))
        hub = Hub(started.process, started.out, started.err, self.desk)

        def answers() -> bool:
            assert hub.process.poll() is None, hub.lines
            try:
                hub.status()
            except (HubNotRunning, HubTimeout):
                return False
            return True

        until(answers)
        return hub

    def paper(self, user: str, ports: tuple[int, int], *arguments: str) -> Running:
        """Start a paper EA on the built-in market; its market begins when its session is live."""
        to = ("--command-port", str(ports[0]), "--feedback-port", str(ports[1]))
        return self.start("paper", "--user", user, *to, "--speed", "2000", "--wait-live", "--json", *arguments)

    def compiled(self, user: str, ports: tuple[int, int], *arguments: str) -> Running:
        """Start a compiled EA; its market begins when its session is live."""
        to = ("--command-port", str(ports[0]), "--feedback-port", str(ports[1]))
        return self.launch(str(RUNNER), "--user", user, *to, "--wait-live", *arguments)

    def read(self) -> tuple[list[Entry], Ledger]:
        """The journal of a hub that has ended, and the ledger that it folds into."""
        journal = Journal.open(self.journal)
        try:
            return list(journal.read()), journal.ledger
        finally:
            journal.close()

    def story(self) -> str:
        """What every process said."""
        return "\n".join(f"{running.err.stem}: {line}" for running in self._running for line in running.lines)

    def close(self) -> None:
        """Kill what still runs."""
        for running in self._running:
            if running.process.poll() is None:
                running.process.send_signal(signal.SIGCONT)
                running.process.kill()
            running.process.wait()


def until(condition: Callable[[], T]) -> T:
    """What the condition returns once it is true of something. Fails after `DEADLINE_S`."""
    deadline = time.monotonic() + DEADLINE_S
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{condition} did not come true within {DEADLINE_S:g} s"
        time.sleep(LOOK_S)
    return found


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a `bitten` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bitten", *arguments],
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )


def one_object(text: str) -> dict[str, object]:
    """The one JSON object, on one line, that `text` is."""
    (line,) = text.splitlines()
    found = json.loads(line)
    assert isinstance(found, dict)
    return found
