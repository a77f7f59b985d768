"""`bitten close`, `modify`, `cancel`: what is open, changed by a person."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from bitten.desk.client import hub_of
from bitten.desk.options import ConfigOption, JsonOption, OwnerOption, WaitOption, WhyOption, YesOption, agreed
from bitten.desk.outcome import NotCarriedOut, Telling, send
from bitten.desk.positions import open_positions
from bitten.errors import BittenError
from bitten.wire.acts import CancelOrder, ClosePosition, ModifyPosition
from bitten.wire.book import PositionStatus

app = typer.Typer(rich_markup_mode=None)

TicketArgument = Annotated[int, typer.Argument(metavar="TICKET", help="As the broker numbers it.", min=1)]


@app.command()
def close(
    ticket: Annotated[int, typer.Argument(metavar="[TICKET]", help="Else --user or --symbol.", min=0)] = 0,
    user: Annotated[str, typer.Option("--user", metavar="U", help="Whose; without TICKET: all of them.")] = "",
    symbol: Annotated[str, typer.Option(metavar="S", help="All positions of this symbol.")] = "",
    lot: Annotated[float, typer.Option(metavar="LOTS", help="How much of each; 0: all.", min=0)] = 0.0,
    why: WhyOption = "",
    yes: YesOption = False,
    wait: WaitOption = 10.0,
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close positions of ours, or a part of each, whatever the trading state is."""
    if not (ticket or user or symbol):
        raise typer.BadParameter("name a TICKET, --user or --symbol", param_hint="TICKET")
    hub, who = hub_of(config_path), getpass.getuser()
    found = [
        each
        for each in open_positions(hub, user).positions
        if each.ticket == ticket or (not ticket and symbol in ("", each.symbol))
    ]
    if not found and not ticket:
        raise BittenError("no open position of ours is meant by that: `bitten positions` lists them")
    if found:
        _agree(found, lot, yes=yes, as_json=as_json)
    how = Telling(as_json=as_json, wait_s=wait)
    # A ticket that nobody has open is the hub's to refuse: it says why.
    wishes = [(each.user, each.ticket) for each in found] if not ticket else [(user, ticket)]
    failed = [
        f"ticket {number}: {error}"
        for owner, number in wishes
        if (error := _tried(hub, ClosePosition(user=owner, ticket=number, lot=lot, why=why, who=who), how, len(wishes)))
    ]
    if failed:
        raise NotCarriedOut("; ".join(failed))


@app.command()
def modify(
    ticket: TicketArgument,
    sl: Annotated[float | None, typer.Option(metavar="PRICE", help="New stop; 0: none.", min=0)] = None,
    tp: Annotated[float | None, typer.Option(metavar="PRICE", help="New target; 0: none.", min=0)] = None,
    user: OwnerOption = "",
    why: WhyOption = "",
    wait: WaitOption = 10.0,
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Move stop or target of a position of ours. While trading is halted a stop may only be tightened."""
    request = ModifyPosition(user=user, ticket=ticket, sl=sl, tp=tp, why=why, who=getpass.getuser())
    send(hub_of(config_path), request, Telling(as_json=as_json, wait_s=wait))


@app.command()
def cancel(
    ticket: TicketArgument,
    user: OwnerOption = "",
    why: WhyOption = "",
    wait: WaitOption = 10.0,
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Withdraw a pending order of ours, whatever the trading state is."""
    request = CancelOrder(user=user, ticket=ticket, why=why, who=getpass.getuser())
    send(hub_of(config_path), request, Telling(as_json=as_json, wait_s=wait))


def _tried(hub: Path, request: ClosePosition, how: Telling, of: int) -> BittenError | None:
    """Of several, each is tried, whatever becomes of the others."""
    try:
        send(hub, request, how)
    except BittenError as error:
        if of == 1:
            raise
        return error
    return None


def _agree(found: list[PositionStatus], lot: float, *, yes: bool, as_json: bool) -> None:
    if not yes and not as_json:
        for each in found:
            profit = "" if each.profit is None else f", profit {each.profit:,.2f}"
            what = f"{each.user} {each.direction} {lot or each.lot:g} of {each.lot:g} {each.symbol} at {each.price:g}"
            typer.echo(f"{what}, ticket {each.ticket}{profit}")
    agreed("close that" if len(found) == 1 else f"close these {len(found)}", yes=yes, as_json=as_json)
