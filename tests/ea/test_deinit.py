"""OnDeinit: a terminal kills a program that takes over 2.5 s for it, so the host does, and the EA never comes near."""

import shutil
import subprocess
from pathlib import Path

import pytest

from ea.host.build import build
from ea.host.launch import libraries
from tests.scenarios.compiled_ea import CompiledTarget

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(shutil.which("g++") is None, reason="g++ compiles the programs"),
]

_ENDLESS = """\
void OnDeinit(const int reason)
  {
   int turns=0;
   while(reason>=0)
      turns++;
   Print(turns);
  }
"""
_TOO_LONG = 4
"""The host's exit code."""


def test_a_program_that_does_not_let_go_is_killed(tmp_path: Path) -> None:
    source, setup = tmp_path / "endless.mq5", tmp_path / "setup"
    source.write_text(_ENDLESS, encoding="ascii")
    setup.write_text(f"files {tmp_path}\ncommon {tmp_path}\naccount server=S login=1\n", encoding="utf-8")
    command: list[str | Path] = [build(source, []), setup, "-1", *libraries()]
    ended = subprocess.run(command, input="quit\n", capture_output=True, text=True, check=False)
    assert ended.returncode == _TOO_LONG
    assert "OnDeinit took longer than 2.5 s" in ended.stdout


@pytest.mark.parametrize("greeted_for_ms", [0, 2_000, 9_000], ids=["before-the-hello", "greeting", "between-tries"])
def test_the_ea_leaves_in_time_where_no_hub_answers(tmp_path: Path, greeted_for_ms: int) -> None:
    target = CompiledTarget(tmp_path)
    try:
        target.advance(greeted_for_ms)
        assert target.end() == 0
    finally:
        target.close()
