"""A short storm, as anybody would call it; long ones are run by hand and told of in docs/reliability.md."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.processes import one_object

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[1]
VERDICT = ("lost", "duplicated", "without_intent", "unresolved", "disagree")


def test_a_short_storm_loses_nothing_and_doubles_nothing() -> None:
    storm = subprocess.run(
        [sys.executable, "-m", "tests.storm", "--seed", "13", "--faults", "3", "--json", "--quiet"],
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
    assert (told["seed"], sum(faults.values())) == (13, 3)
    assert told["orders"]
    assert [told[key] for key in VERDICT] == [0] * 5
