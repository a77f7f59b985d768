"""`bitten reload`: what differs is shown first, and then holds, whole or not at all."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from bitten.desk.client import ask, hub_of
from bitten.desk.options import ConfigOption, JsonOption, WhyOption, print_json
from bitten.errors import ConfigError, ExitCode
from bitten.wire.reload import Changed, Reload, ReloadAnswer

app = typer.Typer(rich_markup_mode=None)


@app.command()
def reload(
    yes: Annotated[bool, typer.Option("--yes", help="Let it hold without being asked.")] = False,
    why: WhyOption = "",
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have the running hub read its configuration anew: the difference is shown, and a broken one refused whole.

    With --json and without --yes it only shows. Sockets, journal, patterns, shields and log need a restart; the answer
    says so, and lets the rest hold.
    """
    shown = _ask(config_path, why, apply=yes)
    if as_json:
        print_json(shown)
        raise typer.Exit(ExitCode.CONFIGURATION if shown.problems else ExitCode.OK)
    for each in shown.differences:
        typer.echo(_line(each))
    if shown.problems:
        raise ConfigError([*shown.problems, "refused: what held holds on, whole"])
    if not shown.differences:
        typer.echo(f"{shown.file}: nothing differs")
        return
    if not shown.applied:
        typer.confirm("let it hold", abort=True)
        shown = _ask(config_path, why, apply=True, seen=shown.digest)
    ended = f"; sessions ended: {', '.join(shown.ended)}" if shown.ended else ""
    typer.echo(f"{shown.file}: in force{ended}")


def _ask(config_path: Path | None, why: str, *, apply: bool, seen: str = "") -> ReloadAnswer:
    answer = ask(hub_of(config_path), Reload(apply=apply, seen=seen, why=why, who=getpass.getuser()))
    assert isinstance(answer, ReloadAnswer)
    return answer


def _line(each: Changed) -> str:
    holds = "" if each.holds == "now" else f"  ({each.holds})"
    if not each.before or not each.after:
        return f"{each.key}: {'added' if each.after else 'removed'}{holds}"
    return f"{each.key}: {each.before} -> {each.after}{holds}"
