"""Fault 38: a configuration that is broken, or would lock everyone out, is read anew: the old one stays whole.

What differs and why it is refused is shown, and a halt still works, though its own command reads the broken file.
"""

import io
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import attrs
import msgspec
import pytest
import trio
from trio.testing import MockClock

from bitten.config import load
from bitten.errors import ConfigError
from bitten.rules.access import Access
from bitten.rules.facts import Reloaded
from bitten.sections import Config
from bitten.units import TradingState
from bitten.user_files import UserFiles
from bitten.wire.desk import Refusal, SetTrading, TradingAnswer, desk_answers
from bitten.wire.reload import Reload, ReloadAnswer
from bitten.wire.users import Enrol, SetAccess, UserAnswer, UsersAnswer, UsersRequest, UserStatus
from tests.actors.bench import Ea, full_disk, journaled
from tests.actors.test_desk import at_the_desk
from tests.faults.guests import house
from tests.integration.conftest import bench as bench
from tests.integration.processes import Bench, Hub
from tests.scenarios.live import HubTarget, config, live_hub
from tests.scenarios.script import Setup
from tests.test_cli import Bitten
from tests.test_cli import bitten as bitten

MAIN = """\
[sockets]
command_port = 0
feedback_port = 0
[desk]
path = "{folder}/desk/desk.sock"
[journal]
path = "{folder}/journal.sqlite"
[market]
symbols = ["EURUSD"]
[watchdog]
limit_s = 3600
[users.alice]
[users.bob]
"""


def write(folder: Path, old: str = "", new: str = "") -> Config:
    """The hub's file, with a part of it changed; what it says, where it is right."""
    path, text = folder / "bitten.toml", MAIN.format(folder=folder)
    assert old in text
    path.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
    return load(path)


@asynccontextmanager
async def running(folder: Path, clock: MockClock) -> AsyncIterator[tuple[HubTarget, Ea]]:
    """A hub on the file, and Alice's EA, which is live."""
    async with live_hub(Setup(), folder, clock, settings=write(folder), source=folder / "bitten.toml") as target:
        alice = Ea(target, "alice", login=1)
        await alice.go_live(account={"server": "Broker", "login": 1})
        yield target, alice


async def read_anew(target: HubTarget, *, apply: bool = True, seen: str = "") -> ReloadAnswer:
    """What the hub answers to `bitten reload`."""
    answer = await target.hub.reloader.act(Reload(apply=apply, seen=seen, why="test", who="op"))
    assert isinstance(answer, ReloadAnswer), answer
    return answer


BROKEN = [
    ("[users.alice]", "[users.alice", "not TOML"),
    ("[users.bob]", "[users.bob]\ntier = 'GOLD'", "[users.bob] tier = 'GOLD': must be one of"),
    ("", "[risk]\nmax_lots = nan\n", "risk.max_lots = nan: must be a finite number"),
    ("", "[risk]\nmax_lot = 1\n", "did you mean 'max_lots'?"),
    ("", "[alerts.routes.p]\nurl = 'nosuch://1'\n", "[alerts.routes.p] url: nosuch:// is no URL that Apprise"),
    ("", "[users.carol]\npublic_key = 'short'\n", "[users.carol] public_key = 'short'"),
    ("[users.alice]\n[users.bob]\n", "", "nobody could trade any more: no enabled user is left"),
    (
        "[users.alice]\n[users.bob]\n",
        "[users.alice]\naccess = 'disabled'\n[users.bob]\naccess = 'revoked'\n",
        "nobody could trade any more: no enabled user is left (there are alice, bob now)",
    ),
]


@pytest.mark.parametrize(("old", "new", "reason"), BROKEN)
async def test_fault_38_the_old_one_stays_whole(
    tmp_path: Path, mock_clock: MockClock, old: str, new: str, reason: str
) -> None:
    async with running(tmp_path, mock_clock) as (target, alice):
        before = target.hub.current.config
        with suppress(ConfigError):
            # More than the mistake differs: none of it may come through.
            write(tmp_path, old, f"{new}\n[tiers.FANG]\nshots_a_day = 99\n")
        answer = await read_anew(target)
        assert not answer.applied
        assert any(reason in problem for problem in answer.problems), answer.problems
        assert target.hub.current.config is before
        assert journaled(target, Reloaded) == []
        assert await alice.got("bye") == []
        halt = SetTrading(user="", state=TradingState.HALTED, why="whatever it says", who="op")
        assert isinstance(target.hub.desk.act(halt), TradingAnswer)
        assert [each["state"] for each in await alice.got("trading")] == ["halted"]


