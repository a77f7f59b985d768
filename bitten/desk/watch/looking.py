"""One look at a hub: everything that the screen shows, as the hub answered it."""

from collections.abc import Callable
from pathlib import Path

import attrs

from bitten.desk.client import ask
from bitten.wire.book import PositionsAnswer, PositionsRequest, SignalsAnswer, SignalsRequest
from bitten.wire.desk import HubStatus, StatusAnswer, StatusRequest
from bitten.wire.lately import LogAnswer, LogRequest, RestraintsAnswer, RestraintsRequest

PATIENCE_MS = 2_000
"""For each answer: a hub that takes longer is shown as one that does not answer."""


@attrs.frozen(kw_only=True)
class Look:
    """What the hub answered."""

    status: HubStatus
    positions: PositionsAnswer
    signals: SignalsAnswer
    restraints: RestraintsAnswer
    log: LogAnswer


Looking = Callable[[LogRequest], Look]
"""Looks once; given the newest log line that was seen."""


def look_at(hub: Path) -> Looking:
    """Looks over that desk. Each look raises `HubNotRunning`, `HubTimeout` and `Refused`."""

    def look(seen: LogRequest) -> Look:
        status = ask(hub, StatusRequest(), PATIENCE_MS)
        positions = ask(hub, PositionsRequest(user=""), PATIENCE_MS)
        signals = ask(hub, SignalsRequest(), PATIENCE_MS)
        restraints = ask(hub, RestraintsRequest(), PATIENCE_MS)
        log = ask(hub, seen, PATIENCE_MS)
        assert isinstance(status, StatusAnswer)
        assert isinstance(positions, PositionsAnswer)
        assert isinstance(signals, SignalsAnswer)
        assert isinstance(restraints, RestraintsAnswer)
        assert isinstance(log, LogAnswer)
        return Look(status=status.status, positions=positions, signals=signals, restraints=restraints, log=log)

    return look
