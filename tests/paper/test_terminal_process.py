"""A paper terminal that is killed and started again is the same account; SIGTERM, once or often, is a farewell."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bitten.paper.report import PaperReport
from bitten.wire.account import Snapshot
from bitten.wire.events import Confirmation
from bitten.wire.market import Tick
from bitten.wire.session import Goodbye
from tests.paper.scripted_hub import ScriptedHub
from tests.paper.wire_samples import fire

pytestmark = pytest.mark.process
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def hub() -> Iterator[ScriptedHub]:
    scripted = ScriptedHub()
    yield scripted
    scripted.close()


def start(hub: ScriptedHub, state: Path) -> subprocess.Popen[str]:
    """A terminal on `state`."""
    arguments = [str(state), str(hub.command_port), str(hub.feedback_port)]
    command = [sys.executable, "-m", "tests.paper.paper_process", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def told_again_and_again(leaving: subprocess.Popen[str]) -> str:
    """Send SIGTERM until the process has ended; what it printed."""
    for _ in range(10_000):
        leaving.send_signal(signal.SIGTERM)
        try:
            return leaving.communicate(timeout=0.001)[0]
        except subprocess.TimeoutExpired:
            pass
    raise AssertionError("it does not end")


def test_kill_and_restart_then_sigterm(hub: ScriptedHub, tmp_path: Path) -> None:
    killed = start(hub, tmp_path)
    first = hub.go_live(telemetry_ms=500)
    entry = hub.expect(Tick).ask
    order = fire(entry=entry, sl=round(entry - 0.05, 5), tp=round(entry + 0.05, 5), deviation=10_000)
    hub.acking = False
    hub.send(order)
    filled = hub.expect(Confirmation)
    killed.kill()
    killed.communicate(timeout=10)
    assert filled.status == "filled"

    again = start(hub, tmp_path)
    second = hub.go_live(telemetry_ms=500)
    assert (second.ea, second.account, second.life) == (first.ea, first.account, first.life + 1)
    assert second.boot != first.boot
    assert (second.first_event, second.next_event) == (1, 2)
    assert [position.fire_id for position in hub.expect(Snapshot).positions] == ["F1"]
    assert hub.expect(Confirmation) == filled  # resent, with the same number
    hub.acking = True
    hub.send(order)
    repeated = hub.expect_again()
    assert (repeated.status, repeated.ticket, repeated.n) == ("filled", filled.ticket, 2)

    again.send_signal(signal.SIGTERM)
    hub.expect(Goodbye)
    out = told_again_and_again(again)
    assert again.returncode == 0
    report = msgspec.json.decode(out, type=PaperReport)
    assert [deal.fire_id for deal in report.opened] == ["F1"]
    assert (report.unacked, report.ea) == (0, first.ea)
