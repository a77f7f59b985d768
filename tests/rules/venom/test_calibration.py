"""A signal says what history counted of its like, or that it is uncalibrated; never that it is probable."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.messages import HitRate
from bitten.rules.venom.calibration import LEAST_N, Calibration, Row, band_of, hit_rate, wilson


@pytest.mark.parametrize(
    ("hits", "n", "lower", "upper"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (50, 100, 0.4038, 0.5962),
        (0, 1, 0.0, 0.7935),
    ],
)
def test_the_interval_is_that_of_the_tables(hits: int, n: int, lower: float, upper: float) -> None:
    assert wilson(hits, n) == pytest.approx((lower, upper), abs=5e-5)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate_and_mirrors_that_of_the_misses(counted: tuple[int, int]) -> None:
    hits, n = counted
    lower, upper = wilson(hits, n)
    assert 0 <= lower <= hits / n <= upper <= 1
    misses = wilson(n - hits, n)
    assert (1 - misses[1], 1 - misses[0]) == pytest.approx((lower, upper))


@pytest.mark.parametrize(("hits", "n"), [(0, 0), (-1, 10), (11, 10)])
def test_what_was_not_counted_has_no_interval(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match="must be 0 to n, of at least one"):
        wilson(hits, n)


@pytest.mark.parametrize(("score", "band"), [(0, 0), (9.9, 0), (70, 70), (79.9, 70), (80, 80), (99.9, 90), (100, 90)])
def test_a_score_is_in_one_band(score: float, band: int) -> None:
    assert band_of(score) == band


def test_a_band_of_few_says_nothing() -> None:
    rows = [
        Row(pattern="A", band=70, hit_rate=hit_rate(4, LEAST_N, -0.1)),
        Row(pattern="A", band=80, hit_rate=hit_rate(4, LEAST_N - 1, 0.5)),
    ]
    known = Calibration(rows)
    assert known.of("A", 75.0) == rows[0].hit_rate
    assert (known.of("A", 85.0), known.of("A", 65.0), known.of("B", 75.0)) == (None, None, None)


def test_people_are_told_how_many_were_counted_and_how_sure_that_is() -> None:
    assert str(hit_rate(12, 37, -0.4252)) == "hit rate 32% of 37 (20% to 49%), -0.43 R"
    assert attrs.asdict(hit_rate(12, 37, -0.4252)) == {
        "n": 37,
        "rate": 0.3243,
        "lower": 0.1963,
        "upper": 0.4854,
        "mean_r": -0.4252,
    }
    assert isinstance(hit_rate(1, 2, 0.0), HitRate)
