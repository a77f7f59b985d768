"""An operator's acts against a running hub and a paper broker: what each command prints, and what it ends with."""

import json

import pytest

from bitten.errors import ExitCode
from tests.integration.processes import Bench, until
from tests.test_cli import Bitten
from tests.test_cli import bitten as bitten

pytestmark = pytest.mark.process


def test_an_operators_evening(bench: Bench, bitten: Bitten) -> None:
    """Mode manual, two fires of one's own, one of them pending; changed, refused, cancelled, and all closed."""
    config = bench.configure()
    hub = bench.hub(config)
    bench.paper("alice", hub.ports, "--speed", "10")
    until(lambda: hub.live("alice") and hub.count("ticks"))
    at = ("--config", str(config))
    assert "alice: mode manual: in force now" in bitten("mode", "alice", "manual", *at).out
    own = ("fire", "alice", "--symbol", "EURUSD", "--direction", "buy", "--sl", "1.084", "--lot", "0.01", "--yes")
    fired = bitten(*own, *at)
    assert fired.code == ExitCode.OK, fired.err
    pending = bitten(*own[:6], "--limit", "1.05", "--sl", "1.045", "--lot", "0.01", "--yes", "--json", *at)
    told = json.loads(pending.out)
    assert (pending.code, told["outcome"]["life"], told["outcome"]["good"]) == (ExitCode.OK, "placed", True)

    listed = json.loads(bitten("positions", "--json", *at).out)
    (position,), (waiting,) = listed["positions"], listed["commands"]
    assert (position["lot"], position["sl"], waiting["life"]) == (0.01, 1.084, "placed")
    ticket, order = str(position["ticket"]), str(waiting["ticket"])
    assert bitten("modify", ticket, "--sl", "1.085", *at).out.endswith("alice: done\n")
    wrong = bitten("modify", ticket, "--sl", "1.9", *at)
    assert (wrong.code, "alice: rejected: sl 1.9 must be below" in wrong.err) == (ExitCode.ERROR, True)
    assert bitten("cancel", order, "--why", "enough", *at).out.endswith("alice: done\n")
    again = bitten("cancel", order, *at)
    assert (again.code, f"ticket {order}: no pending order of ours" in again.err) == (ExitCode.ERROR, True)

    flat = bitten("halt", "--flatten", "--yes", "--why", "good night", *at)
    assert (flat.code, flat.out.splitlines()[-1]) == (ExitCode.OK, "flat: 1 closed and confirmed")
    denied = bitten(*own, *at)
    assert (denied.code, "denied: halted" in denied.err) == (ExitCode.ERROR, True)
