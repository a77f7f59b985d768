"""`bitten settle`, `release`: what a person decides about commands and sessions that cannot go on by themselves."""

import getpass
from typing import Annotated

import typer

from bitten.desk.client import ask, hub_of
from bitten.desk.options import ConfigOption, JsonOption, OwnerOption, WhyOption, print_json
from bitten.wire.desk import Release, ReleaseAnswer, Settle, SettleAnswer
from bitten.wire.events import SettledAs

app = typer.Typer(rich_markup_mode=None)


@app.command()
def release(
    user: Annotated[str, typer.Argument(metavar="USER")], config_path: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Let another ledger take the place of a user's session: a terminal that was set up anew, or moved."""
    answer = ask(hub_of(config_path), Release(user=user, who=getpass.getuser()))
    assert isinstance(answer, ReleaseAnswer)
    if as_json:
        print_json(answer)
    else:
        typer.echo(f"{answer.user}: released; the present session ({answer.state}) stays until another says hello")


@app.command()
def settle(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A command without an outcome, or a ticket of ours.")],
    outcome: Annotated[SettledAs, typer.Option("--as", help="What became of it.")],
    why: WhyOption,
    user: OwnerOption = "",
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """End what neither the EA nor a deal can: journaled under your name. Look at the broker's own records first."""
    answer = ask(
        hub_of(config_path),
        Settle(user=user, id=id_, outcome=outcome, why=why, who=getpass.getuser()),
    )
    assert isinstance(answer, SettleAnswer)
    if as_json:
        print_json(answer)
    else:
        typer.echo(f"{answer.user}: {answer.id}: {answer.was} -> {answer.outcome}")
