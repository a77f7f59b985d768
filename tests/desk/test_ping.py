"""`bitten ping` at the door, and how what came of pings is told."""

import attrs
import pytest

from bitten.desk.ping import blame, last_word, line, summary
from bitten.errors import ExitCode
from bitten.wire.ping import PongAnswer
from tests.test_cli import Bitten
from tests.test_cli import nobody as nobody

PONG = PongAnswer(
    user="amy",
    nonce=7,
    answered=True,
    round_trip_ms=41,
    offset_ms=-3,
    clock_offset_ms=-2,
    broker_ping_ms=38.5,
    session_state="live",
    heard_ms_ago=12,
)
NONE = attrs.evolve(PONG, answered=False, round_trip_ms=None, offset_ms=None)


def test_a_pong_for_people() -> None:
    assert line(PONG, 5) == "amy: round trip 41 ms, clock -3 ms from the hub's"
    assert line(attrs.evolve(PONG, round_trip_ms=0), 5) == "amy: round trip under 1 ms, clock -3 ms from the hub's"
    assert line(NONE, 5) == "amy: no answer within 5 s"
    assert last_word([PONG, attrs.evolve(PONG, round_trip_ms=50)]) == (
        "amy: round trip 41 ms to 50 ms, clock -2 ms, terminal to broker 38.5 ms"
    )
    assert last_word([attrs.evolve(PONG, broker_ping_ms=None)]) == (
        "amy: round trip 41 ms, clock -2 ms, terminal to broker not told"
    )


def test_where_to_look_when_no_pong_came() -> None:
    assert "heard 12 ms ago" in blame(NONE)
    assert blame(attrs.evolve(NONE, heard_ms_ago=7_500, session_state="stale")) == (
        "the session is stale, last heard 7.5 s ago: see its terminal"
    )


def test_for_scripts() -> None:
    assert summary("amy", [PONG, NONE]) == {
        "user": "amy",
        "sent": 2,
        "answered": 1,
        "round_trips_ms": [41, None],
        "offsets_ms": [-3, None],
        "clock_offset_ms": -2,
        "broker_ping_ms": 38.5,
        "session": "live",
    }


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("amy",), ExitCode.NOT_RUNNING, "no hub at"),
        (("amy", "--json"), ExitCode.NOT_RUNNING, "no hub at"),
        ((), ExitCode.USAGE, "USER"),
        (("amy", "--count", "0"), ExitCode.USAGE, "--count"),
    ],
)
def test_what_needs_no_hub(arguments: tuple[str, ...], code: ExitCode, says: str, bitten: Bitten, nobody: str) -> None:
    shown = bitten("ping", *arguments, "--config", nobody)
    assert (shown.code, shown.out, says in shown.err) == (code, "", True), shown
