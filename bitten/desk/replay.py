"""`bitten replay`: history through the brains that trade live."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from bitten import config
from bitten.desk.history import BarsOption, FilesArgument, FromOption, SymbolOption, ToOption, day_of, feed_of, period
from bitten.desk.options import ConfigOption, JsonOption, print_json
from bitten.errors import ExitCode

app = typer.Typer()


@app.command()
def replay(
    files: FilesArgument = None,
    bars: BarsOption = None,
    symbol: SymbolOption = None,
    config_path: ConfigOption = None,
    user_tier: Annotated[str, typer.Option("--user-tier", metavar="T", help="Whose limits hold.")] = "APEX",
    begin: FromOption = "",
    end: ToOption = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Leave journal.sqlite, summary.json and bars.csv there.")
    ] = None,
    journal: Annotated[
        Path | None, typer.Option("--journal", metavar="FILE", help="In place of files: a hub's recorded run.")
    ] = None,
    day: Annotated[
        str, typer.Option("--day", metavar="D", help="Of a recorded run, compare this market day's: 2026-11-23.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Go through recorded history with the brains and limits of a hub, on the simulated broker of the paper EA.

    The same files, configuration and options give the same output, byte for byte. [replay] says what the broker takes.

    With --journal a live or demo run is gone through again, from the tape beside its journal: exit 1, and the first
    difference, unless the brains decide now what they decided then.
    """
    if journal is not None:
        if files or bars or out or begin or end:
            raise typer.BadParameter("takes no files, no period and no --out", param_hint="--journal")
        _again(journal, day, as_json)
        return
    if day:
        raise typer.BadParameter("only with --journal: use --from and --to", param_hint="--day")
    _through(
        feed_options=(files, bars, symbol),
        when=period(begin, end),
        config_path=config_path,
        tier=user_tier,
        out=out,
        as_json=as_json,
    )


def _through(
    feed_options: tuple[list[Path] | None, tuple[Path, Path] | None, str | None],
    when: tuple[int, int],
    config_path: Path | None,
    tier: str,
    out: Path | None,
    as_json: bool,
) -> None:
    from rich.console import Console

    from bitten.replay.engine import Replay
    from bitten.replay.market import load
    from bitten.replay.output import Output
    from bitten.replay.progress import progress_bar
    from bitten.replay.show import show

    loaded, feed = config.load(config.find(config_path)), feed_of(*feed_options)
    with ExitStack() as opened:
        say = opened.enter_context(progress_bar(Console(stderr=True)))
        market = load(feed, say, *when)
        output = None if out is None else opened.enter_context(Output.open(out))
        summary = Replay(loaded, market, tier, None if output is None else output.take).run(say)
        if output is not None:
            output.finish(summary, market)
    if as_json:
        print_json(summary)
    else:
        show(Console(), summary)


def _again(journal: Path, day: str, as_json: bool) -> None:
    from rich.console import Console

    from bitten.replay.again import again
    from bitten.replay.progress import progress_bar
    from bitten.replay.show import show_comparison

    with progress_bar(Console(stderr=True)) as say:
        found = again(journal, day_of(day) if day else None, say)
    if as_json:
        print_json(found)
    else:
        show_comparison(Console(), found)
    raise typer.Exit(ExitCode.ERROR if found.differences else ExitCode.OK)
