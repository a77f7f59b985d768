"""A hub under CURVE, a paper EA with a key of its own, and strangers, as processes."""

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from bitten.keys import KeyPair
from bitten.sockets.descriptors import OWN
from tests.integration.processes import Bench, until

pytestmark = pytest.mark.process


def guarded(bench: Bench, bobs_key: str, keys: Path) -> Path:
    """A configuration under CURVE in which Bob, who comes last in it, has that key."""
    return bench.configure(more=f'public_key = "{bobs_key}"\n[security]\nmode = "curve"\nkeys = "{keys}"\n')


def test_an_enrolled_ea_trades_and_another_does_not(bench: Bench) -> None:
    server = KeyPair.make(bench.folder / "keys" / "server.key")
    bob = KeyPair.make(bench.folder / "bob" / "ea.key")
    hub = bench.hub(guarded(bench, bob.public, bench.folder / "keys"))
    ea = bench.paper("bob", hub.ports, "--server-key", server.public, "--keys", str(bench.folder / "bob"))
    until(lambda: hub.count("confirmations") >= 1)
    stranger = bench.paper("bob", hub.ports, "--server-key", server.public, "--keys", str(bench.folder / "stranger"))
    until(lambda: hub.status().security.get("unknown_key", 0) >= 2)
    assert stranger.said("my public key: ")
    assert hub.live("bob")
    stranger.process.kill()
    assert ea.stop() == 0
    assert hub.stop() == 0
    for secret in (server.secret, bob.secret):
        assert secret.reveal() not in bench.story()
        told = b"".join(path.read_bytes() for path in bench.folder.rglob("*journal.sqlite*/*") if path.is_file())
        assert secret.reveal().encode() not in told


def test_strangers_take_no_more_descriptors_than_they_may_and_leave_them(bench: Bench) -> None:
    KeyPair.make(bench.folder / "keys" / "server.key")
    path = guarded(bench, "", bench.folder / "keys")
    text = path.read_text(encoding="utf-8").replace("[desk]", "max_connections = 64\n[desk]", 1)
    path.write_text(text + "handshake_ms = 1000\n", encoding="utf-8")
    hub = bench.hub(path)
    port, descriptors = hub.ports[0], Path(f"/proc/{hub.process.pid}/fd")
    with ExitStack() as strangers:
        for _ in range(64 + OWN):
            strangers.enter_context(socket.create_connection(("127.0.0.1", port)))
        until(lambda: len(list(descriptors.iterdir())) == 64 + OWN)
    until(lambda: hub.status().security.get("handshake_failed", 0) > 64)
    assert hub.stop() == 0


def test_without_its_keys_the_hub_does_not_start_and_says_how_to_make_them(bench: Bench) -> None:
    bob = KeyPair.make(bench.folder / "ea.key")
    hub = bench.start("run", "--config", str(guarded(bench, bob.public, bench.folder / "keys")))
    assert hub.end() == 4
    (line,) = hub.lines
    assert "`bitten enroll` makes it" in line
