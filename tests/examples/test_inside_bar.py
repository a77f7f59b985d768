"""The example of a user's own pattern, named in a configuration and shown drawn bars quote by quote."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bitten import config
from bitten.plug_ins import resolve
from bitten.rules.venom import Outcome, Venom, build
from bitten.units import MINUTE_MS, Direction
from tests.rules.venom.drawn import M5_MS, QUIET, SPEC, START, Row, facing, price

FILE = Path(__file__).parents[2] / "examples" / "inside_bar.py"
WARM: list[Row] = [QUIET] * 20
MOTHER: Row = (0, 6, -2, 4, 100)
INSIDE: Row = (4, 6, -2, 3, 100)
BREAK: Row = (3, 8, 2, 7, 100)
CRASHES = """
class Crashes:
    name = "CRASHES"
    kind = "RAPID_ASSAULT"
    trigger = "bar"

    def detect(self, market):
        raise RuntimeError("its own fault")
"""


def brain(folder: Path, *names: str) -> Venom:
    """VENOM by a configuration that names these patterns."""
    path = folder / "bitten.toml"
    path.write_text(f"[venom]\npatterns = [{', '.join(f'{name!r}' for name in names)}]", encoding="utf-8")
    settings = config.load(path).venom
    venom = Venom(settings, build(settings, resolve))
    venom.spec("alice", SPEC, 0)
    return venom


def shown(venom: Venom, rows: Sequence[Row]) -> Outcome:
    """What is said at the close of the last bar, of which each is shown by its open, high, low and close."""
    for place, (o, high, low, close, _) in enumerate(rows):
        for minute, pips in enumerate((o, high, low, close), start=1):
            bid = price(pips)
            venom.tick("alice", SPEC.symbol, START + place * M5_MS + minute * MINUTE_MS, bid, bid + 0.0001)
    (work,) = venom.heartbeat("alice", START + len(rows) * M5_MS)
    return venom.evaluate(work)


def look(folder: Path, rows: Sequence[Row], direction: Direction) -> Outcome:
    drawn = [*WARM, *facing(direction, rows, Direction.BUY)]
    return shown(brain(folder, f"{FILE}:InsideBar"), drawn)


@pytest.mark.parametrize("direction", Direction)
def test_a_break_out_of_an_inside_bar_is_a_signal(direction: Direction, tmp_path: Path) -> None:
    made = look(tmp_path, [MOTHER, INSIDE, BREAK], direction).signal
    assert made is not None
    assert (made.pattern, made.direction, made.score) == ("INSIDE_BAR", direction, 60.0)
    assert [each.what for each in made.evidence] == ["mother", "break"]
    assert [each.price for each in made.evidence] == pytest.approx(
        [price(6 * direction.sign), price(7 * direction.sign)]
    )


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([(0, 6, -1.9, 4, 100), (4, 6, -1.9, 3, 100), BREAK], id="mother too small"),
        pytest.param([MOTHER, (4, 6.1, -2, 3, 100), BREAK], id="above the mother bar"),
        pytest.param([MOTHER, (4, 6, -2.1, 3, 100), BREAK], id="below the mother bar"),
        pytest.param([MOTHER, INSIDE, (3, 8, 2, 6.9, 100)], id="no break"),
    ],
)
def test_what_just_is_none_is_no_signal(rows: list[Row], direction: Direction, tmp_path: Path) -> None:
    outcome = look(tmp_path, rows, direction)
    assert outcome.signal is None
    assert [(each.pattern, each.reason) for each in outcome.silences] == [("INSIDE_BAR", "nothing_found")]


def test_a_crash_of_another_costs_it_nothing(tmp_path: Path) -> None:
    (tmp_path / "crashes.py").write_text(CRASHES, encoding="utf-8")
    venom = brain(tmp_path, f"{tmp_path}/crashes.py:Crashes", f"{FILE}:InsideBar")
    outcome = shown(venom, [*WARM, MOTHER, INSIDE, BREAK])
    assert outcome.signal is not None
    assert outcome.signal.pattern == "INSIDE_BAR"
    assert venom.statistics().benched == {"CRASHES": "RuntimeError: its own fault"}
