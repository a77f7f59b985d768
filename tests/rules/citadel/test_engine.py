"""CITADEL: points add up once, the class and size follow, vetoes hold, and a crash costs only its shield."""

from collections.abc import Mapping
from math import inf

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.errors import ConfigError
from bitten.messages import Part, ShieldClass, Timeframe
from bitten.rules.citadel import BUILT_IN, Citadel, CitadelSettings, Points, Scene, Shield, Veto, build
from bitten.units import Direction
from tests.rules.citadel.scenes import any_scene, high_at, scene
from tests.rules.venom.drawn import START

SETTINGS = CitadelSettings()


class Says:
    """A shield that gives the same answer to everything."""

    def __init__(self, name: str, answer: object) -> None:
        self.name = name
        self.answer = answer
        self.asked = 0

    def judge(self, _: Scene) -> Points | Veto | None:
        """The answer, or what a shield must not do."""
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer  # type: ignore[return-value]


def citadel(*answers: object, settings: CitadelSettings = SETTINGS) -> Citadel:
    return Citadel(settings, [Says(f"shield{place}", answer) for place, answer in enumerate(answers)])


def given_points(*amounts: float) -> Citadel:
    return citadel(*(Points(amount, "so it is") for amount in amounts))


@pytest.mark.parametrize(
    ("extra", "score", "shield", "size"),
    [
        (9.0, 10.0, ShieldClass.APPROVED, 1.0),
        (3.0, 8.0, ShieldClass.APPROVED, 1.0),
        (2.99, 7.99, ShieldClass.ACTIVE, 0.75),
        (1.0, 6.0, ShieldClass.ACTIVE, 0.75),
        (0.99, 5.99, ShieldClass.VOLATILITY, 0.5),
        (-1.0, 4.0, ShieldClass.VOLATILITY, 0.5),
        (-1.01, 3.99, ShieldClass.UNVERIFIED, 0.0),
        (-9.0, 0.0, ShieldClass.UNVERIFIED, 0.0),
    ],
)
def test_classes_and_sizes(extra: float, score: float, shield: ShieldClass, size: float) -> None:
    verdict = given_points(extra).judge(scene())
    assert (verdict.score, verdict.shield, verdict.size) == (score, shield, size)
    assert verdict.vetoed is (size == 0)


def test_the_score_is_clamped_once_at_the_end() -> None:
    assert given_points(9.0, -3.0).judge(scene()).score == 10.0
    assert given_points(9.0, -3.0, -2.0).judge(scene()).score == 9.0


def test_an_unverified_signal_may_be_let_through_small() -> None:
    verdict = Citadel(CitadelSettings(unverified_size=0.25), [Says("a", Points(-5.0, "bad"))]).judge(scene())
    assert (verdict.shield, verdict.size, verdict.vetoes) == (ShieldClass.UNVERIFIED, 0.25, ())


def test_what_is_not_traded_says_so() -> None:
    assert given_points(-1.5).judge(scene()).vetoes == (
        Part(name="score", points=0.0, sentence="a score of 3.5 is UNVERIFIED, which is not traded"),
    )


def test_a_veto_holds_whatever_the_score() -> None:
    verdict = citadel(Points(5.0, "perfect"), Veto("but closed"), None).judge(scene())
    assert (verdict.score, verdict.shield, verdict.size) == (10.0, ShieldClass.APPROVED, 0.0)
    assert verdict.parts == (Part(name="shield0", points=5.0, sentence="perfect"),)
    assert verdict.vetoes == (Part(name="shield1", points=0.0, sentence="but closed"),)


@pytest.mark.parametrize("answer", [ZeroDivisionError("division by zero"), "plus two", 2.0])
def test_a_crash_costs_only_its_own_shield(answer: object) -> None:
    bad, good = Says("bad", answer), Says("good", Points(1.0, "fine"))
    brain = Citadel(SETTINGS, [bad, good])
    first, second = brain.judge(scene()), brain.judge(scene())
    assert first == second
    assert (first.score, [part.name for part in first.parts]) == (6.0, ["good", "bad"])
    assert first.parts[1].points == 0.0
    assert first.parts[1].sentence == f"not asked, it crashed: {brain.benched['bad']}"
    assert (bad.asked, good.asked) == (1, 2)


def test_points_out_of_proportion_are_a_crash() -> None:
    class Greedy:
        name = "greedy"

        def judge(self, _: Scene) -> Points:
            return Points(10.5, "mine")

    brain = Citadel(SETTINGS, [Greedy()])
    assert brain.judge(scene()).score == 5.0
    assert brain.benched == {"greedy": "ValueError: points = 10.5: must be -10 to 10"}


