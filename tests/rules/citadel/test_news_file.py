"""The operator's calendar file: what it may say, and each mistake with its line."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.rules.citadel.calendar import Event, Importance
from bitten.rules.citadel.news_file import HEADER, MOST_EVENTS, read

HEAD = ",".join(HEADER)


def ms(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type, misc]


def test_a_file_as_an_operator_writes_it() -> None:
    text = f"""\ufeff{HEAD}
# the last week of November

2026-11-25T13:30Z,USD,high,Core PCE Price Index m/m
2026-11-25T14:30:00+02:00, eur, Moderate , "Lagarde, on prices"
2026-11-26T00:00Z,ALL,low,Thanksgiving
"""
    found = read(text)
    assert found.problems == ()
    assert found.calendar.events == (
        Event(ms(2026, 11, 25, 12, 30), "EUR", Importance.MODERATE, "Lagarde, on prices"),
        Event(ms(2026, 11, 25, 13, 30), "USD", Importance.HIGH, "Core PCE Price Index m/m"),
        Event(ms(2026, 11, 26), "ALL", Importance.LOW, "Thanksgiving"),
    )


def test_an_event_that_is_there_twice_is_one() -> None:
    line = "2026-11-25T13:30Z,USD,high,NFP\n"
    assert len(read(f"{HEAD}\n{line}{line}").calendar) == 1


TIME = "must be as 2026-11-25T13:30Z, with Z or an offset as +02:00"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("2026-11-25T13:30,USD,high,NFP", f"time = '2026-11-25T13:30': {TIME}"),
        ("25.11.2026 13:30,USD,high,NFP", f"time = '25.11.2026 13:30': {TIME}"),
        ("1931-11-25T13:30Z,USD,high,NFP", f"time = '1931-11-25T13:30Z': {TIME}"),
        ("2026-11-25T13:30Z,US,high,NFP", "currency = 'US': must be three letters as USD, or ALL"),
        ("2026-11-25T13:30Z,U5D,high,NFP", "currency = 'U5D': must be three letters as USD, or ALL"),
        ("2026-11-25T13:30Z,USD,red,NFP", "importance = 'red': must be one of low, moderate, high"),
        ("2026-11-25T13:30Z,USD,high,", "name = '': must say what it is"),
        ("2026-11-25T13:30Z,USD,high", "3 fields: must be 4, time,currency,importance,name"),
        ("2026-11-25T13:30Z,USD,high,NFP,1.2", "5 fields: must be 4, time,currency,importance,name"),
        ('2026-11-25T13:30Z,USD,high,"NFP', "unexpected end of data"),
    ],
)
def test_each_mistake_has_its_line(line: str, problem: str) -> None:
    found = read(f"{HEAD}\n# a comment\n{line}\n2026-11-25T13:30Z,USD,high,NFP\n")
    assert found.problems == (f"line 3: {problem}",)


@pytest.mark.parametrize("text", ["", "# nothing but words\n", "2026-11-25T13:30Z,USD,high,NFP\n"])
def test_without_its_header_it_is_no_calendar(text: str) -> None:
    (problem,) = read(text).problems
    assert problem == f"line 1: must be the header {HEAD}"


def test_every_mistake_is_told_up_to_twenty() -> None:
    found = read(HEAD + "\nx" * 23)
    assert (len(found.problems), found.problems[19], found.problems[20]) == (
        *(21, "line 21: 1 fields: must be 4, time,currency,importance,name"),
        "and 3 more",
    )


def test_it_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bitten.rules.citadel.news_file.MOST_EVENTS", 1)
    lines = "".join(f"2026-11-25T13:3{n}Z,USD,high,NFP\n" for n in range(2))
    assert read(f"{HEAD}\n{lines}").problems == ("2 events: must be at most 1",)
    assert MOST_EVENTS == 100_000


@given(text=st.text(st.sampled_from(',"\n\r\x00Z2026-11T:3highUSD#\\ '), max_size=200))
def test_whatever_a_line_says_it_is_an_event_or_a_mistake(text: str) -> None:
    found = read(f"{HEAD}\n{text}")
    said = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(found.problems) + len(found.calendar) >= min(len(said), 1)
