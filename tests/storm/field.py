"""The storm's processes: one hub, and an EA a user, in one folder and on ports that stay the same."""

import signal
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import attrs

import tests
from bitten.errors import HubNotRunning, HubTimeout
from bitten.failpoints import VARIABLE
from bitten.journal import Durability, JournalReader
from bitten.rules.facts import Entry
from tests.integration.processes import Hub, Running, TerminalReport
from tests.integration.spawn import start
from tests.storm.link import Link

TELEMETRY_MS = 250
"""A twentieth of the protocol's periods (protocol 1.8)."""
HELLO_MS = 500
"""An EA's pace while nobody has given it one: a tenth of the protocol's, for it waits for processes that start."""
SPEED = 300
DEADLINE_S = 60.0
"""How long anything may take on a machine that is busy with something else; far above what it takes."""
LOOK_S = 0.02
_ROOT = Path(tests.__path__[0]).parent

_CONFIG = """\
[sockets]
command_port = {ports[0]}
feedback_port = {ports[1]}
[desk]
path = "{folder}/desk.sock"
[journal]
path = "{journal}"
durability = "{durability}"
[session]
telemetry_ms = {telemetry_ms}
max_messages_per_s = 1000
[watchdog]
limit_s = {watchdog_s}
[market]
symbols = ["EURUSD"]
[venom]
patterns = ["{pattern}"]
cool_down_s = 20
max_per_hour = 1000000
max_tick_age_s = 1000000
min_stop_pips = 1
[citadel]
unverified_size = 1.0
[risk]
collar_pips = 3
deviation_pips = 10
max_quote_age_s = 300
command_expiry_ms = 1000
fires_per_minute_user = 1000000
fires_per_minute_hub = 1000000
like_fires = 1000000
[xp]
half_risk_losses = 1000000
lock_losses = 1000000
[tiers.APEX]
shots_a_day = 1000000
open_at_once = 1000
daily_loss_cap_pct = 100000
risk_pct = 0.05
"""
_USER = """\
[users.{user}]
tier = "APEX"
mode = "auto"
"""


class NotCalm(Exception):
    """The field did not do in time what a field without faults does."""


