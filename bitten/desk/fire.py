"""`bitten signals`, `fire`: what may be fired, and a person's FIRE, through the same gate as any."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from bitten.desk.client import ask, hub_of
from bitten.desk.options import ConfigOption, JsonOption, WaitOption, WhyOption, YesOption, agreed, print_json
from bitten.desk.outcome import Telling, send
from bitten.errors import BittenError
from bitten.units import MINUTE_MS, Direction
from bitten.wire.acts import FireNow
from bitten.wire.book import SignalsAnswer, SignalsRequest

app = typer.Typer(rich_markup_mode=None)


@app.command()
def signals(config_path: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the signals that may still be fired, and what came of each so far."""
    answer = _signals(hub_of(config_path))
    if as_json:
        print_json(answer)
        return
    from bitten.desk.book_tables import show_signals

    show_signals(answer)


@app.command()
def fire(
    user: Annotated[str, typer.Argument(metavar="USER", help="On whose account.")],
    signal: Annotated[str, typer.Argument(metavar="[SIGNAL]", help="Its id, from `bitten signals`.")] = "",
    symbol: Annotated[str, typer.Option(metavar="S", help="Instead of a signal.")] = "",
    direction: Annotated[Direction | None, typer.Option(help="Of a --symbol.", case_sensitive=False)] = None,
    lot: Annotated[float, typer.Option(metavar="LOTS", help="0: as many as the risk allows.", min=0)] = 0.0,
    sl: Annotated[float, typer.Option(metavar="PRICE", help="Stop of a --symbol; none is denied.", min=0)] = 0.0,
    tp: Annotated[float, typer.Option(metavar="PRICE", help="Target of a --symbol; 0: none.", min=0)] = 0.0,
    limit: Annotated[float, typer.Option(metavar="PRICE", help="Wait as a limit order.", min=0)] = 0.0,
    stop: Annotated[float, typer.Option(metavar="PRICE", help="Wait as a stop order.", min=0)] = 0.0,
    minutes: Annotated[int, typer.Option(metavar="N", help="Of a pending order; 0: until cancelled.", min=0)] = 0,
    why: WhyOption = "",
    yes: YesOption = False,
    wait: WaitOption = 10.0,
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fire a signal for a user, or a --symbol with its own levels, through the same gate as any fire.

    With --limit or --stop it is a pending order at that price, which `bitten cancel` withdraws.
    """
    if bool(signal) is bool(symbol):
        raise typer.BadParameter("name a SIGNAL, or a --symbol", param_hint="SIGNAL")
    if signal and (direction or sl or tp or limit or stop):
        raise typer.BadParameter("a signal has its own direction and levels", param_hint="SIGNAL")
    if symbol and direction is None:
        raise typer.BadParameter(f"is needed with --symbol: one of {', '.join(Direction)}", param_hint="--direction")
    if (limit and stop) or (minutes and not (limit or stop)):
        raise typer.BadParameter("a pending order has one of --limit and --stop", param_hint="--minutes")
    request = FireNow(
        user=user,
        signal_id=signal,
        symbol=symbol,
        direction=direction or Direction.BUY,
        lot=lot,
        sl=sl,
        tp=tp,
        kind="limit" if limit else "stop" if stop else "market",
        entry=limit or stop,
        good_for=minutes * MINUTE_MS,
        why=why,
        who=getpass.getuser(),
    )
    hub = hub_of(config_path)
    agreed(f"fire for {user}: {_what(hub, request)}" if not yes else "", yes=yes, as_json=as_json)
    send(hub, request, Telling(as_json=as_json, wait_s=wait))


def _what(hub: Path, request: FireNow) -> str:
    if request.symbol:
        at = "" if request.kind == "market" else f" {request.kind} at {request.entry:g}"
        lots = f"{request.lot:g} lots" if request.lot else "lots by the risk"
        return f"{request.direction} {request.symbol}{at}, {lots}, sl {request.sl:g} tp {request.tp:g}"
    found = next((each for each in _signals(hub).signals if each.id == request.signal_id), None)
    if found is None:
        raise BittenError(f"no signal {request.signal_id} stands any more: `bitten signals` lists those that do")
    return f"{found.direction} {found.symbol} at {found.entry:g} sl {found.sl:g} tp {found.tp:g}, {found.shield}"


def _signals(hub: Path) -> SignalsAnswer:
    answer = ask(hub, SignalsRequest())
    assert isinstance(answer, SignalsAnswer)
    return answer
