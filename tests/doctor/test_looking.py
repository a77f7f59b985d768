"""What the judges are given is what is there."""

import os
import socket
import sys
from pathlib import Path

import pytest

from bitten.doctor import looking
from bitten.doctor.permissions import Privacy
from bitten.errors import BittenError
from bitten.journal import Journal
from bitten.keys import KeyPair
from bitten.rules.facts import Draft, TradingSet
from bitten.units import TradingState

HALT = TradingSet(user="", state=TradingState.HALTED, why="news", who="op")


def test_a_port_that_is_held_and_then_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        number = stranger.getsockname()[1]
        held = looking.port("command_port", "127.0.0.1", number)
    assert (held.trouble, held.holder_pid) == ("Address already in use", os.getpid())
    assert held.holder.startswith(f"process {os.getpid()} (")
    free = looking.port("command_port", "127.0.0.1", number)
    assert (free.trouble, free.holder, free.holder_pid) == ("", "", None)
    assert looking.port("command_port", "127.0.0.1", 0).trouble == ""


def test_an_address_that_is_none_of_this_machine() -> None:
    assert looking.port("command_port", "192.0.2.1", 5555).trouble == "Cannot assign requested address"


def test_firewalls_that_are_on(tmp_path: Path) -> None:
    assert looking.firewall(tmp_path).active == ()
    (tmp_path / "etc/ufw").mkdir(parents=True)
    (tmp_path / "etc/ufw/ufw.conf").write_text("ENABLED=no\n", encoding="utf-8")
    assert looking.firewall(tmp_path).active == ()
    (tmp_path / "etc/ufw/ufw.conf").write_text("# on\nENABLED=yes\n", encoding="utf-8")
    (tmp_path / "run/firewalld").mkdir(parents=True)
    assert looking.firewall(tmp_path).active == ("ufw", "firewalld")


def test_a_place_that_is_there_one_that_would_be_made_and_one_that_cannot_be(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "a" / "b"):
        seen = looking.place("log", folder)
        assert (seen.path, seen.trouble, seen.free > 0) == (folder, "", True)
    file = tmp_path / "file"
    file.touch()
    assert looking.place("log", file / "below").trouble == f"{file} is no folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_this_user_cannot_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert looking.place("log", tmp_path).trouble == "this user cannot write it"
    tmp_path.chmod(0o700)


def test_a_journal_that_is_not_there_is_held_is_whole_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    assert not looking.journal(path).exists
    opened = Journal.open(path)
    opened.append(*(Draft("desk", 1, HALT) for _ in range(3)))
    seen = looking.journal(path)
    assert (seen.exists, seen.held, seen.entries, seen.looked_at, seen.whole, seen.trouble) == (
        True,
        True,
        3,
        3,
        True,
        "",
    )
    opened.checkpoint()
    opened.close()
    assert not looking.journal(path).held
    path.write_bytes(path.read_bytes().replace(b"news", b"mews", 1))
    assert "is not what was written" in looking.journal(path).trouble
    path.write_bytes(b"not a journal" * 100)
    assert looking.journal(path).trouble


def test_of_a_large_journal_only_the_newest_part_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "CHECKED_WHOLE", 0)
    monkeypatch.setattr(looking, "NEWEST", 2)
    opened = Journal.open(tmp_path / "journal.sqlite")
    opened.append(*(Draft("desk", 1, HALT) for _ in range(5)))
    seen = looking.journal(opened.path)
    opened.close()
    assert (seen.entries, seen.looked_at, seen.whole) == (5, 2, False)


def test_paths_and_keys(tmp_path: Path) -> None:
    key = tmp_path / "keys" / "server.key"
    assert looking.path("key", key, Privacy.SECRET) is None
    KeyPair.make(key)
    seen = looking.path("key", key, Privacy.SECRET)
    assert seen is not None
    assert (seen.mode, seen.is_folder) == (0o600, False)
    assert looking.key_problem(key) == ""
    key.chmod(0o644)
    assert looking.key_problem(key) == "has mode 0644, allowed is 0600: chmod 600 it, and make a new pair"
    key.chmod(0o600)
    key.write_text("nothing", encoding="utf-8")
    assert looking.key_problem(key) == "holds no key pair: restore it from a backup"


def test_who_may_not_look_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looking.refuse_strangers(tmp_path / "journal.sqlite")

    def closed(_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "stat", closed)
    with pytest.raises(BittenError, match="ask as the user that runs the hub"):
        looking.refuse_strangers(tmp_path / "journal.sqlite")


def test_this_installation() -> None:
    seen = looking.versions()
    assert (seen.python, seen.zmq >= (4, 3), seen.curve) == (sys.version_info[:3], True, True)
    assert looking.synchronised() in (True, False, None)
