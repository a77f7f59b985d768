"""`bitten calibrate`: how often each pattern's signals reached their target."""

from pathlib import Path
from typing import Annotated

import typer

from bitten import config
from bitten.desk.history import BarsOption, FilesArgument, FromOption, SymbolOption, ToOption, feed_of, period
from bitten.desk.options import ConfigOption, JsonOption, print_json
from bitten.errors import BittenError

app = typer.Typer()


@app.command()
def calibrate(
    files: FilesArgument = None,
    bars: BarsOption = None,
    symbol: SymbolOption = None,
    config_path: ConfigOption = None,
    begin: FromOption = "",
    end: ToOption = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write what [venom] calibration may name.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Count how often each pattern's signals reached their target before their stop, by bands of their scores.

    Each signal is followed to its end, with slippage and commission as [replay] has them. Walk forward: what earlier
    parts of the time made expect is held against what later parts brought.
    """
    from rich.console import Console

    from bitten.replay.calibrate import calibrate as run
    from bitten.replay.market import load
    from bitten.replay.output import as_file
    from bitten.replay.progress import progress_bar
    from bitten.replay.show import show_calibration

    when = period(begin, end)
    loaded, feed = config.load(config.find(config_path)), feed_of(files, bars, symbol)
    with progress_bar(Console(stderr=True)) as say:
        found = run(loaded, load(feed, say, *when), say)
    if out is not None:
        try:
            out.write_bytes(as_file(found))
        except OSError as error:
            raise BittenError(f"--out {out}: cannot be written: {error.strerror}") from None
    if as_json:
        print_json(found)
    else:
        show_calibration(Console(), found)
