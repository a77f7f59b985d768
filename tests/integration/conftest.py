"""Fixtures of the process-level tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.processes import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Processes in a folder of their own, killed at the end."""
    made = Bench(tmp_path)
    yield made
    made.close()
    print(made.story())  # Shown where the test failed.
