"""The door: `bitten` and `python -m bitten`. Each command is a thin line to the module that does it."""

import getpass
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from loguru import logger

from bitten import __version__, config, ea_export, log
from bitten.desk import enrol, journal, reload, users
from bitten.desk.client import ask, hub_of
from bitten.desk.options import ConfigOption, JsonOption, WhyOption, print_json
from bitten.errors import BittenError, ConfigError, ExitCode
from bitten.keys import CurveClient, KeyPair
from bitten.rules.access import fingerprint
from bitten.units import TradingState
from bitten.wire.desk import (
    ClosePosition,
    ModifyPosition,
    OrderAnswer,
    Release,
    ReleaseAnswer,
    Settle,
    SettleAnswer,
    SetTrading,
    StatusAnswer,
    StatusRequest,
    TradingAnswer,
)
from bitten.wire.events import SettledAs

app = typer.Typer(
    name="bitten",
    help="Live execution for MetaTrader 5 over ZMQ. Without a command: run the hub.",
    epilog="Exit codes: 0 ok, 1 error, 2 usage, 3 hub not running, 4 configuration, 5 timeout.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(enrol.app)
app.add_typer(users.app)
app.add_typer(reload.app)
app.add_typer(journal.app, name="journal")
app.add_typer(ea_export.app, name="ea")

UserOption = Annotated[str, typer.Option("--user", metavar="U", help="Only this user; else the whole hub.")]
OwnerOption = Annotated[str, typer.Option("--user", metavar="U", help="Whose, where several have it.")]

TicksOption = Annotated[
    list[Path] | None,
    typer.Option("--ticks", metavar="FILE", help="Tick file, also gzipped (MetaTrader export, HistData); repeatable."),
]
BarsOption = Annotated[
    tuple[Path, Path] | None,
    typer.Option(
        "--bars", metavar="BID_FILE ASK_FILE", help="One-minute bars of bid and ask, played as four ticks each."
    ),
]
SymbolOption = Annotated[str | None, typer.Option("--symbol", metavar="S", help="Else from the file's name.")]
SpeedOption = Annotated[float, typer.Option("--speed", metavar="X", help="Times the market's own pace.")]
SecondsOption = Annotated[float | None, typer.Option("--seconds", metavar="N", help="Wall time after which to end.")]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", help="Which built-in market.")]

TicketArgument = Annotated[int, typer.Argument(metavar="TICKET", help="The position, as the broker numbers it.", min=1)]


@app.callback(invoke_without_command=True)
def door(
    context: typer.Context,
    config_path: ConfigOption = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    """Live execution for MetaTrader 5 over ZMQ. Without a command: run the hub."""
    if version:
        typer.echo(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        run(config_path)


@app.command()
def run(config_path: ConfigOption = None) -> None:
    """Run the hub until SIGTERM or SIGINT; a second signal ends it at once.

    It binds the command port (5555), the feedback port (5556) and the desk's socket, all named in the configuration,
    and logs one line for each change of state.
    """
    from bitten.hub import serve  # the hub's libraries are not loaded for the other commands

    path = config.find(config_path)
    raise typer.Exit(serve(config.load(path), path.absolute()))


@app.command()
def check(config_path: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Read the whole configuration and say every mistake at once: file, key, value, what is allowed."""
    path = config.find(config_path)
    try:
        loaded = config.load(path)
        problems: list[str] = []
    except ConfigError as error:
        problems = error.problems
    if as_json:
        print_json({"file": str(path), "ok": not problems, "problems": problems})
    else:
        for problem in problems:
            typer.echo(problem)
        if not problems:
            typer.echo(f"{path}: good: {len(loaded.users)} users, symbols {', '.join(loaded.market.symbols)}")
    raise typer.Exit(ExitCode.CONFIGURATION if problems else ExitCode.OK)


@app.command()
def status(config_path: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Ask the running hub for its sessions, actors, stages, sockets, journal and trading state."""
    answer = ask(hub_of(config_path), StatusRequest())
    assert isinstance(answer, StatusAnswer)
    if as_json:
        print_json(answer.status)
        return
    from bitten.desk.show import show_status

    show_status(answer.status)


@app.command()
def halt(why: WhyOption, user: UserOption = "", config_path: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Stop all fires now: nothing but closes, cancels and stops that tighten. Durable across restarts."""
    set_trading(TradingState.HALTED, why, user, config_path, as_json)


@app.command()
def reduce(
    why: WhyOption, user: UserOption = "", config_path: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Let only through what lowers exposure. Durable across restarts."""
    set_trading(TradingState.REDUCING, why, user, config_path, as_json)


@app.command()
def resume(
    why: WhyOption, user: UserOption = "", config_path: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Take back a halt or a reduce, and re-arm what the repeated-execution throttle stopped."""
    set_trading(TradingState.ACTIVE, why, user, config_path, as_json)


@app.command()
def paper(
    user: Annotated[str, typer.Option("--user", metavar="U", help="Whose EA this is.")],
    ticks: TicksOption = None,
    bars: BarsOption = None,
    symbol: SymbolOption = None,
    seed: SeedOption = 1,
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="DIR", help="Account, memory and place in the market; else gone at the end."),
    ] = None,
    host: Annotated[str, typer.Option(help="Where the hub is.")] = "127.0.0.1",
    command_port: Annotated[int, typer.Option(min=1, max=65_535)] = 5555,
    feedback_port: Annotated[int, typer.Option(min=1, max=65_535)] = 5556,
    server_key: Annotated[
        str, typer.Option("--server-key", metavar="KEY", help="The hub's public key: connect by CURVE.")
    ] = "",
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys", metavar="DIR", help="Where this EA's own pair is, or is made; else keys/ in the --state."
        ),
    ] = None,
    telemetry_ms: Annotated[
        int, typer.Option("--telemetry-ms", min=1, max=3_600_000, help="The pace of its periods until the welcome.")
    ] = 5_000,
    speed: SpeedOption = 1.0,
    seconds: SecondsOption = None,
    press: Annotated[str, typer.Option(help="What the trader presses on each signal: fire, pass or none.")] = "none",
    misbehave: Annotated[
        str, typer.Option(metavar="FAULTS", help='Seeded faults, as "lose=0.05,double=0.1,latency_ms=50".')
    ] = "",
    wait_live: Annotated[bool, typer.Option("--wait-live", help="The market begins when the session is live.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run one paper EA against any hub: a simulated broker and terminal that speak the wire like a real one.

    Without --ticks or --bars it plays the built-in market. Started again on the same --state it is the same account.
    """
    from bitten.demo.market import MarketChoice
    from bitten.paper.misbehaviour import Misbehaviour
    from bitten.paper.terminal import PaperOptions
    from bitten.paper.terminal import run as run_terminal

    if press not in ("fire", "pass", "none"):
        raise typer.BadParameter(f"{press!r}: must be one of fire, pass, none", param_hint="--press")
    log.show()
    report = run_terminal(
        PaperOptions(
            user=user,
            feed=MarketChoice(ticks=ticks or (), bars=bars, symbol=symbol, seed=seed).feed(),
            state=state,
            host=host,
            command_port=command_port,
            feedback_port=feedback_port,
            telemetry_ms=telemetry_ms,
            speed=speed,
            seconds=seconds,
            press=press,  # type: ignore[arg-type] # checked above; Typer knows no Literal
            misbehaviour=Misbehaviour.parse(misbehave),
            curve=_curve_client(server_key, keys or (state and state / "keys")),
            wait_live=wait_live,
        )
    )
    typer.echo(report.to_json() if as_json else report.summary())


def _curve_client(server_key: str, folder: Path | None) -> CurveClient | None:
    if not server_key:
        return None
    if folder is None:
        raise typer.BadParameter("needs --keys or --state, a folder for the EA's own pair", param_hint="--server-key")
    client = CurveClient(KeyPair.load_or_make(folder / "ea.key"), server_key)
    logger.info("my public key: {} ({})", client.pair.public, fingerprint(client.pair.public))
    return client


@app.command()
def demo(
    ticks: TicksOption = None,
    bars: BarsOption = None,
    symbol: SymbolOption = None,
    users: Annotated[int, typer.Option(min=1, max=200, help="EAs, each a process of its own.")] = 2,
    ea: Annotated[str, typer.Option(help="paper, or mql5: its source, compiled; in a checkout, with g++.")] = "paper",
    sanitize: Annotated[
        bool, typer.Option("--sanitize", help="With address and undefined-behaviour sanitizers; of --ea mql5.")
    ] = False,
    speed: SpeedOption = 400.0,
    seconds: SecondsOption = None,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Show the whole loop: a hub and EAs over TCP, signal to verdict to fire to fill to close to XP.

    Nothing is left behind: free ports, a journal in a temporary folder. At the end the brokers' own books are compared
    with the journal. Without --ticks or --bars the market is a built-in one, and it takes about half a minute.
    """
    from rich.console import Console

    from bitten.demo.market import MarketChoice
    from bitten.demo.run import DemoOptions
    from bitten.demo.run import run as run_demo
    from bitten.demo.view import print_summary

    if ea not in ("paper", "mql5"):
        raise typer.BadParameter(f"{ea!r}: must be one of paper, mql5", param_hint="--ea")
    if sanitize and ea != "mql5":
        raise typer.BadParameter("only with --ea mql5: the paper EA is not compiled", param_hint="--sanitize")
    console = Console(stderr=as_json)
    options = DemoOptions(
        market=MarketChoice(ticks=ticks or (), bars=bars, symbol=symbol, seed=seed),
        users=users,
        speed=speed,
        seconds=seconds,
        compiled=ea == "mql5",
        sanitize=sanitize,
    )
    summary = run_demo(options, console)
    if as_json:
        print_json(summary)
    else:
        print_summary(console, summary)
    raise typer.Exit(ExitCode.ERROR if summary.lost or summary.duplicated else ExitCode.OK)


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


def set_trading(state: TradingState, why: str, user: str, config_path: Path | None, as_json: bool) -> None:
    """Ask the hub to set a trading state, and tell what it did."""
    answer = ask(hub_of(config_path), SetTrading(user=user, state=state, why=why, who=getpass.getuser()))
    assert isinstance(answer, TradingAnswer)
    if as_json:
        print_json(answer)
        return
    held = "" if answer.after is answer.set_to else f", but {answer.after} still holds ({answer.why})"
    told = f"told {', '.join(answer.told)}" if answer.told else "no EA is connected to be told"
    typer.echo(f"{answer.scope}: {answer.before} -> {answer.set_to}{held}; {told}")


def main() -> NoReturn:
    """Run a command; an error of ours is one line on standard error and its exit code."""
    try:
        app()
    except ConfigError as error:
        for problem in error.problems:
            print(f"bitten: {problem}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BittenError as error:
        print(f"bitten: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    sys.exit(ExitCode.OK)
