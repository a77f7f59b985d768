"""Every scenario, played against the pure machine."""

from pathlib import Path

import pytest

from tests.scenarios.pure import PureTarget
from tests.scenarios.runner import play
from tests.scenarios.script import all_files, read


@pytest.mark.parametrize("path", all_files("hub"), ids=lambda path: path.stem)
async def test_the_pure_machine_plays(path: Path) -> None:
    scenario = read(path)
    await play(scenario, PureTarget(scenario.setup))