async def test_fault_38_under_curve_somebody_with_a_key_must_be_left(tmp_path: Path) -> None:
    async with house(tmp_path, "alice") as home:
        path = tmp_path / "bitten.toml"
        path.write_text("[users.alice]\n", encoding="utf-8")
        reloader = attrs.evolve(home.hub.reloader, source=path)
        answer = await reloader.act(Reload(apply=True, seen="", why="", who="op"))
        assert isinstance(answer, ReloadAnswer)
        assert answer.problems == (
            f"{path}: nobody could trade any more: no enabled user with a key is left (there are alice now)",
        )
        await home.live("alice", 1)


async def test_fault_38_a_halt_does_not_wait_for_a_reload(tmp_path: Path, mock_clock: MockClock) -> None:
    """The disk that the configuration is on does not answer."""
    stuck = tmp_path / "bitten.toml"
    os.mkfifo(stuck)
    settings = config(Setup(), tmp_path)
    async with (
        live_hub(Setup(), tmp_path, mock_clock, settings=settings, source=stuck) as target,
        at_the_desk(target) as operator,
    ):
        await operator.channel.send(msgspec.json.encode(Reload(apply=False, seen="", why="", who="op")))
        assert (await operator.set_trading(TradingState.HALTED)).after is TradingState.HALTED
        await trio.to_thread.run_sync(stuck.write_text, "[users.alice]\n")  # It does, in the end.
        (late,) = await operator.channel.receive_batch()
        answer = desk_answers.decode(late)
        assert isinstance(answer, ReloadAnswer)
        assert "users.alice" in [each.key for each in answer.differences]


async def test_what_is_right_holds_at_once(tmp_path: Path, mock_clock: MockClock) -> None:
    async with running(tmp_path, mock_clock) as (target, alice):
        write(tmp_path, "[users.alice]\n", "[users.carol]\n[risk]\nmax_lots = 1.5\n[log]\nlevel = 'DEBUG'\n")
        shown = await read_anew(target, apply=False)
        assert [(each.key, each.holds) for each in shown.differences] == [
            ("log.level", "needs a restart"),
            ("risk.max_lots", "now"),
            ("users.alice", "now"),
            ("users.carol", "now"),
        ]
        assert (shown.applied, target.hub.current.config.risk.max_lots) == (False, 5.0)
        answer = await read_anew(target, seen=shown.digest)
        assert (answer.applied, answer.ended, answer.problems) == (True, ("alice",), ())
        config = target.hub.current.config
        assert (list(config.users), config.risk.max_lots, config.log.level) == (["carol", "bob"], 1.5, "INFO")
        assert [each["reason"] for each in await alice.got("bye")] == ["unknown_user"]
        await Ea(target, "carol", login=3).go_live(account={"server": "Broker", "login": 3})
        (fact,) = journaled(target, Reloaded)
        assert (fact.who, fact.why) == ("op", "test")
        assert "risk.max_lots: 5.0 -> 1.5 (now)" in fact.changes


async def test_what_has_changed_since_it_was_shown_does_not_hold(tmp_path: Path, mock_clock: MockClock) -> None:
    async with running(tmp_path, mock_clock) as (target, _):
        write(tmp_path, "", "[risk]\nmax_lots = 1.5\n")
        shown = await read_anew(target, apply=False)
        write(tmp_path, "", "[risk]\nmax_lots = 99.0\n")
        answer = await target.hub.reloader.act(Reload(apply=True, seen=shown.digest, why="", who="op"))
        assert isinstance(answer, Refusal)
        assert "have changed since they were shown" in answer.message
        assert target.hub.current.config.risk.max_lots == 5.0


async def test_what_cannot_be_journaled_does_not_hold(tmp_path: Path, mock_clock: MockClock) -> None:
    async with running(tmp_path, mock_clock) as (target, _):
        write(tmp_path, "", "[risk]\nmax_lots = 1.5\n")
        with full_disk(tmp_path):
            answer = await target.hub.reloader.act(Reload(apply=True, seen="", why="", who="op"))
        assert isinstance(answer, Refusal)
        assert answer.message.startswith("not done: ")
        assert target.hub.current.config.risk.max_lots == 5.0


