"""The users' files are changed in place, whole or not at all."""

import fcntl
import os
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten import config
from bitten.config import load
from bitten.errors import BittenError, ConfigError, ExitCode
from bitten.rules.access import Access
from bitten.user_files import UnknownUser, UserFiles

MAIN = """\
# Ours.
[risk]
max_lots = 2.0  # cautious

[users.amy]
# The first one.
tier = "APEX"  # she has earned it

[users.ben]
"""


@pytest.fixture
def files(tmp_path: Path) -> UserFiles:
    """A configuration with Amy and Ben in it."""
    path = tmp_path / "bitten.toml"
    path.write_text(MAIN, encoding="utf-8")
    return UserFiles(path)


def test_a_new_user_has_a_file_for_its_owner_alone(files: UserFiles) -> None:
    path = files.add("carol", {"tier": "FANG", "account": {"server": "Broker", "login": 7}, "accept_live": False})
    assert path == files.config.parent / "users.d" / "carol.toml"
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    assert os.listdir(path.parent) == ["carol.toml"]
    carol = load(files.config).users["carol"]
    assert (carol.tier, str(carol.account), carol.accept_live) == ("FANG", "7@Broker", False)


def test_a_user_who_is_there_is_not_written_over(files: UserFiles) -> None:
    files.add("carol", {"tier": "FANG"})
    for user, where in (("carol", "carol.toml"), ("amy", "bitten.toml")):
        with pytest.raises(BittenError, match=f"user '{user}' is configured already, in .*{where}"):
            files.add(user, {"tier": "APEX"})
    assert load(files.config).users["carol"].tier == "FANG"


def test_a_user_is_changed_where_the_user_stands(files: UserFiles) -> None:
    files.config.chmod(0o640)
    assert files.change("amy", {"access": Access.DISABLED.value, "access_why": 'a "dispute"'}) == files.config
    text = files.config.read_text(encoding="utf-8")
    for line in MAIN.splitlines():
        assert line in text
    amy, ben = (load(files.config).users[name] for name in ("amy", "ben"))
    assert (amy.tier, amy.access, amy.access_why) == ("APEX", Access.DISABLED, 'a "dispute"')
    assert ben.access is Access.ENABLED
    assert stat.S_IMODE(files.config.stat().st_mode) == 0o640

    files.add("carol", {"tier": "FANG"})
    assert files.change("carol", {"access": "revoked"}).name == "carol.toml"
    assert load(files.config).users["carol"].access is Access.REVOKED


@pytest.mark.parametrize(
    "text",
    [
        'users.amy.tier = "APEX"\n',
        'users = {amy = {tier = "APEX"}}\n',
        "[users]\namy.mode = 'auto'\namy.tier = 'APEX'\n",
    ],
)
def test_however_it_is_written(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bitten.toml"
    path.write_text(text, encoding="utf-8")
    UserFiles(path).change("amy", {"access": "disabled"})
    amy = load(path).users["amy"]
    assert (amy.tier, amy.access) == ("APEX", Access.DISABLED)


def test_nobody_is_changed_who_is_not_there(files: UserFiles) -> None:
    files.add("carol", {})
    with pytest.raises(UnknownUser, match="user 'dan' is not configured; known are amy, ben, carol") as caught:
        files.change("dan", {"access": "disabled"})
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "../x", "a b", "x" * 65, "a\n", "é"])
def test_a_name_that_could_be_no_user(files: UserFiles, name: str) -> None:
    with pytest.raises(BittenError, match="must be 1 to 64 of"):
        files.add(name, {})
    assert not (files.config.parent / "users.d").exists()


def test_what_cannot_be_written_leaves_the_old_file(files: UserFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match=r"bitten\.toml: cannot be written: No space left on device"):
        files.change("amy", {"access": "disabled"})
    assert files.config.read_text(encoding="utf-8") == MAIN
    assert os.listdir(files.config.parent) == ["bitten.toml"]


def test_one_command_at_a_time(files: UserFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def another_asks(_: int) -> None:
        folder = os.open(files.config.parent, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(folder)
        asked.append(True)

    monkeypatch.setattr(os, "fsync", another_asks)
    files.change("amy", {"access": "disabled"})
    files.add("carol", {})
    assert len(asked) == 4  # The file and its folder, twice.


NAMES = st.sampled_from(["amy", "b", "a.b", "c-d", "e:f", "7"])
STYLES = st.sampled_from(["table", "inline", "dotted"])


@given(
    others=st.dictionaries(NAMES, STYLES, min_size=1),
    why=st.text(st.characters(codec="utf-8"), max_size=40),
    data=st.data(),
)
def test_nothing_but_what_was_changed_is_another(others: dict[str, str], why: str, data: st.DataObject) -> None:
    """However users stand in a file, and whatever is said."""
    user = data.draw(st.sampled_from(sorted(others)))
    style = others[user]
    lines = ["# Ours.", "[risk]", "max_lots = 2.5 # cautious"]
    for name, how in others.items():
        lines += {
            "table": [f'[users."{name}"] # {how}', 'mode = "manual"', ""],
            "inline": [f'[users."{name}".account]', 'server = "B"', "login = 1", ""],
            "dotted": [f'[users."{name}"]', 'account.server = "B"', "account.login = 2"],
        }[how]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bitten.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        before = load(path)
        UserFiles(path).change(user, {"access": "revoked", "access_why": why})
        after = load(path)
    changed = attrs.evolve(before.users[user], access=Access.REVOKED, access_why=why)
    assert after == attrs.evolve(before, users={**before.users, user: changed}), style


def test_a_user_can_be_changed_in_a_configuration_that_is_wrong_elsewhere(files: UserFiles) -> None:
    files.config.write_text(MAIN.replace("2.0", '"two"'), encoding="utf-8")
    files.change("amy", {"access": "disabled"})
    assert 'access = "disabled"' in files.config.read_text(encoding="utf-8")


def test_what_is_no_toml_is_not_touched(files: UserFiles) -> None:
    files.config.write_text("[users.amy\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="not TOML"):
        files.change("amy", {"access": "disabled"})
    assert files.config.read_text(encoding="utf-8") == "[users.amy\n"


def test_what_is_shipped_is_not_changed() -> None:
    files = UserFiles(config.packaged())
    with pytest.raises(ConfigError, match="copy it"):
        files.add("amy", {})
    with pytest.raises(ConfigError, match="copy it"):
        files.change("paper", {"access": "disabled"})
