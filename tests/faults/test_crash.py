"""Fault 31: an actor that crashes on every message ends the hub in the end; one poison message costs only itself."""

import pytest

from bitten import failpoints
from bitten.nursery import Limits
from tests.faults.kill import PACE_MS, agree, doomed_hub, fires
from tests.integration.conftest import bench as bench
from tests.integration.processes import Bench, until

pytestmark = pytest.mark.process
LIMITS = Limits()


def test_fault_31_an_actor_that_crashes_on_every_message_ends_the_hub(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is restarted as often as its window allows, then the hub gives up and says why; the next one goes on."""
    broken = doomed_hub(bench, f"{failpoints.VERDICT_TAKEN}!", monkeypatch)
    ports = broken.ports
    alice = bench.paper("alice", ports)
    assert broken.end() == 1
    crashes = [line for line in broken.lines if "bitten/fire_router crashed: Reached(" in line]
    assert 1 < len(crashes) <= LIMITS.intensity + 1
    assert "the hub ends: " in broken.lines[-2]
    assert broken.lines[-1].endswith("stopped")
    entries, _ = bench.read()
    assert fires(entries) == []

    hub = bench.hub(bench.configure(telemetry_ms=PACE_MS, ports=ports))
    until(lambda: hub.count("confirmations") >= 2)
    assert alice.stop() == 0
    assert hub.stop() == 0
    entries, ledger = bench.read()
    agree(entries, ledger, alice.report())


def test_fault_31_one_poison_message_is_kept_once_and_the_rest_goes_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = doomed_hub(bench, f"{failpoints.VERDICT_TAKEN}!1", monkeypatch)
    alice = bench.paper("alice", hub.ports)
    until(lambda: hub.count("confirmations") >= 2)
    status = hub.status()
    assert status.dead_letters == 1
    (router,) = [actor for actor in status.actors if actor.name == "bitten/fire_router"]
    assert (router.state, router.lives, router.restarts) == ("running", 2, 1)
    assert len([line for line in hub.lines if "left a message unfinished: Verdict(" in line]) == 1
    assert alice.stop() == 0
    assert hub.stop() == 0
    entries, ledger = bench.read()
    agree(entries, ledger, alice.report())
