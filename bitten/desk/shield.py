"""`bitten shield`: what each part of the shield and each denial kept out, and whether that was right."""

from collections.abc import Sequence

import attrs
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bitten.desk.options import ConfigOption, JournalOption, JsonOption, journal_path, print_json
from bitten.desk.verdict import record_in
from bitten.rules.citadel.table import Row, table

app = typer.Typer(rich_markup_mode=None)
_COLUMNS = ("signals", "won", "lost", "even", "unseen", "open", "R", "R each")


@app.command()
def shield(config_path: ConfigOption = None, journal: JournalOption = None, as_json: JsonOption = False) -> None:
    """Show what was kept out, and what it would have made: by veto, by part, by denial, beside what passed.

    Each signal is followed to its stop, its target or its end in time as if it had been fired at its own entry. A
    shield is worth its place where the R of what it kept out is below the R of what passed.
    """
    path = journal_path(config_path, journal)
    rows = table(record_in(path).cases())
    if as_json:
        print_json({"journal": str(path), "rows": [attrs.asdict(row) | {"mean_r": row.mean_r} for row in rows]})
        return
    Console().print(_shown(rows))


def _shown(rows: Sequence[Row]) -> Table:
    shown = Table(title="what became of signals", box=SIMPLE_HEAD, title_justify="left", padding=(0, 1, 0, 0))
    for name in ("", *_COLUMNS):
        shown.add_column(name, justify="right" if name else "left", no_wrap=not name)
    for row in rows:
        mean = "" if row.mean_r is None else f"{row.mean_r:+.2f}"
        counts = (row.signals, row.won, row.lost, row.even, row.unknown, row.open)
        shown.add_row(Text(_name(row)), *map(str, counts), f"{row.r:+.2f}" if mean else "", mean)
    if not rows:
        shown.add_row("no verdicts yet", *[""] * len(_COLUMNS))
    return shown


def _name(row: Row) -> str:
    return f"  {row.group} {row.name}" if row.name else row.group
