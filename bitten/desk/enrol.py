"""`bitten enroll`: a trader is let in, with all that the trader needs for it."""

import getpass
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import attrs
import typer

from bitten import config
from bitten.config import problems_in
from bitten.desk.change import Change
from bitten.desk.client import ask, hub_of
from bitten.desk.keys import FingerprintOption, KeyOption, chosen_key, pending_keys, refuse_a_taken_key
from bitten.desk.options import ConfigOption, JsonOption, WhyOption, print_json
from bitten.desk.show import age
from bitten.desk.trader_kit import TraderKit, reachable
from bitten.errors import BittenError, ConfigError, HubNotRunning
from bitten.keys import KeyPair
from bitten.rules.risk import Mode
from bitten.sections import Config, Security, UserSettings
from bitten.structure import problems_of, structure
from bitten.user_files import UserFiles
from bitten.wire.desk import StatusAnswer, StatusRequest
from bitten.wire.users import Enrol

app = typer.Typer(rich_markup_mode=None)


@app.command()
def enroll(
    user: Annotated[str, typer.Argument(metavar="[USER]", help="The new user's name.")] = "",
    key: KeyOption = "",
    print_: FingerprintOption = "",
    pending: Annotated[bool, typer.Option("--pending", help="List the keys that were refused lately.")] = False,
    tier: Annotated[str, typer.Option(metavar="T", help="Whose limits hold for the user.")] = "NIBBLER",
    mode: Annotated[Mode, typer.Option(help="Who decides that a signal is fired.")] = Mode.MANUAL,
    login: Annotated[int, typer.Option(metavar="N", help="Of the account; else the first that says hello.", min=0)] = 0,
    server: Annotated[str, typer.Option(metavar="S", help="The broker's server of that account.")] = "",
    accept_live: Annotated[bool, typer.Option("--accept-live", help="The account may hold real money.")] = False,
    host: Annotated[str, typer.Option(metavar="H", help="Where traders reach the hub; else the address bound.")] = "",
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the trader's files are written.")] = Path(),
    why: WhyOption = "",
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a trader in: the user with the EA's key into the configuration, and the files that the trader needs.

    Under CURVE and without a key only the trader's files are written, for an EA that has none yet: it makes one when it
    is attached, and shows it.
    """
    if pending:
        show_pending(config_path, as_json)
        return
    if not user:
        raise typer.BadParameter("a name is needed, or --pending", param_hint="USER")
    if bool(login) is not bool(server):
        raise typer.BadParameter("an account is --login and --server together", param_hint="--login")
    path = config.find(config_path)
    loaded, files = config.load(path), UserFiles(path)
    files.path_of(user)
    public_key = chosen_key(key, print_, config_path)
    table: dict[str, object] = {"tier": tier, "mode": mode.value, "accept_live": accept_live}
    if login:
        table["account"] = {"server": server, "login": login}
    if public_key:
        table["public_key"] = public_key
    kit = _kit(loaded, config_path, user, public_key, host)
    if loaded.security.mode is Security.CURVE and not public_key:
        _invite(user, kit.write(out), as_json)
        return
    settings = _settled(loaded, user, table)
    written = tuple(map(str, kit.write(out)))
    file = files.add(user, table)
    Change(_request(user, settings, why), str(file), written).tell(config_path, as_json)


def show_pending(config_path: Path | None, as_json: bool) -> None:
    """The keys that were refused lately."""
    keys = pending_keys(config_path)
    if as_json:
        print_json({"keys": [attrs.asdict(each) for each in keys]})
        return
    for each in keys:
        times = "once" if each.count == 1 else f"{each.count} times, first {age(each.first_ms_ago)} ago"
        typer.echo(f"{each.fingerprint}  from {each.address}, last {age(each.last_ms_ago)} ago, {times}")
        typer.echo(f"    {each.public_key}")
    typer.echo(
        "compare the key with the one on the trader's chart, then: bitten enroll USER --fingerprint F"
        if keys
        else "no key was refused lately"
    )


def _invite(user: str, kit: tuple[Path, Path], as_json: bool) -> None:
    if as_json:
        print_json({"user": user, "change": "invited", "in_force": False, "file": "", "kit": tuple(map(str, kit))})
        return
    typer.echo(f"{user}: not enrolled yet: its EA shows a key when attached; then: bitten enroll {user} --key KEY")
    for each in kit:
        typer.echo(f"written: {each}")


def _settled(loaded: Config, user: str, table: Mapping[str, object]) -> UserSettings:
    """The user as configured. Raises `BittenError` where that cannot be."""
    if user in loaded.users:
        raise BittenError(f"user {user!r} is configured already: `bitten rotate` gives another key, `enable` access")
    if table["tier"] not in loaded.tiers:
        raise typer.BadParameter(f"{table['tier']!r}: must be one of {', '.join(loaded.tiers)}", param_hint="--tier")
    try:
        settings = structure(table, UserSettings)
    except Exception as error:  # noqa: BLE001 - cattrs raises what hooks raise; what is no mistake is raised again
        raise ConfigError(problems_of(error)) from None
    if settings.public_key:
        refuse_a_taken_key(loaded, settings.public_key)
    for name, other in loaded.users.items():
        if settings.account is not None and other.account == settings.account:
            raise BittenError(f"account {settings.account} is that of user {name!r}: one account has one user")
    if problems := problems_in(attrs.evolve(loaded, users={**loaded.users, user: settings})):
        raise ConfigError(problems)
    return settings


def _kit(loaded: Config, config_path: Path | None, user: str, public_key: str, host: str) -> TraderKit:
    """What the trader needs; under CURVE the hub's key pair is made at first need."""
    command, feedback = _ports(loaded, config_path)
    guarded = loaded.security.mode is Security.CURVE
    return TraderKit(
        user=user,
        host=reachable(host, loaded.sockets.host),
        command_port=command,
        feedback_port=feedback,
        server_key=KeyPair.load_or_make(loaded.key_path).public if guarded else "",
        public_key=public_key,
    )


def _ports(loaded: Config, config_path: Path | None) -> tuple[int, int]:
    """As configured, or as the system chose them for the hub that runs."""
    configured = loaded.sockets.command_port, loaded.sockets.feedback_port
    if all(configured):
        return configured
    try:
        answer = ask(hub_of(config_path), StatusRequest())
    except HubNotRunning:
        raise ConfigError(
            ["[sockets]: a port that is 0 is chosen anew at each start: set command_port and feedback_port"]
        ) from None
    assert isinstance(answer, StatusAnswer)
    ports = {each.name: int(each.endpoint.rpartition(":")[2]) for each in answer.status.sockets[:2]}
    return ports["command"], ports["feedback"]


def _request(user: str, settings: UserSettings, why: str) -> Enrol:
    account = settings.account
    return Enrol(
        user=user,
        tier=settings.tier,
        mode=settings.mode,
        public_key=settings.public_key,
        server=account.server if account else "",
        login=account.login if account else 0,
        accept_live=settings.accept_live,
        why=why,
        who=getpass.getuser(),
    )
