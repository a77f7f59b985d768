"""The configuration as it is now: one cell that all actors read, whose content is swapped whole."""

import attrs

from bitten.errors import ExitCode
from bitten.sections import Config
from bitten.wire.desk import Refusal


@attrs.define(eq=False)
class Current:
    """What holds now. Who keeps a part of it for later keeps what held once: read it where it is used."""

    config: Config

    def refusal_of(self, user: str) -> Refusal | None:
        """Why nothing is done for a user: nobody of that name is configured. "" is everybody, or whoever is meant."""
        users = self.config.users
        if not user or user in users:
            return None
        known = ", ".join(users) or "none"
        return Refusal(message=f"user {user!r} is not configured; known are {known}", exit_code=int(ExitCode.USAGE))