async def test_after_a_command_about_a_user_nothing_differs(tmp_path: Path, mock_clock: MockClock) -> None:
    async with running(tmp_path, mock_clock) as (target, _):
        files = UserFiles(tmp_path / "bitten.toml")
        files.change("alice", {"access": "disabled", "access_why": "a dispute"})
        files.add("carol", {"tier": "FANG", "mode": "semi", "accept_live": False})
        assert len((await read_anew(target, apply=False)).differences) == 3
        for request in (
            SetAccess(user="alice", access=Access.DISABLED, why="a dispute", who="op"),
            Enrol(
                user="carol",
                tier="FANG",
                mode="semi",
                public_key="",
                server="",
                login=0,
                accept_live=False,
                why="",
                who="op",
            ),
        ):
            assert isinstance(target.hub.desk.act(request), UserAnswer)
        assert (await read_anew(target, apply=False)).differences == ()


@pytest.mark.process
def test_fault_38_reload_is_refused_and_halt_works_with_a_broken_file(
    bench: Bench, bitten: Bitten, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bench.configure()
    hub = bench.hub(path)
    good = path.read_text(encoding="utf-8")
    at = ("--config", str(path))
    assert bitten("reload", *at).out == f"{path}: nothing differs\n"

    path.write_text(good.replace('[users.bob]\ntier = "APEX"', '[users.bob]\ntier = "GOLD"'), encoding="utf-8")
    refused = bitten("reload", "--yes", *at)
    line = "[users.bob] tier = 'GOLD': must be one of NIBBLER, FANG, COMMANDER, APEX"
    note, *told = refused.err.splitlines()
    assert note == f"bitten: {path}: {line}: the hub at {bench.desk} is asked all the same"
    assert (refused.code, refused.out) == (4, "")
    assert told == [f"bitten: {path}: {line}", "bitten: refused: what held holds on, whole"]

    path.write_text(good.replace("[users.bob]", "[users.bob"), encoding="utf-8")
    halted = bitten("halt", "--why", "whatever it says", *at)
    assert (halted.code, halted.out) == (0, "hub: active -> halted; no EA is connected to be told\n")
    assert hub.status().trading is TradingState.HALTED
    # And a user is disabled there, though it cannot be written.
    disabled = bitten("disable", "alice", *at)
    assert disabled.code == 1
    assert "it holds until the hub is started anew" in disabled.err

    mended = good.replace("[risk]\n", "[risk]\nmax_lots = 2.5\n")
    path.write_text(f'{mended}access = "disabled"\n', encoding="utf-8")
    shown = bitten("reload", "--json", *at)
    assert json.loads(shown.out)["applied"] is False
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    unwilling = bitten("reload", *at)
    assert (unwilling.code, unwilling.out.splitlines()[0]) == (1, "risk.max_lots: 5.0 -> 2.5")
    assert json.loads(bitten("reload", "--json", *at).out)["differences"] == json.loads(shown.out)["differences"]
    done = bitten("reload", "--yes", "--why", "smaller", *at)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "risk.max_lots: 5.0 -> 2.5",
        "users.alice.access: disabled -> enabled",
        "users.bob.access: enabled -> disabled",
        f"{path}: in force",
    ]
    # Who was taken out of the file without a reload is still there, and is not enrolled twice.
    path.write_text(mended.replace("[users.bob]\n", "[users.dan]\n"), encoding="utf-8")
    twice = bitten("enroll", "bob", *at)
    assert (twice.code, twice.out) == (1, "")
    known = "user 'bob' is known to this hub already"
    assert twice.err == f"bitten: {bench.folder}/users.d/bob.toml is written, but {known}\n"
    (bench.folder / "users.d" / "bob.toml").unlink()
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert bitten("reload", *at).out.splitlines()[-1].endswith(f"{path}: in force")
    assert [each.user for each in users_of(hub)] == ["alice", "dan"]
    assert hub.stop() == 0


def users_of(hub: Hub) -> tuple[UserStatus, ...]:
    """Who is known to the hub."""
    answer = hub.ask(UsersRequest())
    assert isinstance(answer, UsersAnswer)
    return answer.users
