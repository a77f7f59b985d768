"""`bitten ping`: a round trip from the hub to an EA and back, over the sockets that fires take."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bitten.desk.client import ask, hub_of
from bitten.desk.options import ConfigOption, JsonOption, print_json
from bitten.errors import HubTimeout
from bitten.wire.ping import PingAnswer, PingRequest, PongAnswer, PongRequest

app = typer.Typer(rich_markup_mode=None)

LOOK_S = 0.02
"""Between two looks; what is measured the hub measures."""
PAUSE_S = 0.2
"""Between two pings, so that they do not measure each other."""


@app.command()
def ping(
    user: Annotated[str, typer.Argument(metavar="USER")],
    count: Annotated[int, typer.Option("--count", metavar="N", help="How often.", min=1, max=1_000)] = 3,
    wait: Annotated[float, typer.Option("--wait", metavar="S", help="Seconds for each answer.", min=0.1)] = 5.0,
    config_path: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ping a user's EA from the hub: round trip, the EA's clock, and its terminal's own ping to the broker.

    Exit code 1: the user is not live; 3: no hub is running; 5: the EA did not answer in time.
    """
    hub, found = hub_of(config_path), list[PongAnswer]()
    for n in range(count):
        time.sleep(PAUSE_S if n else 0)
        found.append(once(hub, user, wait))
        if not as_json:
            typer.echo(line(found[-1], wait))
    silent = sum(not each.answered for each in found)
    if as_json:
        print_json(summary(user, found))
    if silent:
        raise HubTimeout(f"{user}: {silent} of {count} pings not answered within {wait:g} s: {blame(found[-1])}")
    if not as_json:
        typer.echo(last_word(found))


def once(hub: Path, user: str, wait_s: float) -> PongAnswer:
    """One ping, and what came of it in time."""
    sent = ask(hub, PingRequest(user=user))
    assert isinstance(sent, PingAnswer)
    deadline = time.monotonic() + wait_s
    while True:
        found = ask(hub, PongRequest(user=user, session=sent.session, nonce=sent.nonce))
        assert isinstance(found, PongAnswer)
        if found.answered or time.monotonic() >= deadline:
            return found
        time.sleep(LOOK_S)


def line(found: PongAnswer, wait_s: float) -> str:
    """One ping for people."""
    if found.round_trip_ms is None:
        return f"{found.user}: no answer within {wait_s:g} s"
    return f"{found.user}: round trip {_ms(found.round_trip_ms)}, clock {found.offset_ms:+} ms from the hub's"


def last_word(found: Sequence[PongAnswer]) -> str:
    """All of them together; of the clock the estimate that the hub goes by."""
    trips = [each.round_trip_ms for each in found if each.round_trip_ms is not None]
    last = found[-1]
    broker = "not told" if last.broker_ping_ms is None else f"{last.broker_ping_ms:g} ms"
    least, most = min(trips), max(trips)
    span = _ms(least) if least == most else f"{_ms(least)} to {_ms(most)}"
    return f"{last.user}: round trip {span}, clock {last.clock_offset_ms:+} ms, terminal to broker {broker}"


def blame(last: PongAnswer) -> str:
    """Where to look when no answer came."""
    if last.heard_ms_ago < 1_000:
        return f"it was heard {last.heard_ms_ago} ms ago, so it is there: the link for commands may be dead"
    return f"the session is {last.session_state}, last heard {last.heard_ms_ago / 1000:.1f} s ago: see its terminal"


def summary(user: str, found: Sequence[PongAnswer]) -> dict[str, object]:
    """For scripts."""
    last = found[-1]
    return {
        "user": user,
        "sent": len(found),
        "answered": sum(each.answered for each in found),
        "round_trips_ms": [each.round_trip_ms for each in found],
        "offsets_ms": [each.offset_ms for each in found],
        "clock_offset_ms": last.clock_offset_ms,
        "broker_ping_ms": last.broker_ping_ms,
        "session": last.session_state,
    }


def _ms(value: int) -> str:
    return f"{value} ms" if value else "under 1 ms"
