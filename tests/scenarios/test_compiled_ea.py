"""Every scenario of an EA, played against the EA's own source, compiled."""

import shutil
from pathlib import Path

import pytest

from tests.scenarios.compiled_ea import CompiledTarget
from tests.scenarios.ea_runner import play
from tests.scenarios.script import all_files, read

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(shutil.which("g++") is None, reason="g++ compiles the EA"),
]


@pytest.mark.parametrize("path", all_files("mql5"), ids=lambda path: path.stem)
def test_the_compiled_ea_plays(path: Path, tmp_path: Path) -> None:
    target = CompiledTarget(tmp_path)
    try:
        play(read(path), target)
    finally:
        target.close()
