"""Two short storms, as anybody would call them: one always the same, one never (docs/reliability.md)."""

import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.processes import one_object

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[1]
VERDICT = ("lost", "duplicated", "without_intent", "unresolved", "disagree")
FAULTS = 8


@pytest.mark.parametrize("seed", [13, secrets.randbelow(10**6)], ids=["the same seed", "a new seed"])
def test_a_short_storm_loses_nothing_and_doubles_nothing(seed: int) -> None:
    storm = subprocess.run(
        [sys.executable, "-m", "tests.storm", "--seed", str(seed), "--faults", str(FAULTS), "--json", "--quiet"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert (storm.returncode, storm.stderr) == (0, "")
    told = one_object(storm.stdout)
    assert list(told) == ["seed", "faults", "fires", "orders", *VERDICT, "seconds"]
    faults = told["faults"]
    assert isinstance(faults, dict)
    assert (told["seed"], sum(faults.values())) == (seed, FAULTS)
    assert told["orders"]
    assert [told[key] for key in VERDICT] == [0] * 5
