"""Keys on disk: made once, for their owner alone, and shown by nothing."""

import copy
import json
import os
import pickle
import stat
from pathlib import Path

import pytest

from bitten.errors import ConfigError
from bitten.keys import CurveClient, KeyPair
from bitten.settings import Secret


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "server.key"


def test_a_pair_is_read_as_it_was_made(path: Path) -> None:
    made, read = KeyPair.make(path), KeyPair.load(path)
    assert (read.public, read.secret.reveal()) == (made.public, made.secret.reveal())
    assert KeyPair.load_or_make(path).public == made.public


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_it_is_for_its_owner_alone_whatever_the_umask(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        KeyPair.make(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_can_read_is_refused(path: Path, mode: int) -> None:
    KeyPair.make(path)
    path.chmod(mode)
    with pytest.raises(ConfigError, match=rf"has mode {mode:04o}, allowed is 0600"):
        KeyPair.load(path)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o1777])
def test_a_folder_that_others_can_write_is_refused(path: Path, mode: int) -> None:
    KeyPair.make(path)
    path.parent.chmod(mode)
    with pytest.raises(ConfigError, match="others can write its folder"):
        KeyPair.make(path.with_name("other.key"))
    assert not path.with_name("other.key").exists()
    with pytest.raises(ConfigError, match=rf"others can write its folder, of mode {mode:04o}: chmod 700"):
        KeyPair.load(path)


def test_two_halves_of_different_pairs_are_none(path: Path) -> None:
    one, other = KeyPair.make(path), KeyPair.make(path.with_name("other.key"))
    for half in (other.public, one.secret.reveal()[:-1], "x" * 40, ""):
        path.write_text(f'curve\n    public-key = "{half}"\n    secret-key = "{one.secret.reveal()}"\n', "ascii")
        with pytest.raises(ConfigError, match="holds no key pair"):
            KeyPair.load(path)
        path.write_text(f'curve\n    public-key = "{one.public}"\n    secret-key = "{half}"\n', "ascii")
        with pytest.raises(ConfigError, match="holds no key pair"):
            KeyPair.load(path)


def test_a_pair_is_never_written_over(path: Path) -> None:
    before = KeyPair.make(path)
    with pytest.raises(ConfigError, match="exists already"):
        KeyPair.make(path)
    assert KeyPair.load(path).public == before.public


@pytest.mark.parametrize("text", ["", 'curve\n    public-key = "short"\n    secret-key = "short"\n', "\xff"])
def test_a_file_that_holds_no_pair_is_refused(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_bytes(text.encode("latin-1"))
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="holds no key pair"):
        KeyPair.load(path)


def test_a_pair_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        KeyPair.load(path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be written"):
        KeyPair.make(tmp_path / "file" / "server.key")


def test_a_secret_shows_itself_to_nothing(path: Path) -> None:
    pair = KeyPair.make(path)
    shown = pair.secret.reveal()
    for text in (repr(pair), str(pair), f"{pair.secret}", f"{pair.secret!r:>60}", f"{CurveClient(pair, pair.public)}"):
        assert shown not in text
    with pytest.raises(TypeError):
        pickle.dumps(pair.secret)
    with pytest.raises(TypeError):
        copy.copy(pair.secret)
    with pytest.raises(TypeError):
        json.dumps({"secret": Secret(shown)})


def test_the_hubs_key_must_be_one(path: Path) -> None:
    with pytest.raises(ConfigError, match="the hub's key 'nonsense': must be a public key"):
        CurveClient(KeyPair.make(path), "nonsense")
