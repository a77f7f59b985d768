"""`bitten demo` and `bitten paper`: the loop, or one simulated EA, on a market that is played."""

from pathlib import Path
from typing import Annotated

import typer
from loguru import logger

from bitten import log
from bitten.desk.options import JsonOption, print_json
from bitten.errors import ExitCode
from bitten.keys import CurveClient, KeyPair
from bitten.rules.access import fingerprint

app = typer.Typer(rich_markup_mode=None)

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
SpeedOption = Annotated[
    float, typer.Option("--speed", metavar="X", min=0.001, max=1_000_000, help="Times the market's own pace.")
]
SecondsOption = Annotated[float | None, typer.Option("--seconds", metavar="N", help="Wall time after which to end.")]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", help="Which built-in market.")]

ServerKeyOption = Annotated[
    str, typer.Option("--server-key", metavar="KEY", help="The hub's public key: connect by CURVE.")
]
KeysOption = Annotated[
    Path | None,
    typer.Option("--keys", metavar="DIR", help="Where this EA's own pair is, or is made; else keys/ in the --state."),
]
TelemetryOption = Annotated[
    int, typer.Option("--telemetry-ms", min=1, max=3_600_000, help="The pace of its periods until the welcome.")
]


def _pressed(press: str) -> str:
    if press not in ("fire", "pass", "none"):
        raise typer.BadParameter(f"{press!r}: must be one of fire, pass, none")
    return press


PressOption = Annotated[
    str, typer.Option(help="What the trader presses on each signal: fire, pass or none.", callback=_pressed)
]
MisbehaveOption = Annotated[
    str, typer.Option(metavar="FAULTS", help='Seeded faults, as "lose=0.05,double=0.1,latency_ms=50".')
]


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
    server_key: ServerKeyOption = "",
    keys: KeysOption = None,
    telemetry_ms: TelemetryOption = 5_000,
    speed: SpeedOption = 1.0,
    seconds: SecondsOption = None,
    press: PressOption = "none",
    misbehave: MisbehaveOption = "",
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
            press=press,  # type: ignore[arg-type] # the option's own check; Typer knows no Literal
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
