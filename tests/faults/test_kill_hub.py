"""Faults 1 and 2: the hub is killed around the sending of a command. One order at most, and its outcome is known."""

import signal

import pytest

from bitten import failpoints
from bitten.rules.facts import Sent
from bitten.rules.fire import Life
from bitten.units import Account
from tests.faults.kill import PACE_MS, agree, doomed_hub, fires
from tests.integration.conftest import bench as bench
from tests.integration.processes import Bench, until

pytestmark = pytest.mark.process


@pytest.mark.parametrize(
    ("place", "ends"),
    [
        pytest.param(failpoints.INTENT_DURABLE, {Life.NEVER_SEEN}, id="1-intent-durable-command-not-sent"),
        # Whether libzmq's thread got the command out before the end is a race in life too: either end is right.
        pytest.param(failpoints.COMMAND_SENT, {Life.NEVER_SEEN, Life.FILLED}, id="2-sent-not-written"),
        pytest.param(f"{failpoints.COMMAND_SENT}@0.3", {Life.FILLED}, id="2-sent-not-written-delivered"),
    ],
)
def test_fault_01_02_a_hub_killed_around_the_sending(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, place: str, ends: set[Life]
) -> None:
    killed = doomed_hub(bench, place, monkeypatch)
    ports = killed.ports
    alice = bench.paper("alice", ports)
    assert killed.end() == -signal.SIGKILL
    before, ledger = bench.read()
    (intent,) = fires(before)
    assert not any(isinstance(entry.fact, Sent) for entry in before)
    (command,) = next(iter(ledger.books.values())).unresolved.values()
    assert (command.intent, command.life) == (intent, Life.INTENT)

    hub = bench.hub(bench.configure(telemetry_ms=PACE_MS, ports=ports))
    until(lambda: hub.said("alice reconnected: session 2"))
    until(lambda: any(hub.said(f"{end}: {intent.id}") for end in ends))
    assert alice.stop() == 0
    assert hub.stop() == 0

    entries, ledger = bench.read()
    assert entries[: len(before)] == before
    report = alice.report()
    agree(entries, ledger, report)
    command = ledger.books[Account(report.server, report.login)].commands[intent.id]
    assert command.life in ends
    orders = sum(deal.fire_id == intent.id for deal in report.opened)
    assert orders == (1 if command.life is Life.FILLED else 0)
    if command.life is Life.FILLED:
        assert [fire.leg for fire in fires(entries) if fire.signal_id == intent.signal_id] == [1]
