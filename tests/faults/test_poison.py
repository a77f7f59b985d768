"""Fault 31 inside the hub: an actor that crashes on every message, one poison message, plug-ins that talk nonsense."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from trio.testing import MockClock

from bitten import failpoints
from bitten.journal import Journal
from bitten.messages import Evidence, Signal
from bitten.nursery import Limits, RestartIntensityReached
from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.shield import Points, Veto
from bitten.rules.facts import SignalFound, VerdictGiven
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import Candidate, NoSignal
from bitten.units import LONGEST_TEXT, Direction
from tests.actors.bench import AUTO, Ea, hub, journaled
from tests.actors.patterns import TEN_PIPS, EveryTick
from tests.scenarios.live import HubTarget

LIMITS = Limits()
HERE = __name__


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    failpoints.arm("")


def lives(target: HubTarget, name: str) -> int:
    """How many lives an actor, or the supervisor `brains`, has had."""
    children = [*target.hub.root.statistics().children, *target.hub.brains.statistics().children]
    (found,) = [each.lives for each in children if each.name == name]
    return found


async def test_fault_31_what_crashes_on_every_message_takes_one_floor_after_the_other_down(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    """The brains give up on CITADEL, the root starts them again, and in the end gives up on them: the hub ends."""
    most, signals = {"citadel": 0, "brains": 0}, 0
    with pytest.RaisesGroup(RestartIntensityReached, flatten_subgroups=True) as ended:
        async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target:
            ea = Ea(target)
            await ea.go_live()
            failpoints.arm(f"{failpoints.SIGNAL_TAKEN}!")
            while True:
                signals += 1
                await ea.tick(after_ms=signals)
                await target.advance(1_000)
                # Whoever does not think goes on all the same, and nothing is fired blindly.
                assert [each.state for each in target.hub.desk.status().sessions] == ["live"]
                assert await ea.got("fire") == []
                assert target.hub.desk.sight.dead_letters.count <= signals
                most = {name: max(seen, lives(target, name)) for name, seen in most.items()}
    flat: list[BaseException] = [ended.value]
    while isinstance(flat[0], BaseExceptionGroup):
        flat = list(flat[0].exceptions)
    (root,) = flat
    assert isinstance(root, RestartIntensityReached)
    assert (root.supervisor, root.child) == ("bitten", "brains")
    assert isinstance(root.__cause__, RestartIntensityReached)
    assert (root.__cause__.supervisor, root.__cause__.child) == ("brains", "citadel")
    assert isinstance(root.__cause__.__cause__, failpoints.Reached)
    assert most == {"citadel": LIMITS.intensity + 1, "brains": LIMITS.in_a_row + 1}


async def test_fault_31_one_poison_message_is_kept_once_and_nobody_else_notices(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    users = {"alice": AUTO, "bob": AUTO}
    async with hub(tmp_path, mock_clock, users=users, sources=("alice",)) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
        await bob.tick()
        failpoints.arm(f"{failpoints.SIGNAL_TAKEN}!1")
        for signal in range(3):
            await alice.tick(after_ms=1_000 + signal)
        await target.advance(5_000)
        (letter,) = target.hub.desk.sight.dead_letters
        assert letter.actor == "brains/citadel"
        poison = letter.message
        assert isinstance(poison, Signal)
        found, judged = journaled(target, SignalFound), journaled(target, VerdictGiven)
        # Those that came while it was restarted have waited, in order.
        assert [each.signal.id for each in found] == [poison.id, *(each.verdict.signal.id for each in judged)]
        assert len(found) == 3
        for ea in (alice, bob):
            assert [fire["signal_id"] for fire in await ea.got("fire")] == [each.signal.id for each in found[1:]]
        assert target.hub.desk.status().dead_letters == 1
        assert (lives(target, "citadel"), lives(target, "venom"), lives(target, "sessions")) == (2, 1, 1)


class Speechless(Exception):
    """It cannot even say what it is."""

    def __str__(self) -> str:
        raise ZeroDivisionError


class Says:
    """A shield with an answer that a careless author may give."""

    name = "careless"
    answer: object = None

    def judge(self, _scene: Scene) -> object:
        return self.answer


class NumberForText(Says):
    """Text that is none could be written to the journal, but not read again."""

    def judge(self, _scene: Scene) -> object:
        return Veto(5)  # type: ignore[arg-type] # what a plug-in without types may do


class Unwritable(Says):
    """An error whose text no journal can hold."""

    def judge(self, _scene: Scene) -> object:
        raise ValueError("half a character: \ud800\n" + "x" * 10_000)


class Unspeakable(Says):
    def judge(self, _scene: Scene) -> object:
        raise Speechless


class Leaves(Says):
    """As a script does."""

    def judge(self, _scene: Scene) -> object:
        raise SystemExit(0)


class HalfACharacter(Says):
    answer = Points(np.float32(-1.5), "half a character: \ud800\nand a line" + "x" * 10_000)


@pytest.mark.parametrize("shield", [NumberForText, Unwritable, Unspeakable, Leaves])
async def test_fault_31_a_shield_that_answers_nonsense_is_benched(
    shield: type[Says], tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}, shields=(f"{HERE}:{shield.__name__}",)) as target:
        ea = Ea(target)
        await ea.go_live()
        for ms in (1_000, 2_000):
            await ea.tick(after_ms=ms)
        assert len(await ea.got("fire")) == 2
        (benched,) = target.hub.desk.status().benched
        assert benched.startswith("careless: ")
        untouched(target)
    read_again(tmp_path)


async def test_fault_31_what_a_shield_says_is_kept_in_one_line_that_can_be_written(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}, shields=(f"{HERE}:HalfACharacter",)) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick(after_ms=1_000)
        (given,) = journaled(target, VerdictGiven)
        (part,) = given.verdict.parts
        assert (part.points, part.sentence[:40]) == (-1.5, r"half a character: \ud800\nand a linexxxxx"[:40])
        assert len(part.sentence) == LONGEST_TEXT
        untouched(target)
    read_again(tmp_path)


class NumPy(EveryTick):
    """What an author gives who takes it from the bars' arrays."""

    def detect(self, _market: MarketView) -> Candidate:
        level = Evidence(what="level", bar_time=np.int64(1_700_000_000_000), price=np.float64(1.1))
        return Candidate(Direction.BUY, score=np.float64(90.0), evidence=[level], plan=TEN_PIPS)


