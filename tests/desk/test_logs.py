"""`bitten logs`: the hub's memory and its file as one log, and what follows, over restarts."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loguru import logger

from bitten import log
from bitten.desk.log_follower import Follower
from bitten.desk.log_lines import Line, Wanted, between, joined, newest, newest_first
from bitten.errors import ExitCode, HubNotRunning, HubTimeout
from bitten.log import Memory
from bitten.wire.lately import LogAnswer, LogRequest
from tests.test_cli import Bitten

T = 1_700_000_000_000
LINES = [
    Line(T, "DEBUG", "bound"),
    Line(T + 1, "INFO", "alice live: session 1"),
    Line(T + 1, "WARNING", "bob is reducing: gap: alice.b too"),
    Line(T + 2, "ERROR", "scribe crashed (al): restarted"),
    Line(T + 3, "CRITICAL", "giving up"),
]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """Where the log of a configuration in this folder goes."""
    yield tmp_path / "bitten.log.jsonl"
    log.show()


@pytest.fixture
def config(tmp_path: Path) -> str:
    """A configuration at whose desk no hub answers."""
    path = tmp_path / "hub.toml"
    where = f'[desk]\npath = "{tmp_path}/desk.sock"\n[journal]\npath = "{tmp_path}/journal.sqlite"\n'
    path.write_text(where, encoding="utf-8")
    return str(path)


def write(file: Path, lines: Sequence[Line]) -> None:
    """As the hub does."""
    log.configure(log.LogSettings(level="TRACE"), beside=file.with_name("journal.sqlite"))
    for line in lines:
        logger.log(line.level, line.message)


@pytest.mark.parametrize(
    ("user", "level", "numbers"),
    [
        ("", "TRACE", [0, 1, 2, 3, 4]),
        ("", "INFO", [1, 2, 3, 4]),
        ("", "ERROR", [3, 4]),
        ("alice", "TRACE", [1]),
        ("alice.b", "TRACE", [2]),
        ("bob", "INFO", [2]),
        ("al", "TRACE", [3]),
        ("session", "WARNING", []),
    ],
)
def test_which_lines_are_wanted(user: str, level: str, numbers: list[int]) -> None:
    assert list(Wanted(user, level).among(LINES)) == [LINES[number] for number in numbers]


@pytest.mark.parametrize("message", ["al", "al: live", "hub, al.", "user al", "al, bob", "(al)", "'al'"])
def test_a_user_is_named_beside_any_punctuation(message: str) -> None:
    assert list(Wanted("al", "TRACE").among([Line(T, "INFO", message)]))


def test_the_file_as_the_hub_writes_it_is_read_back_the_newest_line_first(file: Path) -> None:
    write(file, LINES)
    found = [(each.level, each.message) for each in newest_first(file)]
    assert found == [(each.level, each.message) for each in reversed(LINES)]


def test_older_files_come_behind_and_what_was_cut_off_is_passed_over(file: Path) -> None:
    texts = ("first", "second", "third")
    names = ("bitten.log.2026-11-01_00-00-00_000001.jsonl", "bitten.log.2026-11-02_00-00-00_000001.jsonl", file.name)
    for text, name in zip(texts, names, strict=True):
        line = json.dumps({"time": "2026-11-01T00:00:00.123+00:00", "level": "INFO", "message": text, "where": "x"})
        file.with_name(name).write_text(f'{line}\n{{"time":"2026-1\n', encoding="utf-8")
    file.with_name("another.jsonl").write_text("{}\n", encoding="utf-8")
    assert [each.message for each in newest_first(file)] == ["third", "second", "first"]
    assert newest(newest_first(file), 2)[0] == Line(1_793_491_200_123, "INFO", "second")


def test_a_file_that_the_hub_has_put_aside_is_read_on(file: Path) -> None:
    log.configure(log.LogSettings(rotation_mb=1), beside=file.with_name("journal.sqlite"))
    for n in range(11):
        logger.info(f"{n} {'x' * 100_000}")
    assert len(list(file.parent.glob("bitten.log*.jsonl"))) == 2
    assert [each.message.split()[0] for each in newest_first(file)] == [str(n) for n in reversed(range(11))]


@given(times=st.lists(st.integers(0, 3), min_size=1, max_size=12), begin=st.integers(0, 12), end=st.integers(0, 12))
def test_what_is_kept_and_what_is_told_make_the_log_without_a_gap_or_a_line_twice(
    times: list[int], begin: int, end: int
) -> None:
    history = [Line(sum(times[: n + 1]), "INFO", str(n)) for n in range(len(times))]
    told, kept = history[begin:], history[:end]
    assert joined(kept, told) == ([*kept, *told] if begin > end else history if told else kept)


def test_what_lies_between_two_lines(file: Path) -> None:
    write(file, LINES)
    first, *inner, last = newest(newest_first(file), 5)
    assert between(file, first, last) == inner
    assert between(file, None, last) == [first, *inner]
    assert between(file, first, None) == [*inner, last]
    assert between(file, last, None) == []


@attrs.define
class Desk:
    """A desk at which hubs come and go, each with a memory of its own."""

    memory: Memory | None = None
    hangs: bool = False

    def tell(self, request: LogRequest) -> LogAnswer:
        """As the client does."""
        if self.memory is None:
            raise HubNotRunning("no hub at the desk")
        if self.hangs:
            raise HubTimeout("no answer within 5 s")
        return self.memory.recall(request)

    def say(self, *lines: Line) -> None:
        """A hub says that."""
        assert self.memory is not None
        for line in lines:
            self.memory.keep(line.time, line.level, line.message)


@pytest.fixture
def written(file: Path) -> list[Line]:
    """Five lines as a file keeps them."""
    write(file, LINES)
    return newest(newest_first(file), 5)


def test_a_follower_is_told_each_line_once(written: list[Line], capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(Memory())
    desk.say(written[0])
    follower = Follower.after(desk.tell(LogRequest()), desk.tell, None)
    assert follower.look() == []
    desk.say(*written[1:3])
    assert follower.look() == written[1:3]
    assert follower.look() == []
    desk.hangs = True
    assert (follower.look(), follower.look()) == ([], [])
    desk.say(written[3])
    desk.hangs = False
    assert follower.look() == written[3:4]
    said = capsys.readouterr().err.splitlines()
    assert said == ["bitten: no answer within 5 s; waiting for it", "bitten: a hub is there"]


def test_the_last_words_of_a_hub_come_from_its_file_and_the_next_hub_is_followed(
    file: Path, written: list[Line], capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(Memory())
    desk.say(written[0])
    follower = Follower.after(desk.tell(LogRequest()), desk.tell, file)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:3]))
    desk.memory = None
    assert follower.look() == written[1:3]
    assert follower.look() == []
    desk.memory = Memory()
    desk.say(*written[3:])
    assert follower.look() == written[3:]
    assert follower.look() == []
    assert capsys.readouterr().err.splitlines() == [
        "bitten: no hub at the desk; waiting for it",
        "bitten: the hub was started anew",
    ]


def test_a_restart_that_nobody_saw_loses_no_line(file: Path, written: list[Line]) -> None:
    desk = Desk(Memory())
    desk.say(written[0])
    follower = Follower.after(desk.tell(LogRequest()), desk.tell, file)
    desk.memory = Memory()
    desk.say(*written[3:])
    assert follower.look() == written[1:]


def test_what_the_hub_has_forgotten_already_the_file_has(
    file: Path, written: list[Line], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(log, "REMEMBERED", 2)
    desk = Desk(Memory())
    desk.say(written[0])
    told = desk.tell(LogRequest())
    with_file, without = Follower.after(told, desk.tell, file), Follower.after(told, desk.tell, None)
    desk.say(*written[1:])
    assert with_file.look() == written[1:]
    assert capsys.readouterr().err == ""
    assert without.look() == written[3:]
    assert "2 lines are not remembered" in capsys.readouterr().err


def test_a_follower_without_a_hub_waits_for_the_first(file: Path, written: list[Line]) -> None:
    desk = Desk()
    follower = Follower.after(None, desk.tell, file)
    assert follower.look() == []
    desk.memory = Memory()
    later = Line(written[-1].time + 5_000, "INFO", "bound")
    desk.say(later)
    assert follower.look() == [later]


def test_without_a_hub_its_file_is_shown(bitten: Bitten, config: str, file: Path) -> None:
    write(file, LINES)
    shown = bitten("logs", "--lines", "2", "--config", config)
    assert shown.code == ExitCode.OK
    assert [line[24:] for line in shown.out.splitlines()] == [
        "ERROR   scribe crashed (al): restarted",
        "CRITICAL giving up",
    ]
    said = shown.err.splitlines()[-1]
    assert (said[:17], said[-28:]) == ("bitten: no hub at", "; these lines are its file's")
    as_json = bitten("logs", "--user", "alice", "--level", "info", "--json", "--config", config)
    (line,) = [json.loads(each) for each in as_json.out.splitlines()]
    assert (set(line), line["level"], line["message"]) == (
        {"time", "level", "message"},
        "INFO",
        "alice live: session 1",
    )


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), ExitCode.NOT_RUNNING, "no hub at"),
        (("--level", "loud"), ExitCode.USAGE, "'loud': must be one of TRACE, DEBUG, INFO, WARNING, ERROR"),
        (("--lines", "-1"), ExitCode.USAGE, "--lines"),
    ],
)
def test_what_cannot_be_shown(
    arguments: tuple[str, ...], code: ExitCode, says: str, bitten: Bitten, config: str
) -> None:
    shown = bitten("logs", *arguments, "--config", config)
    assert (shown.code, shown.out, says in shown.err) == (code, "", True), shown
