"""Broker time, as the EA's own source turns it into UTC, against the time zone data base."""

import shutil
import subprocess
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from ea.host.build import build
from ea.host.launch import libraries

HERE = Path(__file__).parent
EA = HERE.parents[1] / "ea"
FIRST, LAST = date(2018, 1, 1), date(2031, 1, 1)
NEW_YORK, ATHENS, LONDON = ZoneInfo("America/New_York"), ZoneInfo("Europe/Athens"), ZoneInfo("Europe/London")
HOUR_MS = 3_600_000

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(shutil.which("g++") is None, reason="g++ compiles the program"),
]


def broker_ms(day: date, at: time = time(12, 0, 0, 789_000)) -> int:
    """A time on the broker's clock, as MetaTrader counts it."""
    return round(datetime.combine(day, at, UTC).timestamp() * 1000)


def changes(zone: ZoneInfo | None, ahead_hours: int) -> list[tuple[int, int]]:
    """Each noon of the broker's from which another offset holds: the zone's own, and so many hours more."""
    found: list[tuple[int, int]] = []
    day, known = FIRST, None
    while day < LAST:
        summer = datetime.combine(day, time(12), zone).utcoffset() if zone else timedelta()
        assert summer is not None
        offset = round(summer.total_seconds() * 1000) + ahead_hours * HOUR_MS
        if offset != known:
            found.append((broker_ms(day), offset))
        day, known = day + timedelta(1), offset
    return found


@pytest.mark.parametrize("now", [date(2024, 1, 17), date(2024, 7, 17)], ids=["winter", "summer"])
@pytest.mark.parametrize(
    ("rule", "zone", "ahead_hours"),
    [
        pytest.param("0", NEW_YORK, 7, id="automatic, the day begins at New York's close"),
        pytest.param("0", LONDON, 1, id="automatic, Europe's summer is not guessed"),
        pytest.param("0", None, 0, id="automatic, no summer"),
        pytest.param("1", None, 2, id="none"),
        pytest.param("2", ATHENS, 0, id="Europe"),
        pytest.param("2", LONDON, 0, id="Europe, west"),
        pytest.param("3", NEW_YORK, 7, id="United States"),
        pytest.param("3", NEW_YORK, 0, id="United States, at home"),
    ],
)
def test_each_day_has_the_offset_it_had(
    tmp_path: Path, rule: str, zone: ZoneInfo | None, ahead_hours: int, now: date
) -> None:
    expected = changes(zone, ahead_hours)
    offset = [each for at, each in expected if at <= broker_ms(now)][-1]
    if rule == "0" and zone is LONDON:  # Nothing tells this broker's clock from one that never changes.
        expected = [(expected[0][0], offset)]
    given = (f"input InpBrokerUtcHours={offset / HOUR_MS}", f"input InpBrokerSummer={rule}")
    assert logged(tmp_path, now, *given) == [f"from {at} {each}" for at, each in expected]


@pytest.mark.parametrize("late_s", [-300, 0, 300], ids=["its clock is ahead", "on time", "its clock is behind"])
def test_the_offset_is_found_by_the_clock(tmp_path: Path, late_s: int) -> None:
    now = date(2024, 1, 17)
    clock = f"clock at={broker_ms(now) - 2 * HOUR_MS + late_s * 1_000}"
    assert logged(tmp_path, now, clock) == [f"from {at} {each}" for at, each in changes(NEW_YORK, 7)]


def logged(folder: Path, now: date, *given: str) -> list[str]:
    """What the program says at a broker where it is noon."""
    setup = folder / "setup"
    lines = (
        *(f"files {folder}", f"common {folder}", "account server=S login=1"),
        "symbol EURUSD digits=5 point=0.00001 tick_size=0.00001 tick_value=1 contract_size=100000 volume_min=0.01 "
        "volume_max=100 volume_step=0.01 filling=3 trade_mode=4 hours=0-10080",
        *given,
    )
    setup.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    program = build(HERE / "broker_time.mq5", [EA / "Include"])
    command: list[str | Path] = [program, setup, "-1", *libraries()]
    told = f"tick EURUSD bid=1.1 ask=1.1002 time={broker_ms(now)}\nquit\n"
    ended = subprocess.run(command, input=told, capture_output=True, text=True, check=True)
    said = [msgspec.json.decode(line) for line in ended.stdout.splitlines()]
    texts = [str(line["text"]) for line in said if line["event"] == "log"]
    assert texts.pop() == "over"
    return texts
