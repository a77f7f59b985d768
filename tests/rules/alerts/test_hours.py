"""Quiet hours and the hour of the summary by a clock on the wall: across midnight, and when clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.rules.alerts.hours import Quiet, last_due
from bitten.units import DAY_MS, HOUR_MS, MINUTE_MS

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = "22:00-07:00"


def at(text: str) -> int:
    """A time in UTC, ms."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("span", "time", "quiet"),
    [
        ("", "2026-11-24T03:00", False),
        (NIGHT, "2026-11-24T20:59", False),  # 21:59 in Berlin
        (NIGHT, "2026-11-24T21:00", True),
        (NIGHT, "2026-11-24T23:30", True),
        (NIGHT, "2026-11-25T05:59", True),
        (NIGHT, "2026-11-25T06:00", False),
        ("09:30-17:00", "2026-11-24T08:29", False),
        ("09:30-17:00", "2026-11-24T08:30", True),
        ("09:30-17:00", "2026-11-24T16:00", False),
        # In summer Berlin is two hours ahead: the same time of UTC is another one on the wall.
        (NIGHT, "2026-07-24T20:00", True),
        (NIGHT, "2026-07-24T05:00", False),
        # 29 March: 02:00 to 03:00 does not exist. 25 October: it is there twice, and quiet both times.
        ("02:15-02:45", "2026-03-29T00:59", False),
        ("02:15-02:45", "2026-03-29T01:00", False),
        ("02:15-02:45", "2026-10-25T00:30", True),
        ("02:15-02:45", "2026-10-25T01:30", True),
    ],
)
def test_quiet_hours(span: str, time: str, quiet: bool) -> None:
    assert Quiet.of(span).holds(at(time), BERLIN) is quiet


@pytest.mark.parametrize("span", ["22-07", "24:00-07:00", "22:00", "22:00-07:60", "22:00-22:00", " 22:00-07:00"])
def test_what_is_no_span_of_hours_is_refused(span: str) -> None:
    with pytest.raises(ValueError, match=span):
        Quiet.of(span)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-24T20:00", "2026-11-24T20:00"),
        ("2026-11-24T19:59", "2026-11-23T20:00"),
        ("2026-03-29T18:59", "2026-03-28T20:00"),  # the day before the change was in winter time
        ("2026-03-29T19:00", "2026-03-29T19:00"),
        ("2026-10-25T20:00", "2026-10-25T20:00"),
        ("2026-10-25T19:30", "2026-10-24T19:00"),
    ],
)
def test_the_summary_is_due_at_its_hour_on_the_wall(now: str, due: str) -> None:
    assert last_due(at(now), "21:00", BERLIN) == at(due)


@given(
    moment=st.integers(at("2020-01-01"), at("2035-01-01")),
    clock=st.tuples(st.integers(0, 23), st.integers(0, 59)),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
)
def test_there_is_one_summary_a_day_and_it_is_never_ahead(moment: int, clock: tuple[int, int], zone: str) -> None:
    text = f"{clock[0]:02}:{clock[1]:02}"
    due = last_due(moment, text, ZoneInfo(zone))
    assert moment - DAY_MS - HOUR_MS <= due <= moment
    assert last_due(due, text, ZoneInfo(zone)) == due
    before = last_due(due - MINUTE_MS, text, ZoneInfo(zone))
    assert timedelta(hours=22) <= timedelta(milliseconds=due - before) <= timedelta(hours=26)
