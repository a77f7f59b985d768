"""The door: `bitten` and `python -m bitten`. Each command is a thin line to the module that does it."""

import sys
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from bitten import __version__, config, ea_export
from bitten.calibration import read_calibration
from bitten.demo import commands
from bitten.desk import (
    acts,
    alerts,
    calibrate,
    doctor,
    enrol,
    fire,
    journal,
    lifting,
    logs,
    metrics,
    orders,
    ping,
    positions,
    reload,
    replay,
    report,
    setup,
    shield,
    trading,
    users,
    verdict,
    xp,
)
from bitten.desk.client import ask, hub_of
from bitten.desk.options import ConfigOption, JsonOption, print_json
from bitten.desk.watch import command as watching
from bitten.destinations import refuse_unknown
from bitten.errors import BittenError, ConfigError, ExitCode
from bitten.news import read_news
from bitten.rules.health import Health
from bitten.wire.desk import StatusAnswer, StatusRequest

app = typer.Typer(
    name="bitten",
    help="Live execution for MetaTrader 5 over ZMQ. Without a command: run the hub.",
    epilog="Exit codes: 0 ok, 1 error, 2 usage, 3 hub not running, 4 configuration, 5 timeout.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for part in (
    *(setup, trading, lifting, orders, positions, fire, acts, enrol, users),
    *(reload, metrics, doctor, ping, logs, replay, report, calibrate, verdict, shield, xp, watching, commands),
):
    app.add_typer(part.app)
app.add_typer(journal.app, name="journal")
app.add_typer(alerts.app, name="alerts")
app.add_typer(ea_export.app, name="ea")


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
        events = len(read_news(loaded.citadel))
        read_calibration(loaded.venom)
        refuse_unknown(loaded.alerts)
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
            if loaded.citadel.news_file:
                typer.echo(f"{loaded.citadel.news_file}: good: {events} {'event' if events == 1 else 'events'}")
    raise typer.Exit(ExitCode.CONFIGURATION if problems else ExitCode.OK)


@app.command()
def status(config_path: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Ask the running hub for its sessions, actors, stages, sockets, journal and trading state.

    Each stage is judged by how often it should speak in the hours of its market. Exit code 1: something is stale.
    """
    answer = ask(hub_of(config_path), StatusRequest())
    assert isinstance(answer, StatusAnswer)
    if as_json:
        print_json(answer.status)
    else:
        from bitten.desk.show import show_status

        show_status(answer.status)
    raise typer.Exit(ExitCode.ERROR if answer.status.health == Health.STALE else ExitCode.OK)


def main() -> NoReturn:
    """Run a command; what is wrong is one line on standard error, and an exit code."""
    try:
        code = app(prog_name="bitten", standalone_mode=False)
    except ConfigError as error:
        for problem in error.problems:
            print(f"bitten: {problem}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BittenError as error:
        print(f"bitten: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except TyperException as error:
        command = context.command_path if (context := getattr(error, "ctx", None)) else "bitten"
        said = " ".join(error.format_message().split()).rstrip(".")
        print(f"{command}: {said}; see `{command} --help`", file=sys.stderr)
        sys.exit(ExitCode.USAGE)
    except typer.Abort:
        print("bitten: given up, nothing was done", file=sys.stderr)
        sys.exit(ExitCode.ERROR)
    sys.exit(code or ExitCode.OK)
