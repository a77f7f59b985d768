"""The EA's key pair: made once, read from then on, and never replaced by another because its file is damaged."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from bitten.rules.access import problem_with
from ea.host.build import build
from ea.host.launch import libraries

HERE = Path(__file__).parent
EA = HERE.parents[1] / "ea"

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(shutil.which("g++") is None, reason="g++ compiles the program"),
]


def said(folder: Path) -> list[str]:
    """What the program logs, begun in a terminal whose files are there."""
    setup = folder / "setup"
    setup.write_text(f"files {folder}\ncommon {folder}\naccount server=S login=1\n{SYMBOL}\n", encoding="utf-8")
    command: list[str | Path] = [build(HERE / "keys.mq5", [EA / "Include"]), setup, "-1", *libraries()]
    told = "tick EURUSD bid=1.1 ask=1.1002 time=1709550000000\nquit\n"
    ended = subprocess.run(command, input=told, capture_output=True, text=True, check=True)
    lines = [msgspec.json.decode(line) for line in ended.stdout.splitlines()]
    return [str(line["text"]) for line in lines if line["event"] == "log"]


SYMBOL = (
    "symbol EURUSD digits=5 point=0.00001 tick_size=0.00001 tick_value=1 contract_size=100000 volume_min=0.01 "
    "volume_max=100 volume_step=0.01 filling=3 trade_mode=4 hours=0-10080"
)


def test_a_pair_is_made_once(tmp_path: Path) -> None:
    made, loaded = said(tmp_path)
    key = loaded.removeprefix("loaded ")
    assert problem_with(key) == ""
    assert key in made
    assert said(tmp_path) == [loaded]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda raw: raw[:0], id="empty"),
        pytest.param(lambda raw: raw[:40], id="no secret half"),
        pytest.param(lambda raw: raw[:80], id="one letter short"),
        pytest.param(lambda raw: b"\0" + raw[1:], id="a public half that ends early"),
        pytest.param(lambda raw: raw[:41] + b"\0" + raw[42:], id="a secret half that ends early"),
    ],
)
def test_a_damaged_file_is_not_replaced(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    said(tmp_path)
    (file,) = tmp_path.rglob("*.key")
    damaged = damage(file.read_bytes())
    file.write_bytes(damaged)
    line, outcome = said(tmp_path)
    assert (outcome, file.read_bytes()) == ("not loaded", damaged)
    assert "cannot be read: restore it from a backup, or delete it" in line
