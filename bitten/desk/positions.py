"""`bitten positions`: what is open, and what is under way."""

from pathlib import Path
from typing import Annotated

import typer

from bitten.desk.client import ask, hub_of
from bitten.desk.options import ConfigOption, JsonOption, print_json
from bitten.wire.book import PositionsAnswer, PositionsRequest

app = typer.Typer(rich_markup_mode=None)


@app.command()
def positions(
    user: Annotated[str, typer.Option("--user", metavar="U", help="Only this user; else all.")] = "",
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List BITTEN's open positions, session or not, and the commands without an outcome."""
    answer = open_positions(hub_of(config_path), user)
    if as_json:
        print_json(answer)
        return
    from bitten.desk.book_tables import show_positions

    show_positions(answer)


def open_positions(hub: Path, user: str) -> PositionsAnswer:
    """What is open for a user, or (user "") for all."""
    answer = ask(hub, PositionsRequest(user=user))
    assert isinstance(answer, PositionsAnswer)
    return answer
