"""The EA's own source: taken as MetaEditor would take it, small files, and a page that quotes what it says."""

import re
from pathlib import Path

import pytest

from ea.host.translator.translate import translate

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "ea").glob("**/*.mq[5h]"))
PROGRAM = [path for path in SOURCES if "host" not in path.parts]


def test_it_translates_without_a_refusal() -> None:
    """Nothing that MetaEditor would refuse or warn about."""
    translated = translate(ROOT / "ea/BITTEN.mq5", [ROOT / "ea/Include"])
    assert not translated.refusals
    assert "OnTradeTransaction" in translated.cpp


@pytest.mark.parametrize("path", PROGRAM, ids=lambda path: path.name)
def test_a_file_has_one_job(path: Path) -> None:
    """Short, and said at its top what it is for."""
    lines = path.read_text(encoding="ascii").splitlines()
    assert len(lines) <= 400
    assert lines[0].startswith("//+--")
    assert lines[1].startswith("//| ")


def test_the_page_quotes_what_the_log_says() -> None:
    """Each message of docs/ea.md's table, piece by piece, is in the source."""
    said = "\n".join(path.read_text(encoding="ascii") for path in PROGRAM)
    page = (ROOT / "docs/ea.md").read_text(encoding="utf-8")
    table = page.split("| the log says | do |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| (`.*?`)(.*?) \|", table, re.MULTILINE)
    for message in [said_by_us for said_by_us, note in rows if "terminal's own" not in note]:
        for piece in re.split(r"…|`|, |\(|\)", message):
            assert piece.strip() in said, message


def test_inputs_are_on_the_page() -> None:
    """Every input, with its default where it is short."""
    page = (ROOT / "docs/ea.md").read_text(encoding="utf-8")
    declared = re.findall(
        r"^input +(?!group)\w+ +(\w+)=", (ROOT / "ea/Include/Bitten/Inputs.mqh").read_text(), re.MULTILINE
    )
    assert declared
    assert [name for name in declared if f"`{name}`" not in page] == []


def test_libzmq_is_never_waited_for() -> None:
    """Every send and receive says DONTWAIT, and options are set before the connect."""
    wire = (ROOT / "ea/Include/Bitten/Wire.mqh").read_text(encoding="ascii")
    calls = re.findall(r"zmq_(?:send|recv)\(.*\)", wire)
    assert calls
    assert all("ZMQ_DONTWAIT" in call for call in calls)


def test_no_string_is_compared_with_the_empty_one() -> None:
    """A string of a zeroed struct is NULL, which is not "": only its length tells that nothing is in it."""
    assert [path.name for path in PROGRAM if re.search(r"[=!]=\"\"", path.read_text(encoding="ascii"))] == []
