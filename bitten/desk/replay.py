"""`bitten replay`: history through the brains that trade live."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from bitten import config
from bitten.desk.history import BarsOption, FilesArgument, FromOption, SymbolOption, ToOption, feed_of, period
from bitten.desk.options import ConfigOption, JsonOption, print_json

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
        Path | None, typer.Option("--out", metavar="DIR", help="Leave journal.sqlite and summary.json there.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Go through recorded history with the brains and limits of a hub, on the simulated broker of the paper EA.

    The same files, configuration and options give the same output, byte for byte. [replay] says what the broker takes.
    """
    from rich.console import Console

    from bitten.replay.engine import Replay
    from bitten.replay.market import load
    from bitten.replay.output import Output
    from bitten.replay.progress import progress_bar
    from bitten.replay.show import show

    loaded = config.load(config.find(config_path))
    when, feed = period(begin, end), feed_of(files, bars, symbol)
    with ExitStack() as opened:
        say = opened.enter_context(progress_bar(Console(stderr=True)))
        market = load(feed, say, *when)
        output = None if out is None else opened.enter_context(Output.open(out))
        summary = Replay(loaded, market, user_tier, None if output is None else output.take).run(say)
        if output is not None:
            output.finish(summary)
    if as_json:
        print_json(summary)
    else:
        show(Console(), summary)
