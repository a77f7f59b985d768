"""What stands on the screen, as text."""

import re
from collections.abc import Iterable

import attrs
import pytest
from rich.console import Console, RenderableType

from bitten.desk.watch import tables
from bitten.desk.watch.looking import Look
from bitten.desk.watch.memory import Memory
from bitten.units import TradingState
from bitten.wire.book import PositionsAnswer
from bitten.wire.lately import LogAnswer
from tests.desk.watch.samples import LOG, LOOK, POSITIONS, STATUS, counted


def seen(look: Look = LOOK) -> Memory:
    memory = Memory()
    memory.take(look, 0.0)
    memory.take(counted(look, ticks=1_024), 1.0)
    return memory


def text(what: RenderableType, width: int = 79) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(what)
    return [line.rstrip() for line in captured.get().splitlines()]


def cells(rows: Iterable[tables.Row]) -> list[str]:
    return [" | ".join("".join(text(cell)) for cell in row.cells) for row in rows]


def test_the_headline_of_a_hub_that_answers() -> None:
    assert tables.headline(seen(), 1.2).plain == (
        " BITTEN 8.0.0  active  2 active  stale  up 90 min  verdicts: silent for 65 s"
    )
    halted = attrs.evolve(STATUS, trading=TradingState.HALTED, trading_why="news", complaints=(), health="ok")
    assert "HALTED: news" in tables.headline(seen(attrs.evolve(LOOK, status=halted)), 1.2).plain
    broken = attrs.evolve(STATUS, journal=attrs.evolve(STATUS.journal, failure="disk full"))
    assert "journal disk full" in tables.headline(seen(attrs.evolve(LOOK, status=broken)), 1.2).plain


def test_the_headline_of_one_that_does_not() -> None:
    memory = seen()
    memory.fail("no hub at desk.sock")
    assert "BITTEN" in tables.headline(memory, 3.9).plain  # One look that fails is no silence yet.
    assert tables.headline(memory, 9.0).plain == (
        " NO ANSWER for 8 s: what is below was, it is not what is: no hub at desk.sock "
    )
    assert tables.headline(Memory(), 0.0).plain == " no hub yet: asking "


def test_the_way_of_a_tick() -> None:
    names, rates, ages, queues = text(tables.stages(seen(), 1.1))
    assert names.split() == ["ticks>", "bars>", "signals>", "verdicts>", "fires>", "confirms>", "closings>", "xp"]
    assert rates.split() == ["24/s", *["0/min"] * 7]
    assert ages.split("  ")[0] == "500 ms"  # 400 ms when it was said, 100 ms ago.
    assert ages.split()[-2:] == ["never", "never"]
    assert queues.split() == [word for each in (0, 0, 0, 3, 0, 0, 0, 0) for word in ("queue", str(each))]


def test_a_stage_that_is_stale_is_red_and_a_late_one_yellow() -> None:
    console = Console(width=78, force_terminal=True, color_system="standard")
    with console.capture() as captured:
        console.print(tables.stages(seen(), 1.0))
    name = captured.get().splitlines()[0]
    assert "\x1b[1;37;41mverdicts" in name
    assert "\x1b[1;33mconfirms" in name
    assert "\x1b[1;32mticks" in name


@pytest.mark.parametrize(
    ("per_s", "said"),
    [(None, "-"), (0.0, "0/min"), (0.05, "3/min"), (1.0, "1.0/s"), (9.94, "9.9/s"), (10.0, "10/s"), (812.0, "812/s")],
)
def test_rates(per_s: float | None, said: str) -> None:
    assert tables.rate(per_s) == said


def test_sessions() -> None:
    first, second = cells(tables.sessions(seen(), 1.5))
    assert first == "alice | live | 750 ms | 10,250 | ---------- | 2 | EURUSD +0.2 | active"
    assert second == "bob | stale | 750 ms | ? | ---------- | 0 | none | active"
    assert "alice | was live | 8.2 s" in cells(tables.sessions(seen(), 9.0))[0]
    assert text(tables.stages(seen(), 9.0))[1].split() == ["-"] * 8


def test_what_is_old_has_no_colour() -> None:
    console = Console(width=79, force_terminal=True, color_system="standard")
    memory = seen()
    with console.capture() as captured:
        console.print(tables.stages(memory, 9.0))
        for pane in (tables.sessions(memory, 9.0), tables.fires(memory), tables.restraints(memory, 9.0)):
            for row in tables.faded(pane):
                console.print(*row.cells)
    assert "was live" in captured.get()
    assert set(re.findall(r"\x1b\[([\d;]+)m", captured.get())) == {"2", "0"}


def test_signals_count_down_between_two_looks() -> None:
    assert cells(tables.signals(seen(), 1.0)) == ["90.0 s | BUY EURUSD 1.1002 | 81 | SHIELD_ACTIVE | alice fired"]
    assert cells(tables.signals(seen(), 41.0))[0].startswith("50.0 s |")
    assert cells(tables.signals(seen(), 600.0))[0].startswith("0 ms |")


def test_fires_through_their_life_and_then_positions() -> None:
    assert cells(tables.fires(seen())) == [
        "alice | fire SELL | GBPUSD | 0.2 |  | placed",
        "alice | open BUY | EURUSD | 0.3 | +41.50 | open",
        "alice | open SELL | EURUSD | 0.1 | ? | close C1",
    ]


def test_locks_stand_above_denials_and_those_newest_first() -> None:
    assert cells(tables.restraints(seen(), 61.0)) == [
        "29 min left | bob | LOCKED: 4 losses in a row",
        "until lifted | carol | LOCKED: 6 like fires within 10 min",
        "20:00:05 | bob | spread: spread of 3.1 pips",
        "20:00:00 | bob | locked: 4 losses in a row",
    ]
    keys = [row.key for row in tables.restraints(seen(), 61.0)]
    assert len(set(keys)) == len(keys)


def test_lines_of_the_log_are_text_whatever_a_peer_put_into_them() -> None:
    memory = Memory()
    memory.take(LOOK, 0.0)
    assert [line.plain for line in tables.log_lines(memory)] == [
        "20:00:00 alice live: session 3",
        "20:00:01 bob stale: [b]nothing[/b] heard",
    ]
    memory.take(attrs.evolve(LOOK, log=LogAnswer(hub="a1", lines=LOG.lines, lost=7)), 1.0)
    assert next(tables.log_lines(memory)).plain == "7 lines were written faster than they were read"


def test_the_details_of_a_session() -> None:
    told = list(tables.session_details(LOOK, "alice"))
    assert "account    1809442 at Demo-1" in told
    assert "open       BUY 0.3 EURUSD at 1.1002, +41.50, ticket 7" in told
    assert "dropped    2 malformed" in told
    assert "locked     4 losses in a row" in list(tables.session_details(LOOK, "bob"))
    assert list(tables.session_details(LOOK, "zed")) == ["zed has no session any more"]


@pytest.mark.parametrize(
    ("lots", "said"),
    [((), "none"), ((("BUY", 0.1), ("BUY", 0.2)), "EURUSD +0.3"), ((("BUY", 0.1), ("SELL", 0.1)), "EURUSD +0")],
)
def test_exposure_is_what_is_left_of_both_sides(lots: tuple[tuple[str, float], ...], said: str) -> None:
    held = [attrs.evolve(POSITIONS.positions[0], direction=side, lot=lot) for side, lot in lots]
    assert tables.exposure(PositionsAnswer(positions=tuple(held), commands=()).positions, "alice") == said