class Mine:
    """A user's own shield."""

    name = "mine"

    def judge(self, _: Scene) -> Points | None:
        """Likes everything."""
        return Points(1.0, "I like it")


RESOLVED: Mapping[str, object] = {"my:Mine": Mine, "my:Trap": lambda: Says("trap", None), "my:int": int, "my:three": 3}


def built(*names: str) -> list[str]:
    return [shield.name for shield in build(CitadelSettings(shields=names), RESOLVED.__getitem__)]


def test_as_shipped_all_shields_are_in_use() -> None:
    assert SETTINGS.shields == tuple(BUILT_IN)
    assert built(*SETTINGS.shields) == list(BUILT_IN)


def test_a_users_own_shield_is_one_of_them() -> None:
    assert built("trap", "my:Mine") == ["trap", "mine"]


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (("trapp",), "'trapp': must be one of structure, "),
        (("trap", "my:Trap"), "'my:Trap': there is another one called trap"),
        (("my:int",), "'my:int': 0 is no shield: it needs name and judge(scene)"),
        (("my:three",), "'my:three': 3 is no class"),
        (("my:Nothing",), "'my:Nothing': 'my:Nothing'"),
    ],
)
def test_what_is_no_shield_is_refused_by_name(names: tuple[str, ...], problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        built(*names)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(f"[citadel] shields: {problem}")


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        built("one", "two")
    assert len(caught.value.problems) == 2


SHIPPED: tuple[Shield, ...] = build(SETTINGS, RESOLVED.__getitem__)


def test_a_verdict_as_shipped() -> None:
    verdict = Citadel(SETTINGS, SHIPPED).judge(
        scene({Timeframe.M5: high_at(12)}, at=START, target=40, regime="trend_up")
    )
    assert verdict.score == 5 + 1 + 1 + 0.5 - 1.5
    assert (verdict.shield, verdict.size) == (ShieldClass.ACTIVE, 0.75)
    assert [(part.name, part.points, part.sentence) for part in verdict.parts] == [
        ("regime", 1.0, "the regime is trend up"),
        ("reward", 1.0, "reward to risk is 2.00"),
        ("kill_zone", 0.5, "kill zone 07-10 UTC"),
        ("trap", -1.5, "an unswept swing waits 12.0 pips beyond the entry"),
    ]


@given(of=any_scene)
def test_any_market_gets_a_verdict_that_adds_up(of: Scene) -> None:
    brain = Citadel(SETTINGS, SHIPPED)
    verdict = brain.judge(of)
    assert brain.benched == {}
    assert 0 <= verdict.score <= 10
    assert verdict.score == pytest.approx(min(max(5 + sum(part.points for part in verdict.parts), 0), 10))
    assert 0 <= verdict.size <= 1
    assert verdict.vetoed == bool(verdict.vetoes)
    assert len({part.name for part in verdict.parts}) == len(verdict.parts)
    assert all(part.points and part.sentence for part in verdict.parts)
    assert brain.judge(of) == verdict


@given(amounts=st.lists(st.floats(-3, 3), max_size=6), more=st.floats(0, 3))
def test_what_speaks_for_a_signal_never_makes_it_smaller(amounts: list[float], more: float) -> None:
    less, better = given_points(*amounts).judge(scene()), given_points(*amounts, more).judge(scene())
    assert better.score >= less.score
    assert better.size >= less.size


@pytest.mark.parametrize("direction", Direction)
def test_a_scene_knows_its_sides(direction: Direction) -> None:
    of = scene({Timeframe.M5: high_at(8)}, direction, stop=20)
    assert of.ahead(of.entry) == 0
    assert of.ahead(of.stop) == -19  # the spread is lost on one side or on the other
    assert [of.ahead(float(level)) for level in of.swings_ahead(Timeframe.M5)] == [8.0]
    assert len(of.swings_behind(Timeframe.M5)) == 0
    assert attrs.fields_dict(type(of)).keys() == {"signal", "market", "utc_offset", "calendar", "others", "all_bars"}


@given(of=any_scene)
def test_swings_are_found_as_if_each_were_looked_at(of: Scene) -> None:
    depth = of.ahead(of.stop)
    to_stop = [level for level in of.swings_behind(Timeframe.M15) if depth <= of.ahead(level) <= 0]
    beyond = [of.ahead(level) for level in of.swings_ahead(Timeframe.M5) if of.ahead(level) > 0]
    assert of.swings_to_stop(Timeframe.M15) == len(to_stop)
    assert of.next_swing(Timeframe.M5) == min(beyond, default=inf)
