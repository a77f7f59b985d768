"""`bitten demo` as a newcomer runs it."""

import shutil
from pathlib import Path

import pytest

from bitten.demo import hosted
from tests.integration.processes import command, one_object

pytestmark = pytest.mark.process

KEYS = (
    *("seconds", "sessions", "active_users", "ticks", "bars", "signals", "verdicts", "fires", "denied"),
    *("confirmations", "unconfirmed", "closed", "open", "profit", "xp", "lost", "duplicated"),
)


def test_its_summary_is_one_object_with_the_documented_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    shown = command("demo", "--seconds", "4", "--speed", "1000", "--json")
    assert (shown.returncode, shown.stderr) == (0, "")
    summary = one_object(shown.stdout)
    assert list(summary) == list(KEYS)
    assert summary["sessions"] == {"user1": "live", "user2": "live"}
    assert summary["active_users"] == 2
    assert all(summary[key] for key in ("ticks", "signals", "fires", "closed"))
    assert (summary["lost"], summary["duplicated"], summary["unconfirmed"]) == (0, 0, 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("g++") is None, reason="g++ compiles the EA")
@pytest.mark.parametrize("flags", [(), ("--sanitize",)], ids=["as-it-is", "sanitized"])
def test_the_compiled_ea(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: tuple[str, ...]) -> None:
    hosted.build(sanitize=bool(flags))  # Takes longer than a command may.
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    shown = command("demo", "--ea", "mql5", *flags, "--users", "1", "--seconds", "4", "--speed", "1500", "--json")
    assert (shown.returncode, shown.stderr) == (0, "")
    summary = one_object(shown.stdout)
    assert list(summary) == list(KEYS)
    assert summary["sessions"] == {"user1": "live"}
    assert all(summary[key] for key in ("ticks", "signals", "fires", "closed"))
    assert (summary["lost"], summary["duplicated"], summary["unconfirmed"]) == (0, 0, 0)
    assert list(tmp_path.iterdir()) == []


def test_the_compiled_ea_without_a_compiler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    shown = command("demo", "--ea", "mql5", "--json")
    said = "bitten: --ea mql5: g++ is not installed: it compiles the EA's source for this machine\n"
    assert (shown.returncode, shown.stdout, shown.stderr) == (1, "", said)


def test_a_line_that_breaks_in_the_middle(tmp_path: Path) -> None:
    ticks = tmp_path / "EURUSD.csv"
    ticks.write_text("20200101 170000065,1.1,1.2,0\n20200101 170000165,1.1,oops,0\n", encoding="utf-8")
    shown = command("demo", "--ticks", str(ticks), "--json")
    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr == f"bitten: {ticks}, line 2: ask 'oops' is no price above zero\n"
    # Where the market is cut off by time it is not read beforehand: the EA finds the line.
    shown = command("demo", "--ticks", str(ticks), "--json", "--seconds", "4")
    assert (shown.returncode, shown.stdout) == (1, "")
    (line,) = shown.stderr.splitlines()
    assert f"{ticks}, line 2: ask 'oops' is no price above zero" in line
