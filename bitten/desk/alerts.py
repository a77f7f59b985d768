"""`bitten alerts`: what waits on each route, and `bitten alerts test`: whether a message arrives."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from bitten.desk.client import TIMEOUT_MS, ask, hub_of
from bitten.desk.options import ConfigOption, JsonOption, print_json
from bitten.errors import ExitCode
from bitten.wire.alerts import AlertsAnswer, AlertsRequest, AlertsTest, AlertsTestAnswer

app = typer.Typer(help="What is told to you, and whether it arrives.", rich_markup_mode=None)
LONGEST_SEND_MS = 60_000
"""What `[alerts] timeout_s` may be at most."""


@app.callback(invoke_without_command=True)
def alerts(context: typer.Context, config_path: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show each route of the running hub: what waits, what was sent, and how the last send went.

    Exit code 1: the last send of a route failed, or the journal cannot be read for them.
    """
    if context.invoked_subcommand is None:
        _show(config_path, as_json=as_json)


@app.command("test")
def try_out(
    route: Annotated[str, typer.Option("--route", metavar="R", help="Only this one; else all.")] = "",
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have the running hub send a message on each route, now; exit code 1: one did not take it."""
    request = AlertsTest(route=route, who=getpass.getuser())
    answer = ask(hub_of(config_path), request, TIMEOUT_MS + LONGEST_SEND_MS)
    assert isinstance(answer, AlertsTestAnswer)
    if as_json:
        print_json(answer)
    else:
        for each in answer.routes:
            typer.echo(f"{each.name}: {f'FAILED: {each.error}' if each.error else f'sent in {each.ms} ms'}")
    raise typer.Exit(ExitCode.ERROR if any(each.error for each in answer.routes) else ExitCode.OK)


def _show(config_path: Path | None, *, as_json: bool) -> None:
    answer = ask(hub_of(config_path), AlertsRequest())
    assert isinstance(answer, AlertsAnswer)
    if as_json:
        print_json(answer)
    else:
        from bitten.desk.alert_table import show_alerts

        show_alerts(answer)
    failed = answer.failure or any(each.last_error for each in answer.routes)
    raise typer.Exit(ExitCode.ERROR if failed else ExitCode.OK)
