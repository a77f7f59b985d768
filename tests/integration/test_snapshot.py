"""Snapshots as an operator meets them: the command, and a hub that started from one."""

from pathlib import Path

import pytest

from benchmarks.history import ROUND
from bitten.units import TradingState
from tests.integration.processes import Bench, command, one_object, until
from tests.test_snapshot import ROUNDS, damage, path, take

__all__ = ["path"]
pytestmark = pytest.mark.process
ENTRIES = ROUNDS * ROUND + 1


def test_fault_05_a_hub_that_started_quickly_halts_when_the_rest_is_damaged(path: Path, bench: Bench) -> None:
    take(path)
    damage(path)
    hub = bench.hub(bench.configure(journal=path))
    until(lambda: hub.status().trading is TradingState.HALTED)
    assert "is not what was written); restore a backup" in hub.status().trading_why
    assert hub.stop() == 0
    again = bench.start("run", "--config", str(bench.configure(journal=path)))
    assert again.end() == 1
    assert again.said("damaged (entry ")


def test_the_command_takes_one_and_says_so(path: Path) -> None:
    told = one_object(command("journal", "snapshot", "--journal", str(path), "--json").stdout)
    assert told == {"journal": str(path), "entries": ENTRIES, "damage": ""}
    said = command("journal", "snapshot", "--journal", str(path)).stdout
    assert said == f"{path}: a snapshot of {ENTRIES} entries, 0 of them looked at now\n"
    damage(path)
    refused = command("journal", "snapshot", "--journal", str(path), "--whole")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "damaged (entry " in refused.stderr
