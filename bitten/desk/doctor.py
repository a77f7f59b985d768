"""`bitten doctor`: whether machine and hub are fit to trade."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated

import attrs
import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bitten import config
from bitten.desk.options import ConfigOption
from bitten.doctor.finding import Finding, Severity
from bitten.errors import ExitCode

app = typer.Typer(rich_markup_mode=None)

ListOption = Annotated[bool, typer.Option("--json", help="A JSON list of findings on standard output.")]
_INDENT = 10
_COLOURS = {Severity.OK: "green", Severity.WARNING: "yellow", Severity.ERROR: "bold red"}


@app.command()
def doctor(config_path: ConfigOption = None, as_json: ListOption = False) -> None:
    """Look at ports, firewall, clocks, disks, journal, keys, permissions, versions, terminals and stages.

    Each finding is ok, a warning or an error, with its remedy. Nothing is changed. Without a hub it says what it could
    not look at. Exit code 1: there is an error; 4: the configuration cannot be read.
    """
    from bitten.doctor.examination import examine  # its libraries are not loaded for the other commands

    path = config.find(config_path)
    findings = examine(path, config.load(path))
    if as_json:
        typer.echo(msgspec.json.encode([attrs.asdict(each) for each in findings]).decode())
    else:
        show(findings)
    bad = any(each.severity is Severity.ERROR for each in findings)
    raise typer.Exit(ExitCode.ERROR if bad else ExitCode.OK)


def show(findings: Sequence[Finding]) -> None:
    """Print them by group; a remedy stands under its finding."""
    console = Console(highlight=False)
    for group, found in groupby(findings, key=lambda each: each.group):
        console.print(Text(group.value, style="bold"))
        for each in found:
            severity = Text(f"  {each.severity:<8}", style=_COLOURS[each.severity])
            _print(console, severity, Text(f"{each.about}: {each.seen}"))
            if each.remedy:
                _print(console, Text(" " * _INDENT), Text(each.remedy, style="dim"))
    counts = [(sum(each.severity is severity for each in findings), severity) for severity in Severity]
    console.print(Text(", ".join(f"{count} {severity}" for count, severity in counts)))


def _print(console: Console, lead: Text, text: Text) -> None:
    """For eyes as a paragraph beside its severity; for `grep` as one line."""
    if not console.is_terminal:
        console.print(lead + text, soft_wrap=True)
        return
    grid = Table.grid()
    grid.add_column(width=_INDENT)
    grid.add_column()
    grid.add_row(lead, text)
    console.print(grid)
