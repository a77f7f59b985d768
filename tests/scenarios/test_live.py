"""Every scenario, played against a live hub over TCP."""

from pathlib import Path

import pytest
from trio.testing import MockClock

from tests.scenarios.live import live_hub
from tests.scenarios.runner import play
from tests.scenarios.script import all_files, read


@pytest.mark.parametrize("path", all_files("hub"), ids=lambda path: path.stem)
async def test_the_live_hub_plays(path: Path, tmp_path: Path, mock_clock: MockClock) -> None:
    scenario = read(path)
    async with live_hub(scenario.setup, tmp_path, mock_clock) as target:
        await play(scenario, target)
