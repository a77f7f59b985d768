"""`bitten init`: a first configuration, asked for in a short dialogue or told by options."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import attrs
import tomlkit
import typer
from rich.prompt import Prompt

from bitten import config
from bitten.desk.options import JsonOption, print_json
from bitten.errors import BittenError, ConfigError
from bitten.journal import Durability
from bitten.rules.risk import TIERS, Mode
from bitten.sections import Security
from bitten.user_files import UserFiles, replace

app = typer.Typer(rich_markup_mode=None)

_Chosen = TypeVar("_Chosen", bound=StrEnum)
EVERY_ADDRESS = "0.0.0.0"
LOOPBACK = "127.0.0.1"


@attrs.frozen(kw_only=True)
class Answers:
    """What a person decides at the beginning; everything else has a default that can be changed later."""

    symbols: tuple[str, ...]
    security: Security
    host: str
    durability: Durability
    state: Path | None
    """Folder of journal, desk socket and keys; None: the user's state directory."""
    users: tuple[str, ...]
    tier: str
    mode: Mode


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where bitten.toml and users.d go.")] = Path("config"),
    symbols: Annotated[str, typer.Option(metavar="A,B", help="What is traded, as the hub calls it.")] = "",
    security: Annotated[Security | None, typer.Option(help="plain: this machine alone; curve: EAs with keys.")] = None,
    host: Annotated[str, typer.Option(metavar="H", help="Address to bind; under curve every one by default.")] = "",
    durability: Annotated[Durability | None, typer.Option(help="What a decided fire survives.")] = None,
    state: Annotated[Path | None, typer.Option(metavar="DIR", help="Of journal, desk and keys.")] = None,
    user: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A first user; repeatable.")] = None,
    tier: Annotated[str, typer.Option(metavar="T", help="Whose limits hold for them.")] = "NIBBLER",
    mode: Annotated[Mode, typer.Option(help="Who decides that a signal is fired.")] = Mode.MANUAL,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: what is not given has its default.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a first configuration, with a comment on every key, and say what comes next.

    On a terminal it asks for what no option tells. A file that is there is never written over.
    """
    path = folder / "bitten.toml"
    if path.exists():
        raise BittenError(f"{path} is there already: change it, and ask `bitten check`; or name another folder")
    if tier not in TIERS:
        raise typer.BadParameter(f"{tier!r}: must be one of {', '.join(TIERS)}", param_hint="--tier")
    asking = sys.stdin.isatty() and not yes and not as_json
    chosen = security or _ask(
        "Who connects: plain (this machine alone) or curve (EAs with keys)", Security.PLAIN, asking
    )
    answers = Answers(
        symbols=_names(symbols or _ask_text("Symbols, with commas", "EURUSD,GBPUSD", asking)),
        security=chosen,
        host=host or (EVERY_ADDRESS if chosen is Security.CURVE else LOOPBACK),
        durability=durability
        or _ask("A fire survives the end of the process, or the loss of power", Durability.PROCESS, asking),
        state=state,
        users=tuple(user) if user else _users(chosen, asking),
        tier=tier,
        mode=mode,
    )
    written = write(answers, path)
    following = next_commands(answers, path)
    if as_json:
        print_json({"written": [str(each) for each in written], "next": following})
        return
    for each in written:
        typer.echo(f"written: {each}")
    typer.echo("next:")
    for line in following:
        typer.echo(f"  {line}")


def write(answers: Answers, path: Path) -> list[Path]:
    """The files, each whole; what a hub would not take is not left behind. Raises `ConfigError`."""
    files = UserFiles(path)
    # Under CURVE a user without a key could not connect: `enroll` adds each with the key.
    guarded = answers.security is Security.CURVE
    own = {} if guarded else {files.path_of(name): name for name in answers.users}
    taken = [str(each) for each in own if each.exists()]
    if taken:
        raise ConfigError([f"{each} is there already" for each in taken])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError([f"{path.parent}: cannot be made: {error.strerror}; name another folder"]) from None
    table = {"tier": answers.tier, "mode": answers.mode.value}
    try:
        replace(path, _text(answers), 0o644)
        for name in own.values():
            files.add(name, table)
        config.load(path)
    except BittenError:
        for each in (path, *own):
            each.unlink(missing_ok=True)
        raise
    return [path, *own]


def next_commands(answers: Answers, path: Path) -> list[str]:
    """What a person types next."""
    option = "" if path == Path("config/bitten.toml") else f" --config {path}"
    if answers.security is Security.CURVE:
        names = answers.users or ("USER",)
        invite = [f"bitten enroll {name}{option} --host ADDRESS --out {name}" for name in names]
        return [*invite, f"bitten run{option}"]
    (first, *_) = answers.users or ("USER",)
    return [f"bitten run{option}", f"bitten paper --user {first} --press fire --speed 60", f"bitten status{option}"]


def _text(answers: Answers) -> str:
    """The shipped file with the answers in it: its comments stay."""
    document = tomlkit.parse(config.packaged().read_text(encoding="utf-8"))
    document["sockets"]["host"] = answers.host
    document["security"]["mode"] = answers.security.value
    document["journal"]["durability"] = answers.durability.value
    document["market"]["symbols"] = list(answers.symbols)
    if answers.state is not None:
        state = answers.state.absolute()
        document["journal"]["path"] = str(state / "journal.sqlite")
        document["desk"]["path"] = str(state / "desk" / "desk.sock")
        document["security"]["keys"] = str(state / "keys")
    del document["users"]
    return tomlkit.dumps(document)


def _users(security: Security, asking: bool) -> tuple[str, ...]:
    default = "paper" if security is Security.PLAIN else ""
    return _names(_ask_text("First users, with commas", default, asking and security is Security.PLAIN))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for each in text.split(",") if (name := each.strip()))


def _ask(question: str, default: _Chosen, asking: bool) -> _Chosen:
    if not asking:
        return default
    kind = type(default)
    return kind(Prompt.ask(question, default=default.value, choices=[each.value for each in kind]))


def _ask_text(question: str, default: str, asking: bool) -> str:
    return Prompt.ask(question, default=default) if asking else default
