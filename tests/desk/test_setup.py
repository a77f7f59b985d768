"""`bitten init`: what it writes is what a hub takes, and what it would spoil is refused."""

import json
import tomllib
from pathlib import Path

import pytest

from bitten import config
from bitten.journal import Durability
from bitten.rules.risk import Mode
from bitten.sections import Security
from tests.test_cli import Bitten, Ended


def test_without_a_word_it_is_the_shipped_one_with_a_user_in_a_file_of_its_own(bitten: Bitten, tmp_path: Path) -> None:
    assert bitten("init", "--yes") == Ended(
        0,
        "written: config/bitten.toml\n"
        "written: config/users.d/paper.toml\n"
        "next:\n"
        "  bitten run\n"
        "  bitten paper --user paper --press fire --speed 60\n"
        "  bitten status\n",
        "",
    )
    assert config.load(tmp_path / "config/bitten.toml") == config.load(config.packaged())
    assert "\n# " in (tmp_path / "config/bitten.toml").read_text(encoding="utf-8")
    assert bitten("check").code == 0


def test_the_options_are_in_the_file(bitten: Bitten, tmp_path: Path) -> None:
    told = bitten(
        *("init", "hub", "--symbols", "XAUUSD, EURUSD", "--durability", "power", "--state", "state"),
        *("--user", "amy", "--user", "bob", "--tier", "COMMANDER", "--mode", "auto", "--json"),
    )
    answer = json.loads(told.out)
    assert answer["written"] == ["hub/bitten.toml", "hub/users.d/amy.toml", "hub/users.d/bob.toml"]
    assert answer["next"][0] == "bitten run --config hub/bitten.toml"
    loaded = config.load(tmp_path / "hub/bitten.toml")
    assert loaded.market.symbols == ("XAUUSD", "EURUSD")
    assert loaded.journal.durability is Durability.POWER
    assert loaded.journal.path == str(tmp_path / "state/journal.sqlite")
    assert {name: (user.tier, user.mode) for name, user in loaded.users.items()} == {
        "amy": ("COMMANDER", Mode.AUTO),
        "bob": ("COMMANDER", Mode.AUTO),
    }


def test_under_curve_users_come_with_their_keys(bitten: Bitten, tmp_path: Path) -> None:
    told = bitten("init", "hub", "--security", "curve", "--state", "state", "--user", "amy", "--yes")
    assert told.code == 0
    assert "  bitten enroll amy --config hub/bitten.toml --host ADDRESS --out amy\n" in told.out
    loaded = config.load(tmp_path / "hub/bitten.toml")
    assert (loaded.security.mode, loaded.sockets.host, dict(loaded.users)) == (Security.CURVE, "0.0.0.0", {})


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--tier", "GENERAL"), 2, "'GENERAL': must be one of NIBBLER, FANG, COMMANDER, APEX"),
        (("--user", "../amy"), 2, "user '../amy': must be 1 to 64 of A-Z"),
        (("--mode", "auto"), 4, "mode = 'auto': tier NIBBLER allows manual"),
        (("--host", "0.0.0.0"), 4, "[sockets] host = '0.0.0.0'"),
        (("--symbols", "EURUSD,EURUSD"), 4, "[market] symbols: 'EURUSD' is there twice"),
    ],
)
def test_what_a_hub_would_not_take_is_refused_and_nothing_is_left(
    bitten: Bitten, tmp_path: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    told = bitten("init", "--yes", *arguments)
    assert told.code == code
    assert says in told.err
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_what_is_there_is_not_written_over(bitten: Bitten, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/bitten.toml").write_text("mine", encoding="utf-8")
    assert bitten("init", "--yes") == Ended(
        1,
        "",
        "bitten: config/bitten.toml is there already: change it, and ask `bitten check`; or name another folder\n",
    )
    assert (tmp_path / "config/bitten.toml").read_text(encoding="utf-8") == "mine"


def test_it_asks_on_a_terminal(bitten: Bitten, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    answers = iter(["nonsense", "plain", "EURUSD", "power", "amy, bob"])
    monkeypatch.setattr("builtins.input", lambda *_: next(answers))
    told = bitten("init")
    assert told.code == 0
    assert "Please select one of the available options" in told.out
    loaded = config.load(tmp_path / "config/bitten.toml")
    assert tomllib.loads((tmp_path / "config/users.d/amy.toml").read_text(encoding="utf-8"))["tier"] == "NIBBLER"
    assert (loaded.market.symbols, loaded.journal.durability) == (("EURUSD",), Durability.POWER)
    assert set(loaded.users) == {"amy", "bob"}
