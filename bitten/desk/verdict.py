"""`bitten verdict ID`: one verdict in sentences and points, and what became of the signal."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import attrs
import typer

from bitten.desk.options import ConfigOption, JournalOption, JsonOption, journal_path, print_json
from bitten.errors import BittenError
from bitten.journal import JournalReader
from bitten.messages import FollowedTo, Verdict
from bitten.rules.citadel.record import KINDS, Case, Record
from bitten.rules.facts import Followed
from bitten.units import MINUTE_MS, utc

app = typer.Typer(rich_markup_mode=None)
_LISTED = 10


@app.command()
def verdict(
    id_: Annotated[str, typer.Argument(metavar="[ID]", help="A signal's or a fire's; without it the newest.")] = "",
    config_path: ConfigOption = None,
    journal: JournalOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain a verdict: each part with its points, what was vetoed and why, who was denied, and how it ended.

    It is read from the journal, also while the hub writes to it. Without ID the newest verdicts are listed.
    """
    path = journal_path(config_path, journal)
    record = record_in(path)
    if not id_:
        _list(list(record.cases())[-_LISTED:], as_json=as_json)
        return
    case = record.find(id_)
    if case is None:
        raise BittenError(f"{path}: no verdict on signal or fire {id_!r}; `bitten verdict` lists the newest")
    if as_json:
        print_json(case)
        return
    for line in told(case):
        typer.echo(line)


def record_in(path: Path) -> Record:
    """What a journal tells of its signals. Raises `JournalError`."""
    with JournalReader.open(path) as reader:
        return Record.of(reader.read(kinds=KINDS))


def told(case: Case) -> Iterator[str]:
    """A case in lines for a person."""
    yield from _signal(case.verdict)
    yield ""
    yield from _score(case.verdict)
    yield ""
    yield from _outcome(case)


def _signal(verdict: Verdict) -> Iterator[str]:
    signal = verdict.signal
    yield f"verdict on {signal.id}"
    yield (
        f"{signal.direction} {signal.symbol} at {signal.entry:g}, stop {signal.sl:g}, target {signal.tp:g}: "
        f"{signal.pattern} on {signal.timeframe}, {signal.kind}"
    )
    yield f"made at {utc(signal.made_at)} UTC of the ticks of {signal.source}, good until {utc(signal.expires)} UTC"


def _score(verdict: Verdict) -> Iterator[str]:
    """The sum, as it was made."""
    yield f"{verdict.base:>7.2f}  {'base':<12}  where every signal begins"
    for part in verdict.parts:
        points = f"{part.points:+.2f}" if part.points else "-"
        yield f"{points:>7}  {part.name:<12}  {part.sentence}"
    clamped = verdict.base + sum(part.points for part in verdict.parts)
    kept = "" if round(clamped, 2) == verdict.score else f", {clamped:g} kept within 0 and 10"
    yield f"{verdict.score:>7.2f}  {verdict.shield}{kept}"
    for veto in verdict.vetoes:
        yield f"{'veto':>7}  {veto.name:<12}  {veto.sentence}"
    for conflict in verdict.conflicts:
        yield f"{'beside':>7}  {'not with':<12}  {conflict.sentence}"


def _outcome(case: Case) -> Iterator[str]:
    if case.verdict.vetoed:
        yield "vetoed: nobody was fired at"
    else:
        yield f"passed: {case.verdict.size:g} of the tier's risk"
    for denial in case.denials:
        yield f"{denial.user} denied {denial.code}: {denial.message}"
    for fire in case.fires:
        yield f"{fire.user} fired {fire.lot:g} lots at {fire.entry:g} ({fire.id})"
    yield _end(case.followed, case.verdict)


def _end(followed: Followed | None, verdict: Verdict) -> str:
    if followed is None:
        return "followed: not at its end"
    minutes = (followed.at - verdict.signal.made_at) // MINUTE_MS
    if followed.end is FollowedTo.UNKNOWN or followed.r is None:
        return f"followed: how it ended is unknown: {followed.why}"
    was = "ended" if not verdict.vetoed else "would have ended"
    return f"followed: {was} at {followed.end} ({followed.price:g}) after {minutes} min, {followed.r:+.2f} R"


def _list(cases: list[Case], *, as_json: bool) -> None:
    if as_json:
        print_json({"verdicts": [attrs.asdict(case) for case in cases]})
        return
    for case in cases:
        given, size = case.verdict, f"size {case.verdict.size:g}"
        what = f"vetoed by {', '.join(veto.name for veto in given.vetoes)}" if given.vetoed else size
        typer.echo(f"{utc(given.signal.made_at)} UTC  {given.score:>5.2f} {given.shield:<15} {what}  {given.signal.id}")
    if not cases:
        typer.echo("no verdicts yet")
