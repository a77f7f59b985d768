"""The built-ins of the runtime and the terminal against vectors in MQL5 itself: what the Reference promises of them."""

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from ea.host.build import build
from ea.host.launch import libraries

HERE = Path(__file__).parent
EA = HERE.parents[2] / "ea"
MARKET = (
    "symbol EURUSD digits=5 point=0.00001 tick_size=0.00001 tick_value=1 contract_size=100000 volume_min=0.01 "
    "volume_max=100 volume_step=0.01 filling=3 trade_mode=4 hours=0-10080",
    "account server=Vectors login=7 currency=USD deposit=10000 leverage=100",
    "tick EURUSD bid=1.09990 ask=1.10000 time=1709550000000",
    "tick EURUSD bid=1.10000 ask=1.10010 time=1709550010000",
    "calendar Payrolls time=1709553600000 currency=USD importance=3",
    "calendar ECB_speaks time=1709640000000 currency=EUR importance=2 timed=0",
)


@pytest.mark.process
@pytest.mark.skipif(shutil.which("g++") is None, reason="g++ compiles the vectors")
@pytest.mark.parametrize(
    ("program", "setup"),
    [
        pytest.param("vectors.mq5", ("account server=Vectors login=1",), id="language"),
        pytest.param("terminal.mq5", MARKET, id="terminal"),
    ],
)
def test_every_vector_holds(tmp_path: Path, program: str, setup: tuple[str, ...]) -> None:
    told = tmp_path / "setup"
    told.write_text("".join(f"{line}\n" for line in (f"files {tmp_path}", f"common {tmp_path}", *setup)))
    command: list[str | Path] = [build(HERE / program, []), told, "-1", *libraries()]
    ended = subprocess.run(command, input="quit\n", capture_output=True, text=True, check=True)
    lines = [msgspec.json.decode(line) for line in ended.stdout.splitlines()]
    assert [line["text"] for line in lines if line["event"] == "log"] == []
    assert next(line for line in lines if line["event"] == "init")["result"] == 0


def called(text: str) -> set[str]:
    """The names that are called in a source."""
    return set(re.findall(r"\b([A-Z]\w+)\(", text))


def built_ins() -> set[str]:
    """What the host has, libzmq's own apart."""
    return set(re.findall(r"^\w+ +(\w+)\(.*\);$", (EA / "host" / "prelude.mqh").read_text(), re.MULTILINE))


def test_every_built_in_has_a_vector() -> None:
    vectors = "".join(path.read_text() for path in HERE.glob("*.mq5"))
    assert built_ins() - called(vectors) <= LOG


def test_what_the_ea_does_not_use_is_not_there() -> None:
    """But for what the programs that must pass, or be refused, say of the language."""
    sources = [EA / "BITTEN.mq5", *(EA / "Include").rglob("*.mqh"), *(HERE.parent / "translator").glob("*.toml")]
    assert built_ins() - called("".join(path.read_text() for path in sources)) <= INSIDE


LOG = {"PrintFormat"}
"""It says what StringFormat makes, in a log that must stay empty here."""
INSIDE = {"FileTell", "PositionSelectByTicket", "StringToTime"}
"""Built-ins that others are made of."""
