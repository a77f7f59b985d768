"""Every scenario of an EA, played against the paper EA."""

from pathlib import Path

import pytest

from tests.scenarios.ea_runner import play
from tests.scenarios.paper_ea import PaperTarget
from tests.scenarios.script import all_files, read


@pytest.mark.parametrize("path", all_files("ea"), ids=lambda path: path.stem)
def test_the_paper_ea_plays(path: Path, tmp_path: Path) -> None:
    target = PaperTarget(tmp_path)
    try:
        play(read(path), target)
    finally:
        target.close()
