"""The configuration is read whole or refused whole, with every mistake at once."""

from pathlib import Path

import pytest

from bitten import config
from bitten.config import load
from bitten.errors import ConfigError
from bitten.journal import Durability
from bitten.rules.risk import TIERS
from bitten.sections import Config, UserSettings, state_dir
from bitten.units import Account


def write(folder: Path, text: str, name: str = "bitten.toml") -> Path:
    """A file in the folder."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    """What is wrong with the file, without its name."""
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value) == "; ".join(caught.value.problems)
    return [problem.removeprefix(f"{path}: ") for problem in caught.value.problems]


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    assert load(write(tmp_path, "")) == Config()


def test_what_is_shipped_is_safe() -> None:
    shipped = load(config.packaged())
    assert (shipped.sockets.host, shipped.sockets.command_port, shipped.sockets.feedback_port) == (
        *("127.0.0.1", 5555),
        5556,
    )
    assert [(name, user.mode, user.accept_live) for name, user in shipped.users.items()] == [("paper", "manual", False)]


def test_values_are_taken_over(tmp_path: Path) -> None:
    text = """
        [sockets]
        command_port = 0
        [journal]
        durability = "power"
        path = "~/j.sqlite"
        [users.amy]
        tier = "APEX"
        mode = "auto"
        account = { server = "Broker-Demo", login = 42 }
    """
    loaded = load(write(tmp_path, text))
    assert loaded.sockets.command_port == 0
    assert loaded.journal.durability is Durability.POWER
    assert loaded.journal_path == Path.home() / "j.sqlite"
    assert loaded.users["amy"] == UserSettings(tier="APEX", mode="auto", account=Account("Broker-Demo", 42))


def test_paths_that_are_not_given_are_in_the_state_directory() -> None:
    empty = Config()
    assert empty.journal_path == state_dir() / "journal.sqlite"
    assert empty.desk_path.parent.parent == state_dir()


def test_one_figure_of_a_tier_leaves_the_others_as_shipped(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, "[tiers.APEX]\nshots_a_day = 3"))
    assert loaded.tiers.keys() == TIERS.keys()
    assert (loaded.tiers["APEX"].shots_a_day, loaded.tiers["APEX"].risk_pct) == (3, TIERS["APEX"].risk_pct)
    assert loaded.tiers["FANG"] == TIERS["FANG"]


def test_users_may_have_files_of_their_own(tmp_path: Path) -> None:
    path = write(tmp_path, '[users.amy]\ntier = "FANG"\n')
    write(tmp_path, 'tier = "COMMANDER"\nmode = "auto"\n', "users.d/bob.toml")
    write(tmp_path, "this is not read", "users.d/notes.txt")
    users = load(path).users
    assert {name: user.tier for name, user in users.items()} == {"amy": "FANG", "bob": "COMMANDER"}


def test_a_user_in_two_places(tmp_path: Path) -> None:
    path = write(tmp_path, "[users.amy]\n")
    twice = write(tmp_path, "", "users.d/amy.toml")
    assert problems(path) == [f"{twice}: user 'amy' is in {path} too; keep one of them"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[socket]", "unknown key 'socket': did you mean 'sockets'?"),
        ("[sockets]\ncomand_port = 1", "sockets: unknown key 'comand_port': did you mean 'command_port'?"),
        ("[sockets]\ncommand_port = 70000", "sockets: command_port = 70000: must be at least 0, at most 65535"),
        ("[sockets]\ncommand_port = 5555.0", "sockets.command_port = 5555.0: must be a whole number"),
        ("[sockets]\ncommand_port = true", "sockets.command_port = True: must be a whole number"),
        ("[journal]\npath = 1", "journal.path = 1: must be a string"),
        ('[journal]\ndurability = "ram"', "journal.durability = 'ram': must be one of process, power"),
        ("[risk]\nmax_lots = nan", "risk.max_lots = nan: must be a finite number"),
        ("[risk]\nmax_lots = inf", "risk.max_lots = inf: must be a finite number"),
        ('[market]\nsymbols = "EURUSD"', "market.symbols = 'EURUSD': must be a list of strings"),
        ("sockets = 5", "sockets = 5: must be a table"),
        ('[users.amy]\naccept_live = "false"', "users['amy'].accept_live = 'false': must be true or false"),
        ('[log]\nlevel = "LOUD"', "log: level = 'LOUD': must be one of TRACE, DEBUG, INFO, WARNING, ERROR"),
    ],
)
def test_a_mistake_names_key_value_and_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    assert problems(write(tmp_path, text)) == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[sockets]\nhost = "0.0.0.0"', "[sockets] host = '0.0.0.0': whoever reaches it could trade; enrol"),
        ('[users.amy]\ntier = "GOLD"', "[users.amy] tier = 'GOLD': must be one of NIBBLER, FANG, COMMANDER, APEX"),
        ('[users.amy]\nmode = "auto"', "[users.amy] mode = 'auto': tier NIBBLER allows manual"),
        (
            '[market]\nsymbols = ["A B"]',
            "[market] symbols: 'A B' must be 1 to 32 visible ASCII letters, no blank",
        ),
        ('[market]\nsymbols = ["X", "X"]', "[market] symbols: 'X' is there twice"),
        ('[market]\nwarm_up = ["M2"]', "[market] warm_up: 'M2' must be one of M1, M5, M15, H1"),
        ("[sockets]\nfeedback_port = 5555", "[sockets] feedback_port = 5555: is the command_port too"),
        (f'[desk]\npath = "/{107 * "d"}"', f"[desk] path = '/{107 * 'd'}': has 108 bytes, a socket's path at most 107"),
        ('[users."../amy"]', "[users] user '../amy': must be 1 to 64 of A-Z a-z 0-9 . _ : -, a letter or digit first"),
        ('[venom]\nsources = ["amy"]\n[users.bob]', "[venom] sources: 'amy' is not one of the users bob"),
    ],
)
def test_contradictions_between_keys(tmp_path: Path, text: str, said: str) -> None:
    (found,) = problems(write(tmp_path, text))
    assert found.startswith(said)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost"])
def test_loopback_is_allowed(tmp_path: Path, host: str) -> None:
    assert load(write(tmp_path, f'[sockets]\nhost = "{host}"')).sockets.host == host


def test_two_ports_may_both_be_the_systems_choice(tmp_path: Path) -> None:
    text = f"""
        [sockets]
        command_port = 0
        feedback_port = 0
        [desk]
        path = "/{106 * "d"}"
    """
    assert load(write(tmp_path, text)).sockets.feedback_port == 0


def test_every_mistake_is_said_at_once(tmp_path: Path) -> None:
    text = """
        [sockets]
        command_port = -1
        feedback_prt = 1
        [risk]
        max_lots = nan
        [xp]
        soldier = "many"
        veteran = 0
        [users.amy]
        accept_live = 1
    """
    assert sorted(problems(write(tmp_path, text))) == [
        "risk.max_lots = nan: must be a finite number",
        "sockets: command_port = -1: must be at least 0, at most 65535",
        "sockets: unknown key 'feedback_prt': did you mean 'feedback_port'?",
        "users['amy'].accept_live = 1: must be true or false",
        "xp.soldier = 'many': must be a whole number",
        "xp: veteran = 0: must be at least 1, at most 1000000000",
    ]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.toml") == ["cannot be read: No such file or directory"]
    (found,) = problems(write(tmp_path, "[sockets"))
    assert found.startswith("not TOML: ")
    latin = tmp_path / "latin.toml"
    latin.write_bytes("# Zürich".encode("latin-1"))
    (found,) = problems(latin)
    assert found.startswith("not TOML: ")
    broken = write(tmp_path, "tier", "users.d/amy.toml")
    (found,) = problems(write(tmp_path, ""))
    assert found.startswith(f"{broken}: not TOML: ")


def test_which_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert config.find(None) == config.packaged()
    write(tmp_path, "", "config/bitten.toml")
    assert config.find(None) == Path("config/bitten.toml")
    assert config.find(Path("mine.toml")) == Path("mine.toml")


def test_a_wrong_user_hides_neither_the_others_nor_itself(tmp_path: Path) -> None:
    path = tmp_path / "bitten.toml"
    path.write_text('[venom]\nsources = ["amy"]\n[users.amy]\ntier = 3\n[users.bob]\ntier = "NOPE"\n')
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert caught.value.problems == [
        f"{path}: users['amy'].tier = 3: must be a string",
        f"{path}: [users.bob] tier = 'NOPE': must be one of NIBBLER, FANG, COMMANDER, APEX",
    ]


def test_a_mistake_in_a_file_of_its_own_names_that_file(tmp_path: Path) -> None:
    path, own = tmp_path / "bitten.toml", tmp_path / "users.d" / "zed.toml"
    own.parent.mkdir()
    own.write_text('accept_live = "yes"\n')
    (own.parent / "odd.toml").write_text("not toml")
    path.write_text('[sockets]\nhost = "0.0.0.0"\n')
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert [line.split(": ")[0] for line in caught.value.problems] == [
        str(own.parent / "odd.toml"),
        str(own),
        str(path),
    ]
