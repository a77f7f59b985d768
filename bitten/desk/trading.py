"""`bitten halt`, `reduce`, `resume`: the trading state, of a user or of the whole hub."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from bitten.desk.client import ask, hub_of
from bitten.desk.flatten import Manner, flatten_all
from bitten.desk.options import ConfigOption, JsonOption, WhyOption, print_json
from bitten.units import TradingState
from bitten.wire.desk import SetTrading, TradingAnswer

app = typer.Typer(rich_markup_mode=None)

UserOption = Annotated[str, typer.Option("--user", metavar="U", help="Only this user; else the whole hub.")]


@app.command()
def halt(
    why: WhyOption,
    user: UserOption = "",
    flatten: Annotated[bool, typer.Option("--flatten", help="Close what is open, too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Flatten without being asked.")] = False,
    wait: Annotated[float, typer.Option(metavar="S", help="Seconds to wait for the last close.", min=0)] = 30.0,
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop all fires now: nothing but closes, cancels and stops that tighten. Durable across restarts.

    With --flatten BITTEN's positions are closed as well, and so is what is filled later, or comes back with an EA,
    while the halt holds; each is reported until it is confirmed. The halt holds before anything is asked.
    """
    if as_json and flatten and not yes:
        raise typer.BadParameter("with --json nothing is asked: add --yes", param_hint="--flatten")
    halted = set_trading(TradingState.HALTED, why, user, config_path)
    if not flatten:
        show(halted, as_json)
        return
    if not as_json:
        show(halted, as_json)
    flatten_all(why, user, config_path, Manner(as_json=as_json, yes=yes, wait_s=wait))


@app.command()
def reduce(
    why: WhyOption, user: UserOption = "", config_path: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Let only through what lowers exposure. Durable across restarts."""
    show(set_trading(TradingState.REDUCING, why, user, config_path), as_json)


@app.command()
def resume(
    why: WhyOption, user: UserOption = "", config_path: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Take back a halt or a reduce."""
    show(set_trading(TradingState.ACTIVE, why, user, config_path), as_json)


def set_trading(state: TradingState, why: str, user: str, config_path: Path | None) -> TradingAnswer:
    """Ask the hub to set a trading state; what it did."""
    answer = ask(hub_of(config_path), SetTrading(user=user, state=state, why=why, who=getpass.getuser()))
    assert isinstance(answer, TradingAnswer)
    return answer


def show(answer: TradingAnswer, as_json: bool) -> None:
    """Tell what was done."""
    if as_json:
        print_json(answer)
    else:
        typer.echo(told(answer))


def told(answer: TradingAnswer) -> str:
    """What was done, in a line."""
    held = "" if answer.after is answer.set_to else f", but {answer.after} still holds ({answer.why})"
    whom = f"told {', '.join(answer.told)}" if answer.told else "no EA is connected to be told"
    return f"{answer.scope}: {answer.before} -> {answer.set_to}{held}; {whom}"
