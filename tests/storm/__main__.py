"""`python -m tests.storm --seed S --faults N [--users U] [--json]`: exit 0 where nothing was lost or done twice."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tests.storm.broken import VARIANTS
from tests.storm.faults import FAULTS
from tests.storm.run import Outcome, StormOptions
from tests.storm.run import run as run_storm

app = typer.Typer(pretty_exceptions_enable=False)


@app.command()
def main(
    seed: Annotated[int, typer.Option(help="Chooses faults, moments and market.")],
    faults: Annotated[int, typer.Option(min=0, help="How many.")],
    users: Annotated[int, typer.Option(min=1, max=50, help="Paper EAs, each a process of its own.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
    keep: Annotated[Path | None, typer.Option(metavar="DIR", help="Keep journal, ledgers and logs here.")] = None,
    only: Annotated[list[str] | None, typer.Option(metavar="KIND", help="Draw only this kind; repeatable.")] = None,
    broken: Annotated[str | None, typer.Option(metavar="VARIANT", help="A hub that is broken on purpose.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not tell each fault.")] = False,
) -> None:
    """Kill, freeze and confuse a hub and its EAs, then compare the brokers' books with the journal."""
    _known("--only", only or [], FAULTS)
    _known("--broken", [broken] if broken else [], VARIANTS)
    options = StormOptions(
        seed=seed,
        faults=faults,
        users=users,
        keep=keep,
        only=tuple(only or FAULTS),
        hub_module=("tests.storm.broken", broken) if broken else ("bitten",),
    )
    outcome = run_storm(options, (lambda _: None) if quiet else (lambda line: print(line, file=sys.stderr)))
    for finding in outcome.findings:
        print(f"{finding.kind}: {finding.what}", file=sys.stderr)
    if as_json:
        print(msgspec.json.encode(outcome.to_dict()).decode())
    else:
        _show(outcome)
    if outcome.findings:
        more = "".join(f" --only {kind}" for kind in only or ()) + (f" --broken {broken}" if broken else "")
        print(f"again: python -m tests.storm --seed {seed} --faults {faults} --users {users}{more}", file=sys.stderr)
    sys.exit(bool(outcome.findings))


def _known(option: str, names: Sequence[str], known: Iterable[str]) -> None:
    for name in set(names) - set(known):
        raise typer.BadParameter(f"{name!r}: must be one of {', '.join(known)}", param_hint=option)


def _show(outcome: Outcome) -> None:
    for name, value in outcome.to_dict().items():
        shown = ", ".join(f"{kind} {n}" for kind, n in value.items()) if isinstance(value, dict) else value
        print(f"{name:15} {shown}")


app()
