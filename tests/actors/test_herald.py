"""The service manager is told on a real datagram socket: ready, alive, and how the hub does."""

import select
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from bitten.actors.herald import Herald
from bitten.sd_notify import ServiceManager
from tests.actors.bench import AUTO, Ea, hub


@pytest.fixture
def manager_socket(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        yield listening


def heard(listening: socket.socket) -> list[str]:
    """All that was told since the last time."""
    words = []
    while select.select([listening], [], [], 0)[0]:
        words.append(listening.recv(4_096).decode())
    return words


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"NOTIFY_SOCKET": "relative"}, None),
        ({"NOTIFY_SOCKET": "/run/n"}, ServiceManager("/run/n")),
        ({"NOTIFY_SOCKET": "@n", "WATCHDOG_USEC": "30000000"}, ServiceManager("@n", 30.0)),
        ({"NOTIFY_SOCKET": "/n", "WATCHDOG_USEC": "500000", "WATCHDOG_PID": "7"}, ServiceManager("/n", 0.5)),
        ({"NOTIFY_SOCKET": "/n", "WATCHDOG_USEC": "500000", "WATCHDOG_PID": "8"}, ServiceManager("/n")),
    ],
)
def test_the_environment_says_who_wants_to_be_told(
    environment: dict[str, str], expected: ServiceManager | None
) -> None:
    assert ServiceManager.of(environment, pid=7) == expected


def test_an_abstract_socket_is_told_too_and_a_status_stays_one_line(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{tmp_path}")
        ServiceManager(f"@{tmp_path}").tell("a\nREADY=0", READY=1)
        assert listening.recv(1_024) == b"READY=1\nSTATUS=a\\nREADY=0"


async def test_it_says_ready_then_alive_twice_within_the_limit_and_how_the_hub_does(
    tmp_path: Path, mock_clock: MockClock, manager_socket: socket.socket
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target, trio.open_nursery() as nursery:
        manager = ServiceManager(manager_socket.getsockname(), watchdog_s=4.0)
        nursery.start_soon(Herald(manager, target.hub.desk.status).run)
        await target.advance(1)
        first = "health ok; trading active; 0 of 0 sessions live"
        assert manager_socket.recv(1_024).decode() == f"READY=1\nWATCHDOG=1\nSTATUS={first}"
        await Ea(target).go_live()
        await target.advance(2_100)
        assert heard(manager_socket)[-1].endswith("STATUS=health ok; trading active; 1 of 1 sessions live")
        told = 0
        for _ in range(30):
            await target.advance(2_100)
            words = heard(manager_socket)
            told += len(words)
        said = words[-1]
        assert 30 <= told <= 33, "each 2 s"
        assert said.startswith("READY=1\nWATCHDOG=1\nSTATUS=health stale; ")
        assert "session paper stale: lost" in said
        nursery.cancel_scope.cancel()


async def test_a_service_manager_that_is_gone_is_logged_once_and_told_again_when_it_is_back(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    path = tmp_path / "gone"
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target, trio.open_nursery() as nursery:
        nursery.start_soon(Herald(ServiceManager(str(path)), target.hub.desk.status).run)
        await target.advance(5_100)
        await target.advance(5_000)
        assert [line for line in log_lines if "service manager" in line] == [
            f"the service manager at {path} cannot be told: [Errno 2] No such file or directory"
        ]
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
            listening.bind(str(path))
            await target.advance(5_000)
            assert listening.recv(1_024).startswith(b"READY=1")
        nursery.cancel_scope.cancel()
