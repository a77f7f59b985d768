"""How commands are told which history to go through."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from bitten.demo.market import MarketChoice
from bitten.paper.feed import Feed

FilesArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="FILE...", help="Tick files, also gzipped (MetaTrader export, HistData); several are one market."
    ),
]
BarsOption = Annotated[
    tuple[Path, Path] | None,
    typer.Option("--bars", metavar="BID ASK", help="In place of ticks: one-minute bars, played as four ticks each."),
]
SymbolOption = Annotated[str | None, typer.Option("--symbol", metavar="S", help="Else from the file's name.")]
FromOption = Annotated[
    str, typer.Option("--from", metavar="T", help="From then on: 2012-02-06 or 2012-02-06T07:30, UTC.")
]
ToOption = Annotated[str, typer.Option("--to", metavar="T", help="Up to then, that moment excluded.")]

_FOREVER = 2**62


def feed_of(files: Sequence[Path] | None, bars: tuple[Path, Path] | None, symbol: str | None) -> Feed:
    """The market in these files. Raises MarketFileError, and typer.BadParameter where there are none, or both kinds."""
    if bool(files) is (bars is not None):
        raise typer.BadParameter("give tick files, or --bars BID ASK, and not both", param_hint="FILE...")
    return MarketChoice(ticks=tuple(files or ()), bars=bars, symbol=symbol).feed()


def period(begin: str, end: str) -> tuple[int, int]:
    """Two times, ms since 1970 UTC; "" is the beginning, or the end, of everything. Raises typer.BadParameter."""
    return _time(begin, "--from") if begin else 0, _time(end, "--to") if end else _FOREVER


def day_of(text: str) -> int:
    """A day as days since 1970. Raises typer.BadParameter."""
    try:
        return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()
    except ValueError:
        raise typer.BadParameter(f"{text!r}: must be a day as 2026-11-23", param_hint="--day") from None


def _time(text: str, option: str) -> int:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r}: must be a time as 2012-02-06T07:30", param_hint=option) from None
    return round((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)
