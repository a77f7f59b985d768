"""`bitten journal …`, on a journal as the hub writes it."""

import json
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

from bitten.desk.journal import app
from bitten.errors import JournalError
from bitten.journal import Journal
from bitten.rules.facts import Draft, Reloaded, Sent, TradingSet, UserChanged
from bitten.units import TradingState
from bitten.wire.events import Status
from tests.rules.test_audit import STORY
from tests.rules.test_ledger import ALICE, INTENT

HALT = TradingSet(user="", state=TradingState.HALTED, why="news", who="op")
OPEN = attrs.evolve(INTENT, id="F2", signal_id="S2")
run = CliRunner().invoke


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.sqlite"
    journal = Journal.open(path)
    journal.append(Draft("desk", 1_000, HALT), *(Draft("test", 2_000, fact, causes=(1,)) for fact in STORY))
    journal.close()
    return path


def append(path: Path, *drafts: Draft) -> None:
    journal = Journal.open(path)
    journal.append(*drafts)
    journal.close()


def test_verify_says_that_all_is_well(path: Path) -> None:
    result = run(app, ["verify", "--journal", str(path)])
    assert result.exit_code == 0
    assert "6 entries, 0 findings, 0 commands without an outcome" in result.output


def test_verify_names_what_is_wrong_and_what_is_open(path: Path) -> None:
    append(
        path,
        Draft("test", 3_000, Sent(id="F9", account=ALICE)),
        Draft("test", 3_000, INTENT),
        Draft("test", 3_000, OPEN),
    )
    result = run(app, ["verify", "--journal", str(path), "--json"])
    assert result.exit_code == 1
    told = json.loads(result.output)
    assert [finding["what"] for finding in told["findings"]] == [
        "sent F9, which was never intended",
        "F1 is intended twice",
    ]
    assert told["unresolved"] == ["F2"]


def test_verify_while_the_hub_writes(path: Path) -> None:
    journal = Journal.open(path)
    journal.append(Draft("desk", 3_000, HALT))
    assert "7 entries, 0 findings" in run(app, ["verify", "--journal", str(path)]).output
    journal.close()


def test_show_tells_the_story_of_a_fire_with_causes(path: Path) -> None:
    lines = run(app, ["show", "--journal", str(path), "--fire", "F1"]).output.splitlines()
    assert [line.split()[0] for line in lines] == ["2", "3", "4", "5", "6"]
    assert "alice fires F1: BUY 0.3 EURUSD at 1.1 sl 1.09 tp 1.12  because of 1" in lines[0]
    assert f"alice {Status.FILLED} F1: 0.3 at 1.1001" in lines[2]
    assert "alice XP +100 for deal 100 (target)" in lines[4]


def test_show_keeps_to_a_user_and_a_time(path: Path) -> None:
    assert len(run(app, ["show", "--journal", str(path), "--user", "alice"]).output.splitlines()) == 4
    assert len(run(app, ["show", "--journal", str(path), "--since", "1970-01-01T00:00:02"]).output.splitlines()) == 5
    assert run(app, ["show", "--journal", str(path), "--since", "soon"]).exit_code == 2


def test_export_writes_a_line_an_entry(path: Path) -> None:
    lines = run(app, ["export", "--jsonl", "--journal", str(path)]).output.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert json.loads(lines[0])["fact"] == {
        "kind": "trading",
        "user": "",
        "state": "halted",
        "why": "news",
        "who": "op",
        "flatten": False,
    }


def test_a_backup_is_the_journal_of_one_moment(path: Path, tmp_path: Path) -> None:
    journal = Journal.open(path)
    copy = tmp_path / "copy.sqlite"
    assert run(app, ["backup", str(copy), "--journal", str(path)]).exit_code == 0
    journal.append(Draft("desk", 3_000, HALT))
    journal.close()
    restored = Journal.open(copy)
    assert [entry.seq for entry in restored.read()] == [1, 2, 3, 4, 5, 6]
    restored.close()


def test_a_backup_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("mine")
    result = run(app, ["backup", str(kept), "--journal", str(path)])
    assert isinstance(result.exception, JournalError)
    assert kept.read_text() == "mine"


@pytest.mark.parametrize("command", [["verify"], ["show"], ["export"]])
def test_no_journal_is_told(command: list[str], tmp_path: Path) -> None:
    result = run(app, [*command, "--journal", str(tmp_path / "none.sqlite")])
    assert isinstance(result.exception, JournalError)
    assert "there is none that can be read" in str(result.exception)


def test_who_changed_what_a_user_may_do_and_why_is_told(path: Path) -> None:
    gone = UserChanged(user="alice", change="revoked", fingerprint="1-2", why="has left", who="op")
    known = UserChanged(user="alice", change="enrolled", fingerprint="", why="", who="op")
    read = Reloaded(changes=("a: 1 -> 2 (now)", "b: 3 -> 4 (now)"), why="smaller", who="op")
    append(path, *(Draft("desk", 3_000, fact) for fact in (gone, known, read)))
    told = run(app, ["show", "--journal", str(path)]).output.splitlines()[-3:]
    assert [line.partition(" desk ")[2].strip() for line in told] == [
        "alice revoked by op (key 1-2): has left",
        "alice enrolled by op",
        "configuration read anew by op: smaller: a: 1 -> 2 (now); b: 3 -> 4 (now)",
    ]
    assert "has left" in run(app, ["show", "--journal", str(path), "--user", "alice"]).output


def test_a_story_can_be_read_by_a_program(path: Path) -> None:
    result = run(app, ["show", "--fire", "F1", "--journal", str(path), "--json"])
    assert result.exit_code == 0
    told = json.loads(result.output)["entries"]
    assert [(each["actor"], each["fact"]["kind"]) for each in told][:2] == [("test", "intent"), ("test", "sent")]
    assert told[0]["causes"] == [1]
    assert told[0]["text"].startswith("alice fires F1: BUY 0.3 EURUSD")
