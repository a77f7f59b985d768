"""The systemd unit: it parses, it shuts the hub in, and it agrees with the hub and the page that installs it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bitten.errors import ExitCode
from bitten.hub import STOP_S
from bitten.sections import SocketSettings
from bitten.sockets.descriptors import OWN

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "deploy" / "bitten.service"
MOST_EXPOSED = 15
"""Tenths of systemd's figure: 100 is a service without any protection."""
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze, which reads units, is not on this machine"
)


def setting(name: str) -> str:
    """The one value of a key."""
    (value,) = [line.partition("=")[2] for line in UNIT.read_text().splitlines() if line.startswith(f"{name}=")]
    return value


def analyze(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=30, check=False)


@needs_systemd
def test_the_unit_has_no_mistake(tmp_path: Path) -> None:
    # What it starts is not installed here.
    there = tmp_path / UNIT.name
    there.write_text(UNIT.read_text().replace("/opt/bitten/bin/bitten", sys.executable))
    checked = analyze("verify", "--man=no", str(there))
    assert (checked.returncode, [line for line in checked.stderr.splitlines() if UNIT.name in line]) == (0, [])


@needs_systemd
def test_the_unit_shuts_the_hub_in() -> None:
    rated = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(UNIT))
    assert rated.returncode == 0, rated.stdout[-200:]


def test_a_mistake_that_a_restart_does_not_mend_is_not_tried_again() -> None:
    assert setting("RestartPreventExitStatus") == f"{ExitCode.USAGE:d} {ExitCode.CONFIGURATION:d}"


def test_the_hub_has_time_to_end_by_itself() -> None:
    assert float(setting("TimeoutStopSec")) > STOP_S


def test_the_hub_may_have_the_connections_that_it_is_configured_for() -> None:
    assert int(setting("LimitNOFILE")) >= SocketSettings().max_connections + OWN


def test_the_page_makes_what_the_unit_needs() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    user, command = setting("User"), setting("ExecStart").split()
    assert command[1:3] == ["run", "--config"]
    assert f"/nologin {user}\n" in page
    assert f"{command[0].removesuffix('/bin/bitten')}/bin/pip install ." in page
    assert f"install -m 0644 bitten.toml {command[-1]}\n" in page
    assert f'path = "/run/{setting("RuntimeDirectory")}/desk.sock"' in page
    assert f'path = "/var/lib/{setting("StateDirectory")}/journal.sqlite"' in page
