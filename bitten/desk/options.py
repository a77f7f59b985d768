"""What the operator's commands have in common: options, who gives them, and one JSON object as an answer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import attrs
import msgspec
import typer

from bitten import config

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="PATH", help="Else ./config/bitten.toml, else the packaged default."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


MOST_WORDS = 512
"""Letters of a reason that the desk and the wire carry (protocol 1.3)."""


def _short_enough(why: str) -> str:
    if len(why) > MOST_WORDS:
        raise typer.BadParameter(f"{len(why)} letters: at most {MOST_WORDS}")
    return why


WhyOption = Annotated[
    str,
    typer.Option("--why", metavar="TEXT", help="The reason, journaled and shown to traders.", callback=_short_enough),
]


JournalOption = Annotated[
    Path | None, typer.Option("--journal", metavar="FILE", help="Another journal, as a backup or a replay's.")
]
OwnerOption = Annotated[str, typer.Option("--user", metavar="U", help="Whose, where several have it.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it without being asked.")]
WaitOption = Annotated[
    float, typer.Option("--wait", metavar="S", help="Seconds to wait for what came of it; 0: do not.", min=0)
]


def journal_path(config_path: Path | None, journal: Path | None) -> Path:
    """The journal that was named, or that a configuration names. Raises `ConfigError`."""
    return journal if journal is not None else config.load(config.find(config_path)).journal_path


def agreed(question: str, *, yes: bool, as_json: bool) -> None:
    """Ask before what cannot be taken back; a no ends the command with exit code 1. Raises `typer.BadParameter`."""
    if yes:
        return
    if as_json:
        raise typer.BadParameter("with --json nothing is asked: add --yes", param_hint="--json")
    typer.confirm(question, abort=True)


def print_json(value: Mapping[str, object] | attrs.AttrsInstance) -> None:
    """One JSON object on one line of standard output, its keys in the order in which they are declared."""
    table = value if isinstance(value, Mapping) else attrs.asdict(value)
    typer.echo(msgspec.json.encode(table).decode())
