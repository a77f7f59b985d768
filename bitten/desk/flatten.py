"""`bitten halt --flatten`: what is open is shown, closed, and reported until each close is confirmed."""

import getpass
import time
from pathlib import Path

import attrs
import typer

from bitten.desk.client import ask, hub_of
from bitten.desk.options import print_json
from bitten.desk.positions import open_positions
from bitten.errors import HubTimeout
from bitten.units import TradingState
from bitten.wire.book import PositionsAnswer, PositionStatus
from bitten.wire.desk import SetTrading

LOOK_S = 0.2
"""Between two looks at what is still open."""
Key = tuple[str, int]
"""A user and a ticket."""


@attrs.frozen(kw_only=True)
class Manner:
    """How it is done and told."""

    as_json: bool
    yes: bool
    wait_s: float


@attrs.define
class Watch:
    """What was seen open, what is closed of it, and what is left."""

    left: PositionsAnswer
    closed: dict[Key, PositionStatus] = attrs.field(factory=dict)
    _seen: dict[Key, PositionStatus] = attrs.field(factory=dict)

    @property
    def fires(self) -> int:
        """Fires without an outcome: each may still open something."""
        return sum(1 for each in self.left.commands if each.action == "fire")

    @property
    def flat(self) -> bool:
        """Nothing is open, and nothing can come any more."""
        return not self.left.positions and not self.fires

    def look(self, now: PositionsAnswer) -> list[PositionStatus]:
        """Take what is open now; what has been closed since the last look."""
        self._seen |= {(each.user, each.ticket): each for each in self.left.positions}
        self.left = now
        still = {(each.user, each.ticket) for each in now.positions}
        gone = {key: each for key, each in self._seen.items() if key not in still and key not in self.closed}
        self.closed |= gone
        return list(gone.values())

    def __str__(self) -> str:
        fires = f" and {_several(self.fires, 'fire')} without an outcome" if self.fires else ""
        return f"{_several(len(self.left.positions), 'position')}{fires}"


def flatten_all(why: str, user: str, config_path: Path | None, manner: Manner) -> None:
    """Have the hub close what is open, under a halt that holds already. Raises `HubTimeout` where some is left."""
    hub = hub_of(config_path)
    watch = Watch(open_positions(hub, user))
    if not manner.yes:
        for each in watch.left.positions:
            typer.echo(_line(each))
        typer.confirm(f"close {watch}, and what is filled later", abort=True)
    ask(hub, SetTrading(user=user, state=TradingState.HALTED, why=why, who=getpass.getuser(), flatten=True))
    deadline = time.monotonic() + manner.wait_s
    while True:
        for each in watch.look(open_positions(hub, user)):
            if not manner.as_json:
                typer.echo(f"closed: {_line(each)}")
        if watch.flat or time.monotonic() >= deadline:
            break
        time.sleep(LOOK_S)
    _report(watch, manner)


def _report(watch: Watch, manner: Manner) -> None:
    if manner.as_json:
        tickets = [{"user": user, "ticket": ticket} for user, ticket in watch.closed]
        left = watch.left
        print_json({"flat": watch.flat, "closed": tickets, "left": left.positions, "commands": left.commands})
    elif watch.flat:
        typer.echo(f"flat: {len(watch.closed)} closed and confirmed")
    if watch.flat:
        return
    for each in watch.left.positions if not manner.as_json else ():
        typer.echo(f"still open: {_line(each)}; {each.under_way or _session(each)}")
    raise HubTimeout(f"not flat within {manner.wait_s:g} s: {watch} left; the hub goes on: ask `bitten positions`")


def _several(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _session(each: PositionStatus) -> str:
    return f"its session is {each.session}" if each.session else "its EA is not connected"


def _line(each: PositionStatus) -> str:
    return f"{each.user} {each.direction} {each.lot:g} {each.symbol} at {each.price:g}, ticket {each.ticket}"
