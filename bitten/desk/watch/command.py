"""The command `bitten watch`."""

import sys

import typer

from bitten.desk.client import ask, hub_of
from bitten.desk.options import ConfigOption
from bitten.errors import BittenError

app = typer.Typer(rich_markup_mode=None)


@app.command()
def watch(config_path: ConfigOption = None) -> None:
    """Watch the hub live: stages, sessions, signals, fires, locks and denials, the log; halt, close and fire from it.

    It waits for a hub that is not there yet, and follows its restarts. For a program to read, ask `bitten status`.
    """
    if not sys.stdout.isatty():
        raise BittenError("watch needs a terminal: `bitten status` tells the same once, with --json to a program")
    hub = hub_of(config_path)
    # Loaded here: it takes as long as all other commands together.
    from bitten.desk.watch.app import Watch
    from bitten.desk.watch.looking import look_at

    Watch(look_at(hub), lambda request: ask(hub, request)).run()
