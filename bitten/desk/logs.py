"""`bitten logs`: the hub's log, for people or as JSON lines, and what comes next."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bitten import config
from bitten.desk.client import ask, hub_of
from bitten.desk.log_follower import Follower, Tell, say
from bitten.desk.log_lines import Line, Wanted, joined, newest, newest_first
from bitten.desk.options import ConfigOption, print_json
from bitten.errors import ConfigError, HubNotRunning, HubTimeout
from bitten.log import LEVELS, file_of
from bitten.wire.lately import LogAnswer, LogRequest

app = typer.Typer(rich_markup_mode=None)

LOOK_S = 0.25
"""Between two looks for new lines."""
_COLOURS = {"WARNING": "yellow", "ERROR": "bold red", "CRITICAL": "bold red", "DEBUG": "dim", "TRACE": "dim"}


def _known(level: str) -> str:
    if level.upper() not in LEVELS:
        raise typer.BadParameter(f"{level!r}: must be one of {', '.join(LEVELS)}")
    return level.upper()


@app.command()
def logs(
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes, until Ctrl-C.")] = False,
    user: Annotated[str, typer.Option("--user", metavar="U", help="Only lines that name this user.")] = "",
    lines: Annotated[int, typer.Option("--lines", metavar="N", help="The newest so many.", min=0)] = 50,
    level: Annotated[str, typer.Option("--level", metavar="L", help="The least severe.", callback=_known)] = "TRACE",
    config_path: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")] = False,
) -> None:
    """Show the newest lines of the hub's log: what the hub remembers, and before it what its file keeps.

    With -f it goes on across rotations and restarts of the hub, and says on standard error when no hub is there. Exit
    code 3: there is neither a hub nor a file.
    """
    tell, wanted = partial(_told, hub_of(config_path)), Wanted(user, level)
    show = _print_json if as_json else _print
    told, missing = _first(tell)
    remembered = [] if told is None else list(wanted.among(map(Line.of, told.lines)))
    kept, file = list[Line](), _file(config_path)
    if file is not None and len(remembered) < lines and file.exists():
        kept = newest(wanted.among(newest_first(file)), lines)
    elif missing is not None and not follow and (file is None or not file.exists()):
        raise missing
    if missing is not None:
        say(f"{missing}; these lines are its file's" if kept else str(missing))
    show(joined(kept, remembered)[-lines:] if lines else [])
    if follow:
        follower = Follower.after(told, tell, file)
        try:
            while True:
                time.sleep(LOOK_S)
                show(list(wanted.among(follower.look())))
        except KeyboardInterrupt:
            return


def _told(hub: Path, request: LogRequest) -> LogAnswer:
    answer = ask(hub, request)
    assert isinstance(answer, LogAnswer)
    return answer


def _first(tell: Tell) -> tuple[LogAnswer | None, HubNotRunning | HubTimeout | None]:
    """What the hub remembers, or why none tells."""
    try:
        return tell(LogRequest()), None
    except (HubNotRunning, HubTimeout) as error:
        return None, error


def _file(config_path: Path | None) -> Path | None:
    """The log's file; None: there is none, or a configuration that is broken by now does not tell."""
    try:
        found = config.load(config.find(config_path))
    except ConfigError:
        return None
    return file_of(found.log, found.journal_path)


def _print(lines: Sequence[Line]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        local = datetime.fromtimestamp(line.time / 1_000, UTC).astimezone().replace(tzinfo=None)
        when = local.isoformat(sep=" ", timespec="milliseconds")
        level = (f"{line.level:<7}", _COLOURS.get(line.level, ""))
        console.print(Text.assemble((when, "dim"), " ", level, " ", line.message))


def _print_json(lines: Sequence[Line]) -> None:
    for line in lines:
        print_json(line)
