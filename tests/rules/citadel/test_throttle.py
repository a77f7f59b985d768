"""The throttle: its steps from both sides, its floor, what begins it anew, and that it is off unless it is wanted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.messages import ShieldClass
from bitten.rules.citadel import Citadel, CitadelSettings, Ease, Points, Scene, Throttle
from bitten.units import MINUTE_MS
from tests.rules.citadel.scenes import scene

ON = CitadelSettings(throttle=True)
BEGIN = 10**12


def least(throttle: Throttle, minutes: float, fired: int = 0) -> float:
    """What a signal so many minutes after the first one must score."""
    ease = throttle.ease(BEGIN + int(minutes * MINUTE_MS), fired)
    return 4.0 if ease is None else ease.least


def begun(settings: CitadelSettings = ON) -> Throttle:
    throttle = Throttle(settings)
    assert throttle.ease(BEGIN, 0) is None
    return throttle


@pytest.mark.parametrize(
    ("minutes", "score"),
    [(0, 4.0), (19.99, 4.0), (20, 3.5), (34.99, 3.5), (35, 3.0), (49.99, 3.0), (50, 2.5), (10_000, 2.5)],
)
def test_the_steps(minutes: float, score: float) -> None:
    assert least(begun(), minutes) == score


def test_it_is_off_unless_it_is_wanted() -> None:
    assert least(begun(CitadelSettings()), 10_000) == 4.0


@pytest.mark.parametrize(("floor", "score"), [(3.2, 3.2), (0.0, 1.0), (9.0, 4.0)])
def test_the_floor_holds_and_is_never_above_what_is_usual(floor: float, score: float) -> None:
    assert least(begun(CitadelSettings(throttle=True, throttle_step=1.0, throttle_floor=floor)), 60) == score


def test_a_pass_ends_the_silence_but_not_what_was_eased() -> None:
    throttle = begun()
    assert least(throttle, 20) == 3.5
    throttle.passed(BEGIN + 20 * MINUTE_MS)
    assert least(throttle, 39) == 3.5
    assert least(throttle, 54.9) == 3.5
    assert least(throttle, 55) == 3.0


def test_a_fire_resets_it() -> None:
    throttle = begun()
    assert least(throttle, 50) == 2.5
    fired = BEGIN + 51 * MINUTE_MS
    assert least(throttle, 52, fired) == 4.0
    assert least(throttle, 70.9, fired) == 4.0
    assert least(throttle, 71, fired) == 3.5  # the same fire resets it once


def test_a_fire_of_the_past_is_where_the_silence_begins() -> None:
    throttle = Throttle(ON)
    assert least(throttle, 0, BEGIN - 20 * MINUTE_MS) == 3.5


@given(moves=st.lists(st.tuples(st.integers(0, 30), st.sampled_from(("ask", "pass", "fire"))), max_size=40))
def test_it_stays_between_the_floor_and_what_is_usual_and_only_a_fire_raises_it(moves: list[tuple[int, str]]) -> None:
    throttle, now, fired, before = Throttle(ON), 0.0, 0, 4.0
    for minutes, what in moves:
        now += minutes
        at = BEGIN + int(now * MINUTE_MS)
        fired = at if what == "fire" else fired
        score = least(throttle, now, fired)
        assert 2.5 <= score <= (4.0 if what == "fire" else before)
        assert what != "fire" or score == 4.0
        before = score
        if what == "pass":
            throttle.passed(at)


class Bad:
    """Costs two points."""

    name = "bad"

    def judge(self, _: Scene) -> Points:
        return Points(-2.0, "bad")


@pytest.mark.parametrize(
    ("eased", "shield", "size"), [(3.5, ShieldClass.UNVERIFIED, 0.0), (3.0, ShieldClass.VOLATILITY, 0.5)]
)
def test_what_is_eased_is_traded_as_the_class_above_and_the_verdict_says_so(
    eased: float, shield: ShieldClass, size: float
) -> None:
    verdict = Citadel(ON, [Bad()]).judge(scene(), Ease(eased, "it was quiet"))
    assert (verdict.score, verdict.shield, verdict.size) == (3.0, shield, size)
    assert [(part.name, part.points, part.sentence) for part in verdict.parts] == [
        ("bad", -2.0, "bad"),
        ("throttle", 0.0, "it was quiet"),
    ]
