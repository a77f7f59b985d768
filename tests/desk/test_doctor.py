"""`bitten doctor` at the door: what it prints and its exit codes."""

import json
import re
import socket
from pathlib import Path

import pytest

from bitten.errors import ExitCode
from tests.test_cli import Bitten


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A machine without a hub."""
    path = tmp_path / "hub.toml"
    state = "\n".join(
        f'[{section}]\n{key} = "{tmp_path}/{where}"'
        for section, key, where in (
            ("desk", "path", "desk/desk.sock"),
            ("journal", "path", "journal.sqlite"),
            ("security", "keys", "keys"),
        )
    )
    path.write_text(f"[sockets]\ncommand_port = 0\nfeedback_port = 0\n{state}\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_without_a_hub_it_says_what_it_could_not_look_at(bitten: Bitten, config: Path, tmp_path: Path) -> None:
    shown = bitten("doctor", "--config", str(config))
    lines = shown.out.splitlines()
    assert (shown.code, shown.err, lines[0]) == (ExitCode.OK, "", "hub")
    assert lines[1].startswith(f"  warning hub: none at {tmp_path}/desk/desk.sock: clock against the EAs'")
    assert lines[2].strip() == "`bitten run`, and `bitten doctor` again"
    assert [line for line in lines if not line.startswith(" ")][:-1] == [
        *("hub", "network", "clock", "storage", "permissions", "versions")
    ]
    assert lines[-1].endswith(" 0 error")


def test_on_a_narrow_terminal_a_finding_is_a_paragraph_beside_its_severity(
    bitten: Bitten, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    shown = re.sub(r"\x1b\[[0-9;]*m", "", bitten("doctor", "--config", str(config)).out)
    lines = shown.splitlines()
    assert max(map(len, lines)) <= 60
    assert lines[1].startswith("  warning hub: none at")
    assert lines[2].startswith(" " * 10)


def test_an_error_is_exit_code_1_and_json_a_list(bitten: Bitten, config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        config.write_text(config.read_text(encoding="utf-8").replace("command_port = 0", f"command_port = {port}", 1))
        shown = bitten("doctor", "--config", str(config), "--json")
    assert (shown.code, shown.err) == (ExitCode.ERROR, "")
    (found,) = [each for each in json.loads(shown.out) if each["severity"] == "error"]
    assert (found["group"], found["about"]) == ("network", f"command_port {port}")
    assert set(found) == {"group", "about", "severity", "seen", "remedy"}


def test_a_configuration_that_cannot_be_read_is_exit_code_4(bitten: Bitten, config: Path) -> None:
    config.write_text("[sockets\n", encoding="utf-8")
    shown = bitten("doctor", "--config", str(config))
    assert (shown.code, shown.out) == (ExitCode.CONFIGURATION, "")
    assert "not TOML" in shown.err
