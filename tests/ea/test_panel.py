"""The panel on the compiled EA's chart: what it shows, what its buttons say to the hub, and its picture."""

from collections.abc import Iterator
from pathlib import Path

import attrs
import msgspec
import pytest

from bitten.units import Direction
from bitten.wire.advice import Denied, Rank, SignalAdvice, SignalEnd
from bitten.wire.commands import Ack
from bitten.wire.events import FireRequest, Pass
from bitten.wire.market import Tick
from ea.host.picture import ChartObject, draw, objects
from tests.faults.compiled import Hosted, hosted, needs_compiler
from tests.integration.processes import until
from tests.paper.scripted_hub import ScriptedHub
from tests.paper.wire_samples import SESSION

pytestmark = [pytest.mark.process, needs_compiler]

MINUTE_MS = 60_000
BEGINS = 1_546_423_200_000
"""Market time at which the host's market stands, 2019-01-02 10:00 UTC; it does not begin."""


@pytest.fixture
def hub() -> Iterator[ScriptedHub]:
    """A hub whose words the test chooses."""
    scripted = ScriptedHub()
    yield scripted
    scripted.close()


@pytest.fixture
def ea(hub: ScriptedHub, tmp_path: Path) -> Iterator[Hosted]:
    """A live EA with a quote."""
    with hosted(tmp_path, (hub.command_port, hub.feedback_port), "account server=Paper-1 login=1") as terminal:
        hub.go_live(telemetry_ms=500)
        terminal.say("tick EURUSD bid=1.1 ask=1.1002")
        hub.expect(Tick)
        yield terminal


def signal(name: str, mode: str = "manual") -> SignalAdvice:
    """A signal that stands for ten minutes."""
    return SignalAdvice(
        session=SESSION,
        signal_id=name,
        symbol="EURUSD",
        direction=Direction.BUY,
        kind="RAPID_ASSAULT",
        entry=1.1002,
        sl=1.0952,
        tp=1.1077,
        score=78.0,
        shield="SHIELD_ACTIVE",
        mode=mode,  # type: ignore[arg-type]  # one of the wire's three
        expires=BEGINS + 10 * MINUTE_MS,
    )


def shown(ea: Hosted, text: str) -> list[ChartObject]:
    """The chart, once an object on it says `text`; every object of it."""

    def drawing() -> list[ChartObject]:
        before = ea.out.read_bytes().count(b'"event":"objects"')
        ea.say("objects")
        until(lambda: ea.out.read_bytes().count(b'"event":"objects"') > before)
        whole, _, _ = ea.out.read_bytes().rpartition(b"\n")
        found = objects(whole.splitlines())
        return found if any(text in each.text for each in found) else []

    return until(drawing)


def button(drawing: list[ChartObject], text: str) -> str:
    """The name of the button that says `text`."""
    (found,) = [each.name for each in drawing if each.kind == "OBJ_BUTTON" and each.text.strip() == text]
    return found


def one(drawing: list[ChartObject], name: str) -> ChartObject:
    """The object of that name."""
    (found,) = [each for each in drawing if each.name == name]
    return found


def within(inner: ChartObject, outer: ChartObject) -> bool:
    """Whether it begins, and where its size is known ends, inside the other."""
    across = outer.x <= inner.x and inner.x + inner.width <= outer.x + outer.width
    return across and outer.y <= inner.y and inner.y + max(inner.height, 1) <= outer.y + outer.height


def levels(ea: Hosted) -> dict[str, tuple[float, str]]:
    """The lines across the chart in its newest drawing: price and what they are, by name."""
    whole, _, _ = ea.out.read_bytes().rpartition(b"\n")
    drawings = [said for line in whole.splitlines() if (said := msgspec.json.decode(line)).get("event") == "objects"]
    lines = [each for each in drawings[-1]["objects"] if each["type"] == "OBJ_HLINE"]
    return {each["name"]: (each["price"], each["OBJPROP_TOOLTIP"]) for each in lines}


def test_fire_asks_the_hub_and_shows_what_became_of_it(hub: ScriptedHub, ea: Hosted) -> None:
    hub.send(signal("SIG"))
    drawing = shown(ea, "FIRE")
    ea.say(f"press {button(drawing, 'FIRE')}")
    asked = hub.expect(FireRequest)
    assert (asked.signal_id, asked.n) == ("SIG", 1)
    hub.send(Ack(session=SESSION, n=1))
    hub.send(Denied(session=SESSION, signal_id="SIG", code="halted", message="news at 14:30"))
    shown(ea, "news at 14:30")
    assert ea.finish().opened == ()  # Nothing is executed but by a command.


def test_pass_says_no_and_a_signal_that_is_over_leaves_the_chart(hub: ScriptedHub, ea: Hosted) -> None:
    hub.send(signal("SIG", mode="semi"))
    ea.say(f"press {button(shown(ea, 'PASS'), 'PASS')}")
    assert hub.expect(Pass).signal_id == "SIG"
    hub.send(Ack(session=SESSION, n=1))
    hub.send(signal("OTHER"))
    shown(ea, "FIRE")
    hub.send(SignalEnd(session=SESSION, signal_id="OTHER", reason="expired"))
    until(lambda: not [each for each in shown(ea, "BITTEN") if each.text.strip() == "FIRE"])


def test_a_signal_of_the_charts_symbol_has_its_levels_as_lines(hub: ScriptedHub, ea: Hosted) -> None:
    hub.send(attrs.evolve(signal("OTHER"), symbol="GBPUSD"))
    hub.send(signal("SIG"))
    drawing = shown(ea, "EURUSD BUY")
    assert levels(ea) == {
        "BITTEN_entry_2": (1.1002, "BITTEN entry"),
        "BITTEN_stop_2": (1.0952, "BITTEN stop"),
        "BITTEN_target_2": (1.1077, "BITTEN target"),
    }
    assert one(drawing, "BITTEN_levels_2").text == "entry 1.1002  stop 1.0952  target 1.1077"


def test_the_picture_of_the_panel(hub: ScriptedHub, ea: Hosted, tmp_path: Path) -> None:
    hub.send(
        Rank(
            session=SESSION,
            xp=1_240,
            rank="SOLDIER",
            next_rank_at=5_000,
            streak=-3,
            shots_left=4,
            locked_until=BEGINS + 60 * MINUTE_MS,
            reason="3 losses in a row",
        )
    )
    hub.send(signal("SIG"))
    drawing = shown(ea, "FIRE")
    text = " ".join(each.text for each in drawing)
    rank = ("SOLDIER", "1240", "LOCKED until", "3 losses in a row")
    for said in ("LIVE", *rank, "EURUSD", "BUY", "10:00", "78", "SHIELD_ACTIVE", "PASS"):
        assert said in text, said
    placed = [each for each in drawing if each.kind == "OBJ_BUTTON"]
    assert len({(each.x, each.y) for each in placed}) == len(placed) >= 2
    back = one(drawing, "BITTEN_back")
    assert all(within(each, back) for each in drawing)
    card = one(drawing, "BITTEN_card_1")
    on_it = [each for each in drawing if each.name.endswith("_1") and each is not card]
    assert {each.name for each in on_it} >= {f"BITTEN_{part}_1" for part in ("name", "levels", "score", "fire", "pass")}
    assert all(within(each, card) for each in on_it)
    assert not any(within(each, card) for each in drawing if not each.name.endswith("_1"))
    picture = draw(drawing)
    picture.save(tmp_path / "panel.png")
    assert picture.width > 400
    assert len(picture.getcolors(maxcolors=1_000_000) or []) > 4
