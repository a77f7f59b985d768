"""`bitten rearm`, `unlock`: what stopped a user's fires until a person has looked at it."""

import getpass
from typing import Annotated

import typer

from bitten.desk.client import ask, hub_of
from bitten.desk.options import ConfigOption, JsonOption, WhyOption, print_json
from bitten.units import utc
from bitten.wire.lifting import Rearm, RearmAnswer, Unlock, UnlockAnswer

app = typer.Typer(rich_markup_mode=None)


@app.command()
def rearm(
    why: WhyOption,
    user: Annotated[str, typer.Option("--user", metavar="U", help="Only this user; else everybody.")] = "",
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fire again after the repeated-execution throttle has tripped: like fires are counted anew."""
    answer = ask(hub_of(config_path), Rearm(user=user, why=why, who=getpass.getuser()))
    assert isinstance(answer, RearmAnswer)
    if as_json:
        print_json(answer)
        return
    for each, what in answer.tripped.items():
        typer.echo(f"{each}: re-armed; it had tripped: {what}")
    if not answer.tripped:
        typer.echo(f"{answer.scope}: nothing had tripped; like fires are counted anew")


@app.command()
def unlock(
    user: Annotated[str, typer.Argument(metavar="USER")],
    why: WhyOption,
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """End the lock that losses brought a user. The day's loss cap holds on, and the next loss may lock again."""
    answer = ask(hub_of(config_path), Unlock(user=user, why=why, who=getpass.getuser()))
    assert isinstance(answer, UnlockAnswer)
    if as_json:
        print_json(answer)
        return
    typer.echo(f"{answer.user}: unlocked; it was until {utc(answer.until)} UTC (market time): {answer.was}")
