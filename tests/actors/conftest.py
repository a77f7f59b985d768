"""What the tests of the actors share."""

from collections.abc import Iterator

import pytest
from loguru import logger


@pytest.fixture
def log_lines() -> Iterator[list[str]]:
    """What the hub logs from INFO on, line by line."""
    lines: list[str] = []
    sink = logger.add(lambda line: lines.append(line.record["message"]), level="INFO", format="{message}")
    yield lines
    logger.remove(sink)
