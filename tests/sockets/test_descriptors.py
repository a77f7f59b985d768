"""Connections that the process may have, and those that are nobody's any more."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitten.sockets.channel import PullChannel, RouterChannel
from bitten.sockets.descriptors import OWN, make_room
from tests.sockets.peers import Peers, eventually

ESTABLISHED = "01"
KEEPALIVE = "02"


@pytest.fixture
def hard() -> Iterator[int]:
    """The most that the system allows; afterwards all is as before."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("connections", [64, 1_000])
def test_there_is_room_for_as_many_as_asked(hard: int, connections: int) -> None:
    assert make_room(connections) == connections
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (connections + OWN, hard)


def test_no_more_than_the_system_allows(hard: int) -> None:
    allowed = hard if hard != resource.RLIM_INFINITY else 10**12 + OWN
    assert make_room(10**12) == allowed - OWN


def timers(endpoint: str) -> list[str]:
    """The kernel's timer of each connection to a port, as /proc tells it, and its seconds."""
    port = f":{int(endpoint.rpartition(':')[2]):04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return [row[5] for row in rows if row[1].endswith(port) and row[3] == ESTABLISHED]


async def test_a_peer_that_vanished_is_asked_for(router: RouterChannel, pull: PullChannel, peers: Peers) -> None:
    """Else the connections of terminals that lost their power or their address would stay open for ever."""
    await peers.greeted(router, b"a")
    peers.push(pull.endpoint)
    for channel in (router, pull):
        await eventually(lambda: len(timers(channel.endpoint)) == 1)  # noqa: B023 - awaited within its turn
        await eventually(lambda: timers(channel.endpoint)[0].startswith(KEEPALIVE))  # noqa: B023
