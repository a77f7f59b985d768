"""What the operator's commands have in common: options, who gives them, and one JSON object as an answer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import attrs
import msgspec
import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="PATH", help="Else ./config/bitten.toml, else the packaged default."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


def print_json(value: Mapping[str, object] | attrs.AttrsInstance) -> None:
    """One JSON object on one line of standard output, its keys in the order in which they are declared."""
    table = value if isinstance(value, Mapping) else attrs.asdict(value)
    typer.echo(msgspec.json.encode(table).decode())
