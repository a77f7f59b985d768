"""The restart decision, as the pure function that it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.nursery import Backoff, Exit, Limits, Restart
from bitten.supervision.restart import decide, wants_restart

TIMES = st.lists(st.floats(0, 1e6), max_size=30).map(sorted)
LIMITS = st.builds(Limits, intensity=st.integers(0, 10), period=st.floats(0.1, 1000), in_a_row=st.integers(0, 100))
BACKOFFS = st.builds(
    Backoff,
    first=st.floats(0, 3600),
    factor=st.floats(1, 10),
    limit=st.floats(0, 3600),
    stable_after=st.floats(0.001, 86_400),
)


@pytest.mark.parametrize(
    ("restart", "after"),
    [
        (Restart.PERMANENT, {Exit.NORMAL, Exit.SHUTDOWN, Exit.ABNORMAL}),
        (Restart.TRANSIENT, {Exit.ABNORMAL}),
        (Restart.TEMPORARY, set()),
    ],
)
def test_which_exits_lead_to_a_restart(restart: Restart, after: set[Exit]) -> None:
    assert {exit_ for exit_ in Exit if wants_restart(restart, exit_)} == after


def test_window_boundary_exactly_period() -> None:
    limits = Limits(intensity=1, period=30)
    assert decide([0.0], 30.0, 1, limits).give_up == "2 restarts within 30 s, allowed are 1"
    assert decide([0.0], 30.001, 1, limits).give_up is None


def test_no_restart_allowed() -> None:
    assert decide([], 5.0, 1, Limits(intensity=0)).give_up == "1 restarts within 30 s, allowed are 0"


def test_too_many_failures_in_a_row_however_slow() -> None:
    limits = Limits(intensity=1000, in_a_row=2)
    assert decide([], 5.0, 2, limits).give_up is None
    assert decide([], 5.0, 3, limits).give_up == "3 failures in a row, allowed are 2"


@given(past=TIMES, gap=st.floats(0, 1e6), failures=st.integers(1, 101), limits=LIMITS)
def test_gives_up_exactly_when_a_limit_is_passed(past: list[float], gap: float, failures: int, limits: Limits) -> None:
    now = max(past, default=0.0) + gap
    decision = decide(past, now, failures, limits)
    counted = sum(now <= then + limits.period for then in past) + 1
    assert (decision.give_up is not None) == (counted > limits.intensity or failures > limits.in_a_row)
    assert decision.restarts == (*past[len(past) + 1 - counted :], now)


@given(past=TIMES, gap=st.floats(0, 1e6), failures=st.integers(1, 101), limits=LIMITS)
def test_forgetting_what_no_longer_counts_changes_no_decision(
    past: list[float], gap: float, failures: int, limits: Limits
) -> None:
    now = max(past, default=0.0) + gap
    kept = decide(past, now, failures, limits).restarts
    later = now + gap
    assert decide(kept, later, failures, limits) == decide([*past, now], later, failures, limits)


@given(backoff=BACKOFFS, failures=st.integers(1, 100))
def test_backoff_grows_up_to_its_limit(backoff: Backoff, failures: int) -> None:
    delay = backoff.delay(failures)
    assert 0 <= delay <= backoff.limit
    assert delay <= backoff.delay(failures + 1)


def test_backoff_doubles() -> None:
    assert [Backoff().delay(failures) for failures in (1, 2, 3, 6, 7, 101)] == [0.1, 0.2, 0.4, 3.2, 5.0, 5.0]


def test_a_stable_life_forgives_the_failures_before() -> None:
    backoff = Backoff(stable_after=30)
    assert backoff.failures(before=4, lived=29.999) == 5
    assert backoff.failures(before=4, lived=30.0) == 1


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Limits(intensity=-1), r"intensity = -1: must be at least 0"),
        (lambda: Limits(period=0), r"period = 0: must be above 0"),
        (lambda: Limits(period=float("nan")), r"period = nan"),
        (lambda: Limits(in_a_row=101), r"in_a_row = 101: must be at least 0, at most 100"),
        (lambda: Backoff(first=-0.1), r"first = -0.1"),
        (lambda: Backoff(factor=0.5), r"factor = 0.5: must be at least 1"),
        (lambda: Backoff(limit=float("inf")), r"limit = inf"),
        (lambda: Backoff(stable_after=0), r"stable_after = 0"),
    ],
)
def test_bad_limits_are_refused_with_the_reason(make: type[Limits], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        make()
