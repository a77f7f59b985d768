"""`bitten replay`, as it is typed."""

import gzip
import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bitten.cli import app
from bitten.errors import MarketFileError
from bitten.journal import JournalReader
from bitten.rules.audit import Audit
from bitten.rules.facts import Intent
from tests.replay.samples import START, export, feed

TICKS = 8_000


@pytest.fixture(scope="module")
def ticks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tick file."""
    return export(tmp_path_factory.mktemp("ticks") / "EURUSD_ticks.csv", feed(1, TICKS).ticks())


def replay(*arguments: object) -> dict[str, object]:
    result = CliRunner().invoke(app, ["replay", *map(str, arguments), "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_the_same_input_gives_the_same_output_byte_for_byte(ticks: Path, tmp_path: Path) -> None:
    first, second = replay(ticks, "--out", tmp_path / "one"), replay(ticks, "--out", tmp_path / "two")
    assert first == second == json.loads((tmp_path / "one" / "summary.json").read_text())
    for name in ("journal.sqlite", "summary.json", "bars.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == ["bars.csv", "journal.sqlite", "summary.json"]


@pytest.mark.process
def test_another_hash_seed_changes_nothing(ticks: Path, tmp_path: Path) -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "bitten", "replay", str(ticks), "--json", "--out", str(tmp_path / seed)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in ("1", "2")
    ]
    said = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert said[0] == said[1] != b""
    assert (tmp_path / "1" / "journal.sqlite").read_bytes() == (tmp_path / "2" / "journal.sqlite").read_bytes()


def test_what_it_leaves_is_a_journal_like_any_other(ticks: Path, tmp_path: Path) -> None:
    summary = replay(ticks, "--out", tmp_path)
    audit = Audit()
    with JournalReader.open(tmp_path / "journal.sqlite") as reader:
        entries = list(reader.read())
    assert [finding for entry in entries for finding in audit.look(entry)] == []
    fires = [entry for entry in entries if isinstance(entry.fact, Intent) and entry.fact.action == "fire"]
    assert len(fires) == summary["fires"] != 0


def test_only_the_time_asked_for_is_gone_through(ticks: Path) -> None:
    summary = replay(ticks, "--from", "2024-03-04T09:00", "--to", "2024-03-04T10:00")
    begin, end = START + 2 * 3_600_000, START + 3 * 3_600_000
    assert isinstance(summary["begin"], int)
    assert isinstance(summary["end"], int)
    assert begin <= summary["begin"] < summary["end"] < end


def test_a_time_without_quotes_is_an_error(ticks: Path) -> None:
    with pytest.raises(MarketFileError, match=r"EURUSD_ticks.csv: no quote is in the time asked for"):
        replay(ticks, "--from", "2030-01-01")


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "EURUSD_broken.csv.gz"
    lines = export(tmp_path / "EURUSD.csv", islice(feed(1, 5).ticks(), 5)).read_text().splitlines()
    lines[3] = lines[3].replace("\t1.", "\tx.", 1)
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    with pytest.raises(MarketFileError, match=r"EURUSD_broken\.csv\.gz, line 4: bid 'x\..* is no price above zero"):
        replay(path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give tick files, or --bars BID ASK"),
        (("a.csv", "--bars", "b.csv", "c.csv"), "give tick files, or --bars BID ASK"),
        (("a.csv", "--from", "soon"), "'soon': must be a time as 2012-02-06T07:30"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(arguments: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(app, ["replay", *arguments])
    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())


def test_a_folder_with_a_journal_is_left_alone(ticks: Path, tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").write_bytes(b"mine")
    result = CliRunner().invoke(app, ["replay", str(ticks), "--out", str(tmp_path)])
    assert str(result.exception) == f"--out {tmp_path}: holds a journal.sqlite already; choose another folder"
    assert (tmp_path / "journal.sqlite").read_bytes() == b"mine"


def test_people_are_told_how_the_broker_dealt(ticks: Path) -> None:
    result = CliRunner().invoke(app, ["replay", str(ticks)], catch_exceptions=False)
    assert "slippage    2 points against us" in result.stdout
    assert "commission  3.5 a lot and side" in result.stdout
    assert "spread      the data's, quote by quote" in result.stdout
