"""`bitten journal …`: looks at a journal, also while a hub writes to it. It changes nothing."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import attrs
import msgspec
import typer

from bitten import config
from bitten.desk import story
from bitten.errors import ExitCode
from bitten.journal import JournalReader
from bitten.rules.audit import Finding, audit
from bitten.rules.facts import Entry
from bitten.rules.ledger import Ledger

app = typer.Typer(help="Look at the journal, also while the hub runs.", no_args_is_help=True, rich_markup_mode=None)

ConfigOption = Annotated[Path | None, typer.Option("--config", metavar="PATH", help="Names the journal.")]
PathOption = Annotated[Path | None, typer.Option("--journal", metavar="FILE", help="Another journal, as a backup.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


@app.command()
def verify(config_path: ConfigOption = None, journal: PathOption = None, as_json: JsonOption = False) -> None:
    """Check the file, the order of its entries, and that nothing in them contradicts or lacks its cause."""
    path = _path(config_path, journal)
    with JournalReader.open(path) as reader:
        damage = reader.damage()
        entries = [] if damage else list(reader.read())
    findings = [Finding(0, each) for each in damage] + audit(entries)
    open_ids = _unresolved(entries)
    if as_json:
        found = [attrs.asdict(each) for each in findings]
        _print_json({"journal": str(path), "entries": len(entries), "findings": found, "unresolved": open_ids})
    else:
        for finding in findings:
            typer.echo(f"entry {finding.seq}: {finding.what}")
        typer.echo(
            f"{path}: {len(entries)} entries, {len(findings)} findings, {len(open_ids)} commands without an outcome"
        )
        for id_ in open_ids:
            typer.echo(f"without an outcome: {id_}")
    raise typer.Exit(ExitCode.ERROR if findings else ExitCode.OK)


@app.command()
def show(
    fire: Annotated[str, typer.Option(metavar="ID", help="The story of one fire, in order.")] = "",
    user: Annotated[str, typer.Option(metavar="U", help="What concerns a user.")] = "",
    since: Annotated[str, typer.Option(metavar="T", help="From this hub time on: 2026-11-23T14:30 (UTC).")] = "",
    config_path: ConfigOption = None,
    journal: PathOption = None,
) -> None:
    """Tell what happened, a line an entry, with causes."""
    begin = _time(since) if since else 0
    with JournalReader.open(_path(config_path, journal)) as reader:
        entries: Iterable[Entry] = (entry for entry in reader.read() if entry.time >= begin)
        if user:
            entries = story.of_user(entries, user)
        if fire:
            entries = story.of_fire(entries, fire)
        for entry in entries:
            typer.echo(story.line(entry))


@app.command()
def export(
    config_path: ConfigOption = None,
    journal: PathOption = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line (the only format there is).")] = True,
) -> None:
    """Write every entry to standard output."""
    if not jsonl:
        raise typer.BadParameter("JSON lines are the only format", param_hint="--jsonl")
    with JournalReader.open(_path(config_path, journal)) as reader:
        for entry in reader.read():
            sys.stdout.write(msgspec.json.encode(attrs.asdict(entry)).decode() + "\n")


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(metavar="PATH", help="A file that does not exist yet.")],
    config_path: ConfigOption = None,
    journal: PathOption = None,
) -> None:
    """Copy the journal as it is at one moment, also while the hub writes to it."""
    path = _path(config_path, journal)
    with JournalReader.open(path) as reader:
        reader.backup(to)
    typer.echo(f"{path} copied to {to}, {to.stat().st_size:,} bytes")


def _path(config_path: Path | None, journal: Path | None) -> Path:
    return journal if journal is not None else config.load(config.find(config_path)).journal_path


def _unresolved(entries: Iterable[Entry]) -> list[str]:
    ledger = Ledger()
    for entry in entries:
        ledger.apply(entry)
    return [id_ for book in ledger.books.values() for id_ in book.unresolved]


def _time(text: str) -> int:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r}: must be a time as 2026-11-23T14:30", param_hint="--since") from None
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)


def _print_json(value: dict[str, object]) -> None:
    typer.echo(msgspec.json.encode(value).decode())
