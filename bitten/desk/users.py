"""`bitten users`, `disable`, `enable`, `revoke`, `rotate`, `mode`: who may trade here, and who decides.

Each change is written into the configuration first and then told to a running hub, where it holds at once. What makes
a user's rights less is told to the hub even where it cannot be written.
"""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from bitten import config
from bitten.desk.change import Change
from bitten.desk.client import ask, hub_of
from bitten.desk.keys import FingerprintOption, KeyOption, chosen_key, refuse_a_taken_key
from bitten.desk.options import ConfigOption, JsonOption, WhyOption, print_json
from bitten.errors import BittenError, ConfigError
from bitten.rules.access import Access
from bitten.rules.risk import Mode
from bitten.user_files import UserFiles
from bitten.wire.users import SetAccess, SetKey, SetMode, UsersAnswer, UsersRequest

app = typer.Typer(rich_markup_mode=None)

UserArgument = Annotated[str, typer.Argument(metavar="USER", help="The user's name.")]


@app.command("users")
def users_command(config_path: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the users: tier, access, account, session, trading, open positions and the fingerprint of the key."""
    answer = ask(hub_of(config_path), UsersRequest())
    assert isinstance(answer, UsersAnswer)
    if as_json:
        print_json(answer)
        return
    from bitten.desk.show import show_users

    show_users(answer.users)


@app.command()
def disable(
    user: UserArgument, why: WhyOption = "", config_path: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Let a user only lower exposure, until `enable`: no fires, queued ones are void, closes pass."""
    set_access(user, Access.DISABLED, why, config_path, as_json)


@app.command()
def enable(
    user: UserArgument, why: WhyOption = "", config_path: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Take back a `disable` or a `revoke`."""
    set_access(user, Access.ENABLED, why, config_path, as_json)


@app.command()
def revoke(
    user: UserArgument, why: WhyOption = "", config_path: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Send a user away: the session ends, the key is refused. What is open is still tracked and shown."""
    set_access(user, Access.REVOKED, why, config_path, as_json)


@app.command()
def rotate(
    user: UserArgument,
    key: KeyOption = "",
    print_: FingerprintOption = "",
    why: WhyOption = "",
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a user's EA another key: the old one is refused at once, and its session ended."""
    path = config.find(config_path)
    loaded, files = config.load(path), UserFiles(path)
    public_key = chosen_key(key, print_, config_path)
    if not public_key:
        raise typer.BadParameter("the new key is needed", param_hint="--key or --fingerprint")
    if user in loaded.users and loaded.users[user].public_key == public_key:
        raise BittenError(f"user {user!r} has that key already")
    refuse_a_taken_key(loaded, public_key)
    file = files.change(user, {"public_key": public_key})
    request = SetKey(user=user, public_key=public_key, why=why, who=getpass.getuser())
    Change(request, str(file)).tell(config_path, as_json)


@app.command("mode")
def mode_command(
    user: UserArgument,
    mode: Annotated[Mode, typer.Argument(metavar="MODE", help="manual, semi or auto.")],
    why: WhyOption = "",
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Choose who decides that a signal is fired: the trader by FIRE, the hub unless the trader says PASS, or the hub.

    What is counted down in mode semi is judged by the mode that holds when the countdown ends.
    """
    path = config.find(config_path)
    loaded = config.load(path)
    if user in loaded.users and mode not in (modes := loaded.tiers[loaded.users[user].tier].modes):
        raise typer.BadParameter(
            f"{mode}: tier {loaded.users[user].tier} allows {', '.join(modes) or 'none'}", param_hint="MODE"
        )
    file = UserFiles(path).change(user, {"mode": mode.value})
    Change(SetMode(user=user, mode=mode, why=why, who=getpass.getuser()), str(file)).tell(config_path, as_json)


def set_access(user: str, access: Access, why: str, config_path: Path | None, as_json: bool) -> None:
    """Write and tell another access; what makes it less is told even where it cannot be written."""
    unwritten: BittenError | None = None
    try:
        file = str(UserFiles(config.find(config_path)).change(user, {"access": access.value, "access_why": why}))
    except ConfigError as error:
        if access is Access.ENABLED:
            raise
        file, unwritten = "", error
    try:
        request = SetAccess(user=user, access=access, why=why, who=getpass.getuser())
        Change(request, file).tell(config_path, as_json)
    except BittenError as error:
        raise (unwritten or error) from None
    if unwritten is not None:
        raise BittenError(f"{unwritten}: it holds until the hub is started anew; then it is forgotten")
