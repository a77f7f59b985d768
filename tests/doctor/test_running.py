"""A running hub, judged by what it says; and that it says it."""

from pathlib import Path

import attrs
import pytest
from trio.testing import MockClock

from bitten.doctor.finding import Severity
from bitten.doctor.running import (
    Running,
    judge_clock_of,
    judge_jump,
    judge_running,
    judge_stages,
    judge_synchronised,
    judge_terminals,
)
from bitten.wire.desk import StageStatus, StatusAnswer, StatusRequest
from bitten.wire.diagnosis import DiagnosisAnswer, DiagnosisRequest, TerminalStatus
from tests.actors.bench import AUTO, Ea, hub

TERMINAL = TerminalStatus(
    user="amy",
    state="live",
    build=5200,
    hindrance="",
    clock_offset_ms=12,
    clocks_agree=True,
    broker_ping_ms=38.5,
)
STAGE = StageStatus(
    name="ticks", count=3, last="", age_ms=5, queue=0, expected="while a market is open", health="ok", why=""
)
LIMIT = 2_000


async def test_a_hub_tells_its_time_and_its_terminals(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.telemetry(broker_ping_ms=38.5)
        await target.advance(1_000)
        status, told = target.hub.desk.act(StatusRequest()), target.hub.desk.act(DiagnosisRequest())
        assert isinstance(told, DiagnosisAnswer)
        assert isinstance(status, StatusAnswer)
        assert told.hub_time == target.hub.around.clock.now()
        (terminal,) = told.terminals
        assert terminal == attrs.evolve(TERMINAL, user="paper", clock_offset_ms=0, build=terminal.build)
        assert terminal.build > 0

        running = Running(status.status, told, told.hub_time)
        assert judge_running(running, "/desk").severity is Severity.OK
        for ahead, severity in ((0, "ok"), (-500, "ok"), (501, "warning"), (2_000, "warning"), (-2_001, "error")):
            assert judge_jump(attrs.evolve(running, system_time=told.hub_time + ahead), LIMIT).severity == severity

        await ea.telemetry(broker_ping_ms=-1.0, trade_allowed=False)
        again = target.hub.desk.act(DiagnosisRequest())
        assert isinstance(again, DiagnosisAnswer)
        (changed,) = again.terminals
        assert (changed.broker_ping_ms, changed.hindrance) == (None, "without trading allowed")


async def test_an_ea_whose_clock_is_off_is_told_of(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target:
        ea = Ea(target)
        await ea.go_live(time=target.now + 9_000)
        told = target.hub.desk.act(DiagnosisRequest())
        assert isinstance(told, DiagnosisAnswer)
        (terminal,) = told.terminals
        assert (terminal.clock_offset_ms, terminal.clocks_agree) == (9_000, False)
        assert judge_clock_of(terminal, LIMIT).seen == "+9000 ms from the hub's, 2000 ms are allowed: nothing is fired"


def test_no_hub_is_a_warning_and_a_silent_one_an_error() -> None:
    none, silent = judge_running(None, "/desk"), judge_running(None, "/desk", silent="it did not answer")
    assert (none.severity, silent.severity) == (Severity.WARNING, Severity.ERROR)
    for found in (none, silent):
        assert "clock against the EAs', terminals and stages were not looked at" in found.seen
        assert found.remedy


@pytest.mark.parametrize(("kept", "severity"), [(True, "ok"), (False, "warning"), (None, "warning")])
def test_the_systems_clock(kept: bool | None, severity: str) -> None:
    assert judge_synchronised(kept).severity == severity


@pytest.mark.parametrize(
    ("offset", "agree", "severity"),
    [
        (12, True, "ok"),
        (-1_000, True, "ok"),
        (1_001, True, "warning"),
        (-1_500, True, "warning"),
        (9_000, False, "error"),
    ],
)
def test_the_clock_of_an_ea(offset: int, agree: bool, severity: str) -> None:
    found = judge_clock_of(attrs.evolve(TERMINAL, clock_offset_ms=offset, clocks_agree=agree), LIMIT)
    assert (found.severity, found.seen.startswith(f"{offset:+} ms")) == (severity, True)


def test_terminals() -> None:
    ben = attrs.evolve(TERMINAL, user="ben", build=5100, broker_ping_ms=None)
    cat = attrs.evolve(TERMINAL, user="cat", hindrance="without trading allowed")
    found = list(judge_terminals([TERMINAL, ben, cat]))
    assert [(each.about, each.severity, each.seen) for each in found] == [
        ("amy", "ok", "live, build 5200, 38.5 ms from its broker"),
        ("ben", "warning", "live, build 5100: another's is 5200"),
        ("cat", "error", "live, build 5200, 38.5 ms from its broker: without trading allowed"),
    ]
    (nobody,) = judge_terminals([])
    assert (nobody.severity, nobody.seen) == ("warning", "no EA is connected")


@pytest.mark.parametrize(
    ("health", "why", "count", "severity", "seen"),
    [
        ("ok", "", 3, "ok", "spoke 3 times"),
        ("ok", "", 0, "ok", "nothing was expected of it yet"),
        ("ok", "all markets are closed", 3, "ok", "all markets are closed"),
        ("late", "30 s", 3, "warning", "late: 30 s"),
        ("stale", "90 s", 3, "error", "stale: 90 s"),
    ],
)
def test_stages(health: str, why: str, count: int, severity: str, seen: str) -> None:
    (found,) = judge_stages([attrs.evolve(STAGE, health=health, why=why, count=count)])
    assert (found.severity, found.seen) == (severity, seen)
