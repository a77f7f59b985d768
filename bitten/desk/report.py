"""`bitten report`: a run as one page to read."""

from pathlib import Path
from typing import Annotated

import attrs
import typer

from bitten.desk.options import ConfigOption, JournalOption, JsonOption, journal_path, print_json
from bitten.errors import BittenError
from bitten.journal import JournalReader
from bitten.replay.output import JOURNAL

app = typer.Typer(rich_markup_mode=None)


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The page, as report.html.")],
    journal: JournalOption = None,
    replayed: Annotated[
        Path | None, typer.Option("--replay", metavar="DIR", help="In place of a journal: what a replay left there.")
    ] = None,
    user: Annotated[str, typer.Option("--user", metavar="U", help="Only this user; else all.")] = "",
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write one page that needs no network: equity, trades on the market, verdicts, denials, calibration, XP, costs.

    It is read from the journal, also while a hub writes to it, and from the tape or the bars beside it.
    """
    if journal is not None and replayed is not None:
        raise typer.BadParameter("name a --journal or a --replay, not both", param_hint="--replay")
    path = replayed / JOURNAL if replayed is not None else journal_path(config_path, journal)
    with JournalReader.open(path) as reader:
        try:
            from bitten.report.gathering import Gathering
            from bitten.report.page import figures_of, page
            from bitten.report.sources import bars_beside
        except ModuleNotFoundError as error:
            raise BittenError(f"a report needs {error.name}: pip install 'bitten[report]'") from None
        gathered = Gathering.of(reader.read(), user)
    if user and user not in gathered.users():
        raise BittenError(f"{path}: nothing was traded or noted of user {user!r}")
    bars = bars_beside(path)
    whose = f"Of {user}, from" if user else "From"
    about = f"{whose} {gathered.entries:,} entries of {path}. Money in the account's currency, times in UTC."
    title = "BITTEN replay" if replayed is not None else "BITTEN report"
    try:
        out.write_text(page(title, about, gathered, bars), encoding="utf-8")
    except OSError as error:
        raise BittenError(f"--out {out}: cannot be written: {error.strerror}") from None
    found = figures_of(gathered)
    if as_json:
        counts = {"entries": gathered.entries, "bars": {symbol: len(each) for symbol, each in bars.items()}}
        print_json(
            {"report": str(out), "journal": str(path), **counts, "users": [attrs.asdict(each) for each in found]}
        )
        return
    trades = sum(each.trades for each in found)
    typer.echo(f"written: {out}: {trades} closed trades of {', '.join(each.user for each in found) or 'nobody'}")
