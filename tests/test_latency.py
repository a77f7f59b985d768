"""What is recorded is what is read, to 1 %, in figures and in buckets."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.latency import BOUNDS_US, LONGEST_US, Latency


def recorded(*us: int) -> Latency:
    found = Latency("stage")
    for each in us:
        found.record(each * 1_000)
    return found


def test_nothing_is_known_before_something_was_recorded() -> None:
    status = recorded().status()
    assert (status.count, status.p50_us, status.p99_us, status.max_us, status.sum_us) == (0, None, None, None, 0)
    assert set(status.buckets.values()) == {0}


def test_figures_of_a_hundred() -> None:
    status = recorded(*range(1, 101)).status()
    assert (status.name, status.count, status.p50_us, status.p99_us) == ("stage", 100, 50, 99)
    assert (status.max_us, status.sum_us) == (100, 5_050)
    assert (status.buckets["50"], status.buckets["100"], status.buckets["10000000"]) == (50, 100, 100)


@pytest.mark.parametrize(("ns", "us"), [(-5, 1), (0, 1), (999, 1), (1_999, 1), (10**18, LONGEST_US)])
def test_what_is_out_of_range_counts_as_its_end(ns: int, us: int) -> None:
    found = Latency("stage")
    found.record(ns)
    assert (found.status().count, found.status().max_us) == (1, us)


@given(st.lists(st.integers(1, LONGEST_US), min_size=1, max_size=50))
def test_every_bucket_holds_what_took_no_longer_to_one_in_a_hundred(us: list[int]) -> None:
    status = recorded(*us).status()
    for bound in BOUNDS_US:
        at_least, at_most = (sum(each <= bound * by for each in us) for by in (1, 1.01))
        assert at_least <= status.buckets[str(bound)] <= at_most
    counts = list(status.buckets.values())
    assert all(low <= high for low, high in pairwise(counts))
    half = sorted(us)[(len(us) + 1) // 2 - 1]
    assert status.p50_us is not None
    assert half <= status.p50_us <= half * 1.01 + 1
    assert status.p50_us <= (status.p99_us or 0) <= (status.max_us or 0)
