"""Disagreement: sources that quote one symbol too far apart, from both sides of the limit."""

import attrs
import pytest

from bitten.rules.citadel import CitadelSettings, Scene, SourceQuote, Veto
from bitten.rules.citadel.disagreement import Disagreement
from bitten.units import Quote
from tests.rules.citadel.scenes import scene
from tests.rules.venom.drawn import START

SHIELD = Disagreement(CitadelSettings())
MIDDLE = 1.10005


def beside(*others: tuple[str, float, int]) -> Scene:
    """Another source's quote: its distance from ours in %, and how many ms after the signal it is."""
    quotes = [
        SourceQuote(user, Quote(MIDDLE * (1 + pct / 100), MIDDLE * (1 + pct / 100), START + late))
        for user, pct, late in others
    ]
    return attrs.evolve(scene(), others=tuple(quotes))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("pct", "vetoed"), [(0.0, False), (0.5, False), (0.5001, True), (40.0, True)])
def test_more_than_half_a_per_cent_apart(pct: float, vetoed: bool, sign: int) -> None:
    assert (SHIELD.judge(beside(("bob", sign * pct, 0))) is not None) is vetoed


@pytest.mark.parametrize(("late", "vetoed"), [(-60_000, True), (-60_001, False), (60_000, True), (60_001, False)])
def test_a_quote_of_another_time_says_nothing(late: int, vetoed: bool) -> None:
    assert (SHIELD.judge(beside(("bob", 2.0, late))) is not None) is vetoed


def test_the_sentence_names_the_farthest() -> None:
    assert SHIELD.judge(beside(("bob", 1.0, 0), ("eve", -2.0, 0), ("zoe", 0.0, 0))) == Veto(
        "sources disagree on EURUSD: eve quotes 1.07805, u 1.10005, 2.00 % apart"
    )


def test_without_another_source_nothing_is_said() -> None:
    assert SHIELD.judge(beside()) is None
