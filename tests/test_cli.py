"""The door: what each command prints, where, and with which exit code. No hub and no other process is started."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from bitten import __version__
from bitten.cli import main
from bitten.demo import hosted

Bitten = Callable[..., "Ended"]


@attrs.frozen
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def bitten(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Bitten:
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["bitten", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        said = capsys.readouterr()
        return Ended(ended.value.code, said.out, said.err)

    return run


@pytest.fixture
def nobody(tmp_path: Path) -> str:
    """A configuration on whose desk path no hub answers."""
    path = tmp_path / "nobody.toml"
    path.write_text(f'[desk]\npath = "{tmp_path}/desk.sock"\n[users.amy]\n', encoding="utf-8")
    return str(path)


def test_its_version(bitten: Bitten) -> None:
    assert bitten("--version") == Ended(0, f"{__version__}\n", "")


def test_a_shell_is_told_how_a_word_may_go_on(bitten: Bitten, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_BITTEN_COMPLETE": "complete_bash", "COMP_WORDS": "bitten re", "COMP_CWORD": "1"}.items():
        monkeypatch.setenv(name, value)
    assert set(bitten().out.split()) >= {"reduce", "release", "reload", "replay", "report", "resume", "revoke"}


def test_help_names_every_command_and_the_exit_codes(bitten: Bitten) -> None:
    shown = bitten("--help")
    assert (shown.code, shown.err) == (0, "")
    listed = set(re.findall(r"^  ([a-z]+)  +\S", shown.out, re.MULTILINE))
    assert listed >= {
        "run",
        "check",
        "status",
        "halt",
        "reduce",
        "resume",
        "paper",
        "demo",
        "release",
        "close",
        "modify",
        "doctor",
        "ping",
        "logs",
    }
    assert "0 ok, 1 error, 2 usage, 3 hub not running, 4 configuration, 5" in shown.out


@pytest.mark.parametrize(
    "name", ["run", "check", "status", "halt", "reduce", "resume", "paper", "demo", "doctor", "ping", "logs"]
)
def test_each_command_has_its_help(bitten: Bitten, name: str) -> None:
    shown = bitten(name, "--help")
    assert (shown.code, shown.err) == (0, "")
    assert f" {name} [OPTIONS]" in shown.out.splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("dance",), "'dance'"),
        (("halt",), "--why"),
        (("paper",), "--user"),
        (("paper", "--user", "amy", "--press", "maybe"), "'maybe': must be one of fire, pass, none"),
        (("paper", "--user", "amy", "--command-port", "70000"), "--command-port"),
        (("close", "0"), "TICKET"),
        (("demo", "--bars", "only-one"), "--bars"),
        (("demo", "--users", "0"), "--users"),
        (("demo", "--users", "201"), "--users"),
        (("demo", "--ea", "mql4"), "'mql4': must be one of paper, mql5"),
        (("demo", "--sanitize"), "--sanitize"),
    ],
)
def test_usage_errors(bitten: Bitten, arguments: tuple[str, ...], said: str) -> None:
    shown = bitten(*arguments)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err.splitlines()[-1]  # The words around it are Typer's own.


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("status", "--json"),
        ("halt", "--why", "news"),
        ("reduce", "--why", "news", "--user", "amy"),
        ("resume", "--why", "news"),
        ("release", "amy"),
        ("close", "1"),
        ("modify", "1", "--sl", "1.1"),
    ],
)
def test_without_a_hub(bitten: Bitten, nobody: str, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    shown = bitten(*arguments, "--config", nobody)
    assert (shown.code, shown.out) == (3, "")
    assert shown.err.startswith(f"bitten: no hub at {tmp_path}/desk.sock: start one with `bitten run`")
    assert shown.err.count("\n") == 1
    assert not (tmp_path / "desk.sock").exists()


def test_check_of_a_good_file(bitten: Bitten, nobody: str) -> None:
    assert bitten("check", "--config", nobody) == Ended(0, f"{nobody}: good: 1 users, symbols EURUSD, GBPUSD\n", "")
    shown = bitten("check", "--config", nobody, "--json")
    assert (shown.code, shown.err) == (0, "")
    assert json.loads(shown.out) == {"file": nobody, "ok": True, "problems": []}


def test_check_looks_into_the_calendar_too(bitten: Bitten, tmp_path: Path) -> None:
    (tmp_path / "with.toml").write_text('[citadel]\nnews_file = "news.csv"\n', encoding="utf-8")
    news = tmp_path / "news.csv"
    missing = bitten("check", "--config", "with.toml")
    assert (missing.code, missing.out) == (
        *(4, "news.csv: [citadel] news_file cannot be read: No such file or directory\n"),
    )
    head = "time,currency,importance,name\n"
    news.write_text(head + "2026-11-25T13:30Z,USD,red,NFP\n2026-11-25,USD,high,NFP\n", encoding="utf-8")
    shown = bitten("check", "--config", "with.toml", "--json")
    assert shown.code == 4
    assert json.loads(shown.out)["problems"] == [
        "news.csv: line 2: importance = 'red': must be one of low, moderate, high",
        "news.csv: line 3: time = '2026-11-25': must be as 2026-11-25T13:30Z, with Z or an offset as +02:00",
    ]
    news.write_text(head + "2026-11-25T13:30Z,USD,high,NFP\n", encoding="utf-8")
    good = bitten("check", "--config", "with.toml")
    assert (good.code, good.out.splitlines()[1:]) == (0, ["news.csv: good: 1 event"])
    news.write_bytes(b"time\xff")
    assert "news.csv: not UTF-8 text: invalid start byte at byte 4" in bitten("check", "--config", "with.toml").out


def test_check_without_a_file_checks_what_run_would_read(bitten: Bitten, tmp_path: Path) -> None:
    assert bitten("check").code == 0
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "bitten.toml").write_text("[risk]\nmax_lots = 0\n", encoding="utf-8")
    shown = bitten("check", "--json")
    assert shown.code == 4
    assert json.loads(shown.out)["file"] == "config/bitten.toml"


def test_a_bad_file_is_said_line_by_line_by_every_command_that_reads_it(bitten: Bitten, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[risk]\nmax_lots = nan\n[sockets]\ncommand_port = 70000\n", encoding="utf-8")
    lines = [
        "bad.toml: risk.max_lots = nan: must be a finite number",
        "bad.toml: sockets: command_port = 70000: must be at least 0, at most 65535",
    ]
    checked = bitten("check", "--config", "bad.toml")
    assert (checked.code, sorted(checked.out.splitlines()), checked.err) == (4, lines, "")
    object_ = bitten("check", "--config", "bad.toml", "--json")
    assert object_.code == 4
    found = json.loads(object_.out)
    assert (found["file"], found["ok"], sorted(found["problems"])) == ("bad.toml", False, lines)
    for arguments in (("run",), ("status",), ("halt", "--why", "news")):
        shown = bitten(*arguments, "--config", "bad.toml")
        assert (shown.code, shown.out) == (4, "")
        assert sorted(shown.err.splitlines()) == [f"bitten: {line}" for line in lines]


def test_run_without_the_file_that_was_named(bitten: Bitten) -> None:
    said = "bitten: none.toml: cannot be read: No such file or directory\n"
    assert bitten("run", "--config", "none.toml") == Ended(4, "", said)
    assert bitten("--config", "none.toml") == Ended(4, "", said)  # Without a command it is the hub.


def test_the_compiled_ea_outside_a_checkout(bitten: Bitten, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(hosted, "RUNNER", tmp_path / "ea" / "host" / "run")
    said = (
        "an installed bitten has no ea/host, which builds the EA: run `python -m bitten demo --ea mql5` in a checkout"
    )
    assert bitten("demo", "--ea", "mql5") == Ended(1, "", f"bitten: --ea mql5: {said}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--seconds", "0"), "bitten: --seconds 0: must be above 0"),
        (
            ("--ticks", "a", "--bars", "b", "c"),
            "bitten: --ticks and --bars: one market at a time, choose one of them\n",
        ),
        (("--ticks", "EURUSD.csv"), "bitten: EURUSD.csv: No such file or directory"),
    ],
)
def test_a_demo_that_cannot_begin(bitten: Bitten, arguments: tuple[str, ...], said: str) -> None:
    shown = bitten("demo", "--json", *arguments)
    assert (shown.code, shown.out) == (1, "")
    assert shown.err.startswith(said)
    assert shown.err.count("\n") == 1
