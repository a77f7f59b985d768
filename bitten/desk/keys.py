"""Which key an operator means: one that is given, or one that knocked lately and is named by its fingerprint."""

from pathlib import Path
from typing import Annotated

import typer

from bitten.desk.client import ask, hub_of
from bitten.errors import BittenError
from bitten.keys import KeyPair
from bitten.rules.access import fingerprint, problem_with
from bitten.sections import Config, Security
from bitten.wire.users import PendingAnswer, PendingKey, PendingRequest

KeyOption = Annotated[
    str, typer.Option("--key", metavar="KEY", help="The EA's public key (40 letters), as it shows it.")
]
FingerprintOption = Annotated[
    str, typer.Option("--fingerprint", metavar="F", help="Of a key that knocked lately, in place of --key.")
]


def chosen_key(key: str, print_: str, config_path: Path | None) -> str:
    """The public key, Z85; "" where neither is given. Raises `BittenError` where no such key knocked lately."""
    if key and print_:
        raise typer.BadParameter("the key or its fingerprint, not both", param_hint="--key")
    if problem := problem_with(key) if key else "":
        raise typer.BadParameter(problem, param_hint="--key")
    if not print_:
        return key
    for each in pending_keys(config_path):
        if _bare(each.fingerprint) == _bare(print_):
            return each.public_key
    raise BittenError(f"no key with fingerprint {print_!r} knocked lately: see `bitten enroll --pending`")


def pending_keys(config_path: Path | None) -> tuple[PendingKey, ...]:
    """The keys that the running hub refused lately, the newest first."""
    answer = ask(hub_of(config_path), PendingRequest())
    assert isinstance(answer, PendingAnswer)
    return answer.keys


def refuse_a_taken_key(config: Config, public_key: str) -> None:
    """Raises `BittenError` for a key that somebody has already: a user, or the hub itself."""
    for name, user in config.users.items():
        if user.public_key == public_key:
            raise BittenError(f"key {fingerprint(public_key)} is that of user {name!r}: each installation has its own")
    guarded = config.security.mode is Security.CURVE and config.key_path.exists()
    if guarded and KeyPair.load(config.key_path).public == public_key:
        raise BittenError("that is the hub's own public key; the EA shows its own on the chart")


def _bare(print_: str) -> str:
    return print_.replace("-", "").lower()
