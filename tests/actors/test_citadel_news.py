"""News on their way to a verdict: from the operator's file, read anew on a reload, and from a source's terminal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.config import load
from bitten.errors import ConfigError
from bitten.rules.facts import Reloaded, VerdictGiven
from bitten.wire.reload import Reload, ReloadAnswer
from tests.actors.bench import Ea, journaled
from tests.scenarios.live import HubTarget, live_hub
from tests.scenarios.script import Setup

MAIN = """\
[desk]
path = "{folder}/desk/desk.sock"
[journal]
path = "{folder}/journal.sqlite"
[venom]
patterns = ["tests.actors.patterns:EveryTick"]
sources = ["alice"]
warm_bars = 0
cool_down_s = 0
max_per_hour = 1000
[citadel]
shields = ["news", "blackout"]
base = 8.0
news_file = "{folder}/news.csv"
[watchdog]
limit_s = 3600
[users.alice]
[users.bob]
"""
HEAD = "time,currency,importance,name\n"


def write(folder: Path, news: str) -> Path:
    """The hub's file and its calendar."""
    (folder / "news.csv").write_text(HEAD + news, encoding="utf-8")
    path = folder / "bitten.toml"
    path.write_text(MAIN.format(folder=folder), encoding="utf-8")
    return path


def line(target: HubTarget, minutes: int, currency: str = "USD") -> str:
    """An event so long after now."""
    time = datetime.fromtimestamp(target.now / 1000 + 60 * minutes, UTC)
    return f"{time.isoformat()},{currency},high,NFP\n"


@asynccontextmanager
async def running(folder: Path, clock: MockClock, news: str = "") -> AsyncIterator[HubTarget]:
    """A hub on that file."""
    path = write(folder, news)
    async with live_hub(Setup(), folder, clock, settings=load(path), source=path) as target:
        yield target


async def live(target: HubTarget, user: str, login: int) -> Ea:
    ea = Ea(target, user, login=login)
    await ea.go_live(account={"server": "Broker", "login": login})
    return ea


async def verdict(target: HubTarget, ea: Ea, after_ms: int) -> list[str]:
    """What CITADEL says of the signal that the next tick makes."""
    await ea.tick(after_ms=after_ms)
    newest = journaled(target, VerdictGiven)[-1].verdict
    return [part.sentence for part in (*newest.parts, *newest.vetoes)]


async def reloaded(target: HubTarget, *, apply: bool = True, seen: str = "") -> ReloadAnswer:
    answer = await target.hub.reloader.act(Reload(apply=apply, seen=seen, why="", who="op"))
    assert isinstance(answer, ReloadAnswer), answer
    return answer


async def test_the_file_is_read_at_the_start_and_on_a_reload(tmp_path: Path, mock_clock: MockClock) -> None:
    async with running(tmp_path, mock_clock) as target:
        alice = await live(target, "alice", 1)
        assert await verdict(target, alice, 0) == []
        write(tmp_path, line(target, 20) + line(target, 300))
        shown = await reloaded(target, apply=False)
        (change,) = shown.differences
        assert (change.key, change.before, change.after, change.holds) == (
            *(f"events of {tmp_path}/news.csv", "0"),
            *("2 (2 new, 0 gone)", "now"),
        )
        assert await verdict(target, alice, 1_000) == []
        assert (await reloaded(target, seen=shown.digest)).applied
        assert await verdict(target, alice, 2_000) == ["news: USD NFP in 20 min"]
        assert [fact.changes for fact in journaled(target, Reloaded)] == [
            (f"events of {tmp_path}/news.csv: 0 -> 2 (2 new, 0 gone) (now)",)
        ]
        write(tmp_path, line(target, 2))
        assert (await reloaded(target)).applied
        assert await verdict(target, alice, 3_000) == ["news: USD NFP in 2 min", "news blackout: USD NFP in 2 min"]
        assert (await reloaded(target)).differences == ()


async def test_a_calendar_that_changed_since_it_was_shown_is_not_taken(tmp_path: Path, mock_clock: MockClock) -> None:
    async with running(tmp_path, mock_clock) as target:
        write(tmp_path, line(target, 20))
        shown = await reloaded(target, apply=False)
        write(tmp_path, line(target, 21))
        refused = await target.hub.reloader.act(Reload(apply=True, seen=shown.digest, why="", who="op"))
        assert "changed since they were shown" in getattr(refused, "message", "")
        assert len(target.hub.newsroom.file) == 0


async def test_a_broken_calendar_is_refused_and_the_old_one_holds(tmp_path: Path, mock_clock: MockClock) -> None:
    async with running(tmp_path, mock_clock, news="2026-11-25T13:30Z,USD,high,NFP\n") as target:
        write(tmp_path, "2026-11-25T13:30,USD,high,NFP\n")
        answer = await reloaded(target)
        assert answer.applied is False
        (problem,) = answer.problems
        assert problem.startswith(f"{tmp_path}/news.csv: line 2: time = '2026-11-25T13:30': must be as ")
        assert len(target.hub.newsroom.file) == 1


async def test_a_hub_does_not_start_without_the_calendar_that_it_was_promised(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    path = write(tmp_path, "")
    (tmp_path / "news.csv").unlink()
    with pytest.raises(ConfigError, match="news_file cannot be read: No such file"):
        async with live_hub(Setup(), tmp_path, mock_clock, settings=load(path), source=path):
            pass


async def test_a_sources_terminal_is_heard_and_no_other(tmp_path: Path, mock_clock: MockClock) -> None:
    async with running(tmp_path, mock_clock) as target:
        alice, bob = await live(target, "alice", 1), await live(target, "bob", 2)
        rows = [[target.now + 1_200_000, "USD", 3, "Non-Farm Payrolls"]]
        await bob.say("calendar", rows=rows)
        assert await verdict(target, alice, 0) == []
        await alice.say("calendar", rows=rows)
        assert await verdict(target, alice, 1_000) == ["news: USD Non-Farm Payrolls in 20 min"]
