"""`bitten journal …`: looks at a journal, also while a hub writes to it. It changes nothing."""

import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import attrs
import msgspec
import typer

from bitten.desk import story
from bitten.desk.options import JournalOption, JsonOption, journal_path
from bitten.errors import BittenError, ExitCode, JournalDamaged
from bitten.journal import JournalReader
from bitten.journal_file import Fold
from bitten.rules.audit import Audit, Finding
from bitten.rules.facts import Entry
from bitten.rules.ledger import Ledger

app = typer.Typer(help="Look at the journal, also while the hub runs.", rich_markup_mode=None)

ConfigOption = Annotated[Path | None, typer.Option("--config", metavar="PATH", help="Names the journal.")]
NICE = 19
"""A snapshot is made beside a hub that trades: it takes what that one leaves of the machine."""


@app.command()
def verify(config_path: ConfigOption = None, journal: JournalOption = None, as_json: JsonOption = False) -> None:
    """Check the file, the order of its entries, and that nothing in them contradicts or lacks its cause."""
    path = journal_path(config_path, journal)
    audit, ledger, entries = Audit(), Ledger(), 0
    with JournalReader.open(path) as reader:
        findings = [Finding(0, each) for each in reader.damage()]
        for entry in () if findings else reader.read():
            findings += audit.look(entry)
            ledger.apply(entry)
            entries += 1
    open_ids = [id_ for book in ledger.books.values() for id_ in book.unresolved]
    if as_json:
        found = [attrs.asdict(each) for each in findings]
        _print_json({"journal": str(path), "entries": entries, "findings": found, "unresolved": open_ids})
    else:
        for finding in findings:
            typer.echo(f"entry {finding.seq}: {finding.what}")
        typer.echo(f"{path}: {entries} entries, {len(findings)} findings, {len(open_ids)} commands without an outcome")
        for id_ in open_ids:
            typer.echo(f"without an outcome: {id_}")
    raise typer.Exit(ExitCode.ERROR if findings else ExitCode.OK)


@app.command()
def show(
    fire: Annotated[str, typer.Option(metavar="ID", help="The story of one fire, in order.")] = "",
    user: Annotated[str, typer.Option(metavar="U", help="What concerns a user.")] = "",
    since: Annotated[str, typer.Option(metavar="T", help="From this hub time on: 2026-11-23T14:30 (UTC).")] = "",
    config_path: ConfigOption = None,
    journal: JournalOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what happened, a line an entry, with causes."""
    begin = _time(since) if since else 0
    with JournalReader.open(journal_path(config_path, journal)) as reader:
        entries: Iterable[Entry] = (entry for entry in reader.read() if entry.time >= begin)
        if user:
            entries = story.of_user(entries, user)
        if fire:
            entries = story.of_fire(entries, fire)
            entries = list(entries)
            if not entries:
                raise BittenError(f"{reader.path}: nothing of a fire {fire!r}; `bitten journal show` tells all")
        if as_json:
            _print_json({"entries": [{**attrs.asdict(entry), "text": story.tell(entry.fact)} for entry in entries]})
            return
        for entry in entries:
            typer.echo(story.line(entry))


@app.command()
def export(
    config_path: ConfigOption = None,
    journal: JournalOption = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line (the only format there is).")] = True,
) -> None:
    """Write every entry to standard output."""
    if not jsonl:
        raise typer.BadParameter("JSON lines are the only format", param_hint="--jsonl")
    with JournalReader.open(journal_path(config_path, journal)) as reader:
        for entry in reader.read():
            sys.stdout.write(msgspec.json.encode(attrs.asdict(entry)).decode() + "\n")


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(metavar="PATH", help="A file that does not exist yet.")],
    config_path: ConfigOption = None,
    journal: JournalOption = None,
) -> None:
    """Copy the journal as it is at one moment, also while the hub writes to it."""
    path = journal_path(config_path, journal)
    with JournalReader.open(path) as reader:
        reader.backup(to)
    typer.echo(f"{path} copied to {to}, {to.stat().st_size:,} bytes")


@app.command("snapshot")
def snapshot_command(
    config_path: ConfigOption = None,
    journal: JournalOption = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="Look at every entry again, not only at those since the last snapshot.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Keep what the entries fold into beside the journal: the next start is quick. A running hub does so by itself."""
    os.nice(NICE)
    path, damage, fold = journal_path(config_path, journal), "", Fold()
    try:
        with JournalReader.open(path) as reader:
            fold = reader.take_snapshot(whole=whole)
    except JournalDamaged as error:
        damage = str(error)
    if as_json:
        _print_json({"journal": str(path), "entries": fold.seq, "damage": damage})
    elif damage:
        raise JournalDamaged(damage)
    else:
        typer.echo(f"{path}: a snapshot of {fold.seq} entries, {fold.seq - fold.snapshot} of them looked at now")
    raise typer.Exit(ExitCode.ERROR if damage else ExitCode.OK)


def _time(text: str) -> int:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r}: must be a time as 2026-11-23T14:30", param_hint="--since") from None
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)


def _print_json(value: dict[str, object]) -> None:
    typer.echo(msgspec.json.encode(value).decode())
