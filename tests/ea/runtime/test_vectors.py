"""The built-ins of the runtime against vectors in MQL5 itself: what the language promises of them."""

import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from ea.host.build import build
from ea.host.launch import libraries

VECTORS = Path(__file__).with_name("vectors.mq5")


@pytest.mark.process
@pytest.mark.skipif(shutil.which("g++") is None, reason="g++ compiles the vectors")
def test_every_vector_holds(tmp_path: Path) -> None:
    setup = tmp_path / "setup"
    setup.write_text(f"files {tmp_path}\ncommon {tmp_path}\naccount server=Vectors login=1\n")
    command: list[str | Path] = [build(VECTORS, []), setup, "-1", *libraries()]
    ended = subprocess.run(command, input="quit\n", capture_output=True, text=True, check=True)
    lines = [msgspec.json.decode(line) for line in ended.stdout.splitlines()]
    assert [line["text"] for line in lines if line["event"] == "log"] == []
    assert next(line for line in lines if line["event"] == "init")["result"] == 0
