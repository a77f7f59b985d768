"""Fault 20: a frame of 100 MB. Its sender is dropped, the hub takes next to nothing of it, and the events heal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from bitten.wire.codec import MAX_BYTES
from tests.faults.guests import Guest, house
from tests.faults.trading import back, finish, numbers_go_on, reconciled_before_each_fire, trades
from tests.sockets.peers import eventually
from tests.storm.field import Field
from tests.storm.frames import frame

MB = 1_000_000
GIANT = 100 * MB
AT_MOST = 16 * MB
"""What the hub may grow by meanwhile; it goes on with its work."""


def padded(guest: Guest, size: int) -> bytes:
    """A quote of so many bytes."""
    start = f'{{"type":"tick","session":"{guest.session}","symbol":"EURUSD","bid":1.3,"ask":1.3,"time":1,"note":"'
    return start.encode() + b"x" * (size - len(start) - 2) + b'"}'


@pytest.mark.parametrize("curve", [False, True], ids=["plain", "curve"])
@pytest.mark.parametrize("port", ["command", "feedback"])
async def test_fault_20_the_longest_frame_is_heard_and_one_byte_more_ends_the_link(
    tmp_path: Path, port: str, curve: bool
) -> None:
    async with house(tmp_path, "alice", "bob", curve=curve) as home:
        alice, bob = await home.live("alice", login=100), await home.live("bob", login=101)
        before = home.received()
        alice.send(port, padded(alice, MAX_BYTES))
        await eventually(lambda: home.received() == before + 1)
        socket = alice.command if port == "command" else alice.feedback
        with socket.get_monitor_socket(zmq.EVENT_DISCONNECTED) as monitor:
            alice.send(port, padded(alice, MAX_BYTES + 1))
            await eventually(lambda: bool(monitor.poll(0)))
            socket.disable_monitor()
        assert home.received() == before + 1
        bob.say("ping", nonce=7)
        while (heard := await bob.heard())["type"] != "pong":
            assert heard["type"] != "bye"


class Giant:
    """Its chunks, counted as they go."""

    def __init__(self) -> None:
        self.said = 0

    def __iter__(self) -> Iterator[bytes]:
        yield frame(GIANT)
        while self.said < GIANT:
            self.said += MB
            yield bytes(MB)


def memory(pid: int, what: str) -> int:
    """Resident bytes of a process: now (VmRSS), or the most so far (VmHWM)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith(what)]
    return int(line.split()[1]) * 1024


@pytest.mark.process
@pytest.mark.parametrize("port", ["command", "feedback"])
def test_fault_20_a_hundred_megabytes_cost_the_sender_its_link_and_the_hub_no_memory(tmp_path: Path, port: str) -> None:
    field = Field(tmp_path, ("alice",), market_seed=1)
    try:
        field.start_hub()
        field.start_ea("alice")
        trades(field)
        before, pid = memory(field.hub.process.pid, "VmRSS"), field.hub.process.pid
        giant = Giant()
        link = field.links("alice")[0 if port == "command" else 1]
        link.smuggle(giant)
        field.until("alice is back", lambda: back(field))
        trades(field)
        assert 0 < giant.said < AT_MOST
        assert memory(pid, "VmHWM") < before + AT_MOST
        entries, _ = finish(field)
        numbers_go_on(entries)
        reconciled_before_each_fire(entries)
    finally:
        field.close()
