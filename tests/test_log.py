"""The log's file: one JSON object a line, whatever the line says."""

import json
import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from loguru import logger

from bitten import log
from bitten.errors import ConfigError
from bitten.wire.lately import LogRequest

KEYS = {"time", "level", "message", "where"}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "journal.sqlite"
    log.show()


def lines(journal: Path) -> list[dict[str, str]]:
    text = journal.with_name("bitten.log.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_says_when_what_and_where(journal: Path) -> None:
    log.configure(log.LogSettings(), beside=journal)
    logger.info("alice fired: {} {}", "BUY", 0.1)
    logger.debug("not shown")
    (line,) = lines(journal)
    assert line.keys() == KEYS
    assert (line["level"], line["message"]) == ("INFO", "alice fired: BUY 0.1")
    assert line["where"].startswith("tests.test_log:test_a_line_says_when_what_and_where:")
    assert datetime.fromisoformat(line["time"]).tzinfo is not None


@pytest.mark.parametrize("name", ["two\nlines", "\x1b[31mred", "{braces} <red>", "\u202eturned", "\ud800", "ééé"])
def test_a_line_stays_a_line_whatever_a_peer_is_called(journal: Path, name: str) -> None:
    log.configure(log.LogSettings(), beside=journal)
    logger.info("{} greeted", name)
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)
    assert [line["message"] for line in lines(journal)] == [f"{shown} greeted"]


def test_an_exception_is_in_its_line(journal: Path) -> None:
    log.configure(log.LogSettings(), beside=journal)
    try:
        raise ZeroDivisionError("a fault of ours\ud800")
    except ZeroDivisionError:
        logger.exception("crashed")
    (line,) = lines(journal)
    assert line.keys() == KEYS | {"exception"}
    assert line["exception"].endswith("ZeroDivisionError: a fault of ours\\ud800\n")


def test_without_a_file_nothing_is_kept(journal: Path) -> None:
    log.configure(log.LogSettings(file="-"), beside=journal)
    logger.info("alice greeted")
    assert list(journal.parent.iterdir()) == []


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_the_file_is_for_its_owner_alone_whatever_the_umask(journal: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        log.configure(log.LogSettings(), beside=journal)
        logger.info("alice greeted")
    finally:
        os.umask(before)
    assert stat.S_IMODE(journal.with_name("bitten.log.jsonl").stat().st_mode) == 0o600


def test_a_file_that_cannot_be_opened_is_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\[log\] file = '.*': Is a directory; choose a file that can be written"):
        log.configure(log.LogSettings(file=str(tmp_path)), beside=tmp_path / "journal.sqlite")
    log.show()


def test_the_newest_lines_are_remembered_for_the_desk() -> None:
    memory = log.Memory()
    first = memory.recall(LogRequest())
    assert (first.lines, first.lost) == ((), 0)
    for number in range(log.REMEMBERED + 5):
        memory.keep(number, "INFO", f"line {number}")
    whole = memory.recall(LogRequest(hub=first.hub, since=2))
    assert (len(whole.lines), whole.lost, whole.lines[0].message) == (log.REMEMBERED, 3, "line 5")
    newest = memory.recall(LogRequest(hub=first.hub, since=whole.lines[-2].n))
    assert (newest.lines, newest.lost) == (whole.lines[-1:], 0)
    assert memory.recall(LogRequest(hub=first.hub, since=whole.lines[-1].n)).lines == ()


def test_after_a_start_of_the_hub_the_lines_are_others() -> None:
    old, new = log.Memory(), log.Memory()
    new.keep(1, "INFO", "bound")
    seen = old.recall(LogRequest())
    assert [each.message for each in new.recall(LogRequest(hub=seen.hub, since=700)).lines] == ["bound"]


def test_what_is_shown_is_remembered_and_stays_a_line() -> None:
    log.show()
    before = log.MEMORY.recall(LogRequest())
    logger.warning("two\nlines")
    logger.debug("not shown")
    since = before.lines[-1].n if before.lines else 0
    kept = log.MEMORY.recall(LogRequest(hub=before.hub, since=since)).lines
    assert [(each.level, each.message) for each in kept] == [("WARNING", "two\\nlines")]