class TextForEvidence(EveryTick):
    def detect(self, _market: MarketView) -> Candidate:
        return Candidate(Direction.BUY, score=90.0, evidence=("level",), plan=TEN_PIPS)  # type: ignore[arg-type]


class FractionOfATime(EveryTick):
    def detect(self, _market: MarketView) -> Candidate:
        level = Evidence(what="level", bar_time=0.5, price=1.1)  # type: ignore[arg-type]
        return Candidate(Direction.BUY, score=90.0, evidence=(level,), plan=TEN_PIPS)


class DictForPlan(EveryTick):
    def detect(self, _market: MarketView) -> Candidate:
        return Candidate(Direction.BUY, score=90.0, plan={"stop": 0.001})  # type: ignore[arg-type]


class ListForReason(EveryTick):
    def detect(self, _market: MarketView) -> Candidate:
        return NoSignal(["no_volume"])  # type: ignore[arg-type, return-value]


async def test_fault_31_what_a_pattern_takes_from_the_bars_can_be_written(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}, patterns=(f"{HERE}:NumPy",)) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick(after_ms=1_000)
        assert len(await ea.got("fire")) == 1
        (found,) = journaled(target, SignalFound)
        assert found.signal.evidence == (Evidence(what="level", bar_time=1_700_000_000_000, price=1.1),)
        untouched(target)
    read_again(tmp_path)


@pytest.mark.parametrize("pattern", [TextForEvidence, FractionOfATime, DictForPlan, ListForReason])
async def test_fault_31_a_pattern_that_answers_nonsense_is_benched(
    pattern: type[EveryTick], tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}, patterns=(f"{HERE}:{pattern.__name__}",)) as target:
        ea = Ea(target)
        await ea.go_live()
        for ms in (1_000, 2_000):
            await ea.tick(after_ms=ms)
        assert await ea.got("fire") == []
        (benched,) = target.hub.desk.status().benched
        assert benched.startswith("EVERY_TICK: TypeError: ")
        untouched(target)
    read_again(tmp_path)


def untouched(target: HubTarget) -> None:
    """No actor has crashed."""
    assert {each.restarts for each in target.hub.desk.status().actors} == {0}
    assert target.hub.desk.status().dead_letters == 0


def read_again(folder: Path) -> None:
    """The journal is one that the next hub can start with."""
    journal = Journal.open(folder / "journal.sqlite")
    assert journal.entries > 0
    journal.close()
