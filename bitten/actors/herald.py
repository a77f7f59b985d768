"""The herald: tells the service manager that the hub is ready, that it is alive, and how it does.

Receives: nothing.
Sends: READY once all that comes before it has started, then WATCHDOG and a status line, as sd_notify(3) has them.
Fails as: itself; a service manager that cannot be told is logged once, and ends the process by its own limit.
"""

from collections.abc import Callable

import attrs
import trio
from loguru import logger

from bitten.sd_notify import ServiceManager
from bitten.wire.desk import HubStatus

EVERY_S = 5.0
"""How often the status line is renewed; a service manager that wants to hear more often is told more often."""


@attrs.define(eq=False)
class Herald:
    """The actor."""

    manager: ServiceManager
    status: Callable[[], HubStatus]
    _silenced: bool = False

    async def run(self) -> None:
        """Tell, for ever. A feed that died is told in the status line and is no reason to end the process."""
        limit = self.manager.watchdog_s
        every = EVERY_S if limit is None else min(EVERY_S, limit / 2)
        while True:
            self._tell()
            await trio.sleep(every)

    def _tell(self) -> None:
        try:
            self.manager.tell(status_line(self.status()), READY=1, WATCHDOG=1)
        except OSError as error:
            if not self._silenced:
                logger.warning("the service manager at {} cannot be told: {}", self.manager.address, error)
            self._silenced = True
        else:
            self._silenced = False


def status_line(status: HubStatus) -> str:
    """How the hub does, in one line."""
    users = f"{status.active_users} of {len(status.sessions)} sessions live"
    return "; ".join((f"health {status.health}", f"trading {status.trading}", users, *status.complaints))