@attrs.define
class Field:
    """Hub and EAs; whatever still runs at the end is killed."""

    folder: Path
    users: tuple[str, ...]
    market_seed: int
    pattern: str = "tests.storm.patterns:Restless"
    """The one that finds the signals."""
    watchdog_s: float = 10.0
    """Without a turn of its loop for so long, a hub ends."""
    speed: int = SPEED
    """The market's pace."""
    hub_module: tuple[str, ...] = ("bitten",)
    """What is started as the hub: a module, and what stands before its `run`."""
    _hub: Hub | None = None
    _eas: dict[str, Running] = attrs.field(factory=dict)
    _all: list[Running] = attrs.field(factory=list)
    _ports: tuple[int, int] = (0, 0)
    _links: dict[str, tuple[Link, Link]] = attrs.field(factory=dict)

    @property
    def hub(self) -> Hub:
        """The hub that was started last."""
        assert self._hub is not None
        return self._hub

    def ea(self, user: str) -> Running:
        """The user's EA that was started last."""
        return self._eas[user]

    @property
    def journal(self) -> Path:
        """Where the hub's journal lies."""
        return self.folder / "journal.sqlite"

    def start_hub(
        self, failpoint: str = "", module: tuple[str, ...] = (), durability: Durability = Durability.PROCESS
    ) -> None:
        """Start a hub on the journal, and wait until it answers; `module`: what to start instead of `hub_module`."""
        config = self.folder / "storm.toml"
        text = _CONFIG.format(
            ports=self._ports,
            folder=self.folder,
            journal=self.journal,
            durability=durability,
            pattern=self.pattern,
            telemetry_ms=TELEMETRY_MS,
            watchdog_s=self.watchdog_s,
        )
        config.write_text(text + "".join(_USER.format(user=user) for user in self.users), encoding="utf-8")
        started = self.start(["run", "--config", str(config)], failpoint, module or self.hub_module)
        hub = self._hub = Hub(started.process, started.out, started.err, self.folder / "desk.sock")
        self.until("the hub answers", lambda: hub.process.poll() is not None or _answers(hub))
        if hub.process.poll() is None:
            self._ports = self._ports if self._ports[0] else hub.ports
        elif not failpoint:
            raise NotCalm(f"the hub ended with {hub.process.returncode}: {hub.lines[-1:]}")

    def links(self, user: str) -> tuple[Link, Link]:
        """The user's links, of commands and of feedback, made when first asked for."""
        if user not in self._links:
            self._links[user] = (Link(self._ports[0]), Link(self._ports[1]))
        return self._links[user]

    def start_ea(self, user: str, misbehaviour: str = "", failpoint: str = "") -> None:
        """Start the user's EA on its own state."""
        self._eas[user] = self.knock(user, user, misbehaviour, failpoint)

    def knock(self, user: str, state: str, misbehaviour: str = "", failpoint: str = "") -> Running:
        """Start an EA that says it is the user's, on the ledger and account in `state`."""
        command, feedback = self.links(user)
        arguments = [
            *("paper", "--user", user, "--state", str(self.state(state)), "--seed", str(self.market_seed)),
            *("--command-port", str(command.port), "--feedback-port", str(feedback.port)),
            *("--telemetry-ms", str(HELLO_MS), "--speed", str(self.speed)),
            *("--wait-live", "--json", "--misbehave", misbehaviour),
        ]
        return self.start(arguments, failpoint)

    def state(self, name: str) -> Path:
        """Where an EA's ledger and account live."""
        return self.folder / name

    def refused(self, ea: Running, reason: str) -> None:
        """The hub refuses that EA for good: it ends, and says why."""
        assert ea.end() == 1
        assert ea.said(reason)

    def report(self, user: str) -> TerminalReport:
        """What the user's EA told at its end."""
        return self.ea(user).report()

    def start(self, arguments: list[str], failpoint: str = "", module: tuple[str, ...] = ("bitten",)) -> Running:
        """Start a `bitten` command; with a failpoint it dies where that is reached."""
        return self.launch(arguments[0], ["-m", *module, *arguments], failpoint)

    def launch(self, name: str, arguments: list[str], failpoint: str = "") -> Running:
        """Start a Python program, and call its files so."""
        out, err = (self.folder / f"{len(self._all):05}-{name}.{kind}" for kind in ("out", "err"))
        armed = {VARIABLE: failpoint} if failpoint else {}
        process = start(arguments, folder=self.folder, out=out, err=err, PYTHONPATH=str(_ROOT), **armed)
        running = Running(process, out, err)
        self._all.append(running)
        return running

    def entries(self) -> list[Entry]:
        """The journal as it stands now."""
        with JournalReader.open(self.journal) as journal:
            return list(journal.read())

    def all_live(self, *users: str) -> bool:
        """Their sessions are live; without names, every user's."""
        sessions = {each.user: each.state for each in self.hub.status().sessions}
        return all(sessions.get(user) == "live" for user in users or self.users)

    def until(self, what: str, condition: Callable[[], bool], within_s: float = DEADLINE_S) -> None:
        """Wait for it. Raises `NotCalm` after `within_s` seconds."""
        if not self.within(within_s, condition):
            raise NotCalm(f"{what}: not so after {within_s:g} s")

    def within(self, seconds: float, condition: Callable[[], bool]) -> bool:
        """Whether it comes true within so many seconds."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(LOOK_S)
        return True

    def close(self) -> None:
        """Kill what still runs."""
        for running in self._all:
            if running.process.poll() is None:
                running.process.send_signal(signal.SIGCONT)
                running.process.kill()
            running.process.wait()
        for link in chain.from_iterable(self._links.values()):
            link.close()


def _answers(hub: Hub) -> bool:
    try:
        hub.status()
    except (HubNotRunning, HubTimeout):
        return False
    return True
