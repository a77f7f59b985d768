"""Each stage is judged by when it should speak: the market's hours, or what it was given to answer."""

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.rules.health import EXPECTATIONS, Health, Judgement, Picture, judge, judge_session, open_for, worst
from bitten.units import DAY_MS, HOUR_MS, MINUTE_MS
from bitten.wire.market import Spec
from tests.scenarios.samples import message

SPEC = msgspec.convert({**message({"type": "spec"}), "session": "s"}, Spec)
SUNDAY = 3 * DAY_MS
"""1970 began on a Thursday."""
NEVER = dict.fromkeys(EXPECTATIONS)


def picture(
    open_ms: int | None = 10 * DAY_MS, unanswered_ms: int | None = None, unjudged: int = 0, **ages: int
) -> Picture:
    """All stages spoke this moment, but for those named."""
    return Picture(
        ages={**dict.fromkeys(EXPECTATIONS, 0), **ages},
        open_ms=open_ms,
        closed_because="" if open_ms is not None else "all markets are closed",
        unanswered_ms=unanswered_ms,
        unjudged=unjudged,
    )


@pytest.mark.parametrize(
    ("stage", "late_ms", "stale_ms"),
    [("ticks", 30_000, 120_000), ("bars", 6 * MINUTE_MS, 12 * MINUTE_MS), ("signals", 8 * HOUR_MS, None)],
)
def test_a_silent_stage_is_late_then_stale_while_a_market_is_open(
    stage: str, late_ms: int, stale_ms: int | None
) -> None:
    assert judge(stage, picture(**{stage: late_ms})) == Judgement(Health.OK, "")
    assert judge(stage, picture(**{stage: late_ms + 1})).health is Health.LATE
    later = (stale_ms or DAY_MS) + 1
    assert judge(stage, picture(**{stage: later})).health is (Health.LATE if stale_ms is None else Health.STALE)
    assert judge(stage, picture(open_ms=None, **{stage: later})) == Judgement(Health.OK, "all markets are closed")


def test_a_market_that_opened_just_now_owes_no_tick_yet() -> None:
    assert judge("ticks", picture(open_ms=5_000, ticks=2 * DAY_MS)).health is Health.OK
    silent = attrs.evolve(picture(), ages=NEVER)
    assert judge("ticks", silent) == Judgement(Health.STALE, "silent for 14400 min; expected while a market is open")


def test_a_verdict_is_owed_from_the_signal_on_until_it_is_given() -> None:
    assert judge("verdicts", picture(signals=11_000, verdicts=11_000)).health is Health.OK
    assert judge("verdicts", picture(signals=900, verdicts=50_000)).health is Health.OK
    assert judge("verdicts", picture(signals=9_000, verdicts=50_000)).health is Health.LATE
    owed = judge("verdicts", picture(signals=11_000, verdicts=50_000))
    assert owed == Judgement(Health.STALE, "silent for 11 s; expected on each signal")
    assert judge("verdicts", attrs.evolve(picture(), ages=NEVER)).health is Health.OK


@pytest.mark.parametrize(("ms", "health"), [(5_000, Health.OK), (5_001, Health.LATE), (30_001, Health.STALE)])
def test_commands_and_closings_are_to_be_answered(ms: int, health: Health) -> None:
    assert judge("confirmations", picture(unanswered_ms=ms, confirmations=DAY_MS)).health is health
    assert judge("confirmations", picture(confirmations=DAY_MS)).health is Health.OK
    assert judge("xp", picture(unjudged=1, closings=ms, xp=DAY_MS)).health is health
    assert judge("xp", picture(closings=ms, xp=DAY_MS)).health is Health.OK


def test_what_nobody_can_expect_is_never_late() -> None:
    for stage in ("fires", "closings"):
        assert judge(stage, picture(**{stage: 100 * DAY_MS})) == Judgement(Health.OK, "")


def test_a_session_is_as_well_as_its_state() -> None:
    assert judge_session("live", 20).health is Health.OK
    assert judge_session("reconciling", 20).health is Health.LATE
    assert judge_session("lost", 61_000) == Judgement(Health.STALE, "lost: last heard 61 s ago")


def test_the_whole_is_as_well_as_its_worst_part() -> None:
    found = {health.value: Judgement(health, "") for health in Health}
    assert worst(found) is Health.STALE
    assert worst({}) is Health.OK


def test_how_long_a_market_has_been_open() -> None:
    week = attrs.evolve(SPEC, hours=((1_440, 2_880), (2_880, 7_140)))
    assert open_for(week, SUNDAY) is None
    assert open_for(week, SUNDAY + DAY_MS) == 0
    assert open_for(week, SUNDAY + 3 * DAY_MS + 1) == 2 * DAY_MS + 1
    assert open_for(attrs.evolve(SPEC, hours=()), SUNDAY) == 7 * DAY_MS
    assert open_for(attrs.evolve(SPEC, hours=((0, 10_080),)), SUNDAY) == 7 * DAY_MS


@given(st.integers(0, 10_079), st.integers(1, 10_080), st.integers(0, 4 * 10_080))
def test_it_opened_when_it_was_closed_a_minute_before(start: int, length: int, minute: int) -> None:
    end = start + length
    hours = ((start, end),) if end <= 10_080 else ((0, end - 10_080), (start, 10_080))
    spec = attrs.evolve(SPEC, hours=hours)
    now = SUNDAY + minute * MINUTE_MS
    found = open_for(spec, now)
    assert (found is not None) is spec.is_open(now)
    if found is not None and found < 7 * DAY_MS:
        assert spec.is_open(now - found)
        assert not spec.is_open(now - found - MINUTE_MS)
