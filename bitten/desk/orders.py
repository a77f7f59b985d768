"""`bitten close`, `modify`, `settle`, `release`: what a person decides about positions, commands and sessions."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from bitten.desk.client import ask, hub_of
from bitten.desk.options import ConfigOption, JsonOption, WhyOption, print_json
from bitten.wire.desk import ClosePosition, ModifyPosition, OrderAnswer, Release, ReleaseAnswer, Settle, SettleAnswer
from bitten.wire.events import SettledAs

app = typer.Typer(rich_markup_mode=None)

OwnerOption = Annotated[str, typer.Option("--user", metavar="U", help="Whose, where several have it.")]
TicketArgument = Annotated[int, typer.Argument(metavar="TICKET", help="The position, as the broker numbers it.", min=1)]


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


@app.command()
def close(
    ticket: TicketArgument,
    lot: Annotated[float, typer.Option(metavar="LOTS", help="How much of it; 0: all.", min=0)] = 0.0,
    user: OwnerOption = "",
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close a position of ours, or a part of it, whatever the trading state is."""
    order(ClosePosition(user=user, ticket=ticket, lot=lot, who=getpass.getuser()), config_path, as_json)


@app.command()
def modify(
    ticket: TicketArgument,
    sl: Annotated[float | None, typer.Option(metavar="PRICE", help="New stop; 0: none.", min=0)] = None,
    tp: Annotated[float | None, typer.Option(metavar="PRICE", help="New target; 0: none.", min=0)] = None,
    user: OwnerOption = "",
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Move stop or target of a position of ours. While trading is halted a stop may only be tightened."""
    order(ModifyPosition(user=user, ticket=ticket, sl=sl, tp=tp, who=getpass.getuser()), config_path, as_json)


def order(request: ClosePosition | ModifyPosition, config_path: Path | None, as_json: bool) -> None:
    """Have the hub send an order, and tell which."""
    answer = ask(hub_of(config_path), request)
    assert isinstance(answer, OrderAnswer)
    if as_json:
        print_json(answer)
    else:
        typer.echo(f"{answer.user}: sent: {answer.what} ({answer.id})")
