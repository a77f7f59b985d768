"""Fault 18 on the compiled EA: in a flood of ticks none is lost without being counted, whoever cannot keep up."""

import signal
from pathlib import Path
from subprocess import TimeoutExpired

import pytest

from bitten.demo.hosted import HostReport, read_report
from tests.faults.compiled import needs_compiler
from tests.integration.conftest import bench as bench
from tests.integration.processes import Bench, Hub, Running, until

pytestmark = [pytest.mark.process, needs_compiler]

TICKS = 100_000


@pytest.fixture
def flood(tmp_path: Path) -> Path:
    """A tick each millisecond."""
    path = tmp_path / "EURUSD.csv"
    with path.open("w", encoding="utf-8") as market:
        market.write("<DATE>\t<TIME>\t<BID>\t<ASK>\n")
        for number in range(TICKS):
            minutes, ms = divmod(number, 60_000)
            bid = 1.1 + number % 50 * 1e-5
            market.write(f"2024.03.04\t09:{minutes:02}:{ms / 1000:06.3f}\t{bid:.5f}\t{bid + 1e-4:.5f}\n")
    return path


def ended(ea: Running) -> HostReport:
    """Its report, once its market is over."""
    assert ea.end() == 0
    return read_report("alice", ea.out.read_bytes())


def all_counted(hub: Hub, report: HostReport) -> None:
    """Each tick of the terminal's was sent or counted as dropped, and each that was sent has come."""
    assert report.ticks_played == TICKS
    assert report.ticks_sent + report.ticks_dropped == TICKS
    assert hub.count("ticks") == report.ticks_sent


def test_fault_18_as_fast_as_the_terminal_can(bench: Bench, flood: Path) -> None:
    hub = bench.hub(bench.configure())
    report = ended(bench.compiled("alice", hub.ports, "--ticks", str(flood), "--speed", "1000000"))
    all_counted(hub, report)
    assert report.ticks_dropped == 0


def test_fault_18_hub_does_not_read_for_a_while(bench: Bench, flood: Path) -> None:
    hub = bench.hub(bench.configure())
    ea = bench.compiled("alice", hub.ports, "--ticks", str(flood), "--speed", "20")
    until(lambda: hub.count("ticks") > TICKS / 10)
    hub.process.send_signal(signal.SIGSTOP)
    with pytest.raises(TimeoutExpired):
        ea.process.wait(1.5)  # Less than the silence after which the EA starts over.
    hub.process.send_signal(signal.SIGCONT)
    report = ended(ea)
    all_counted(hub, report)
    assert report.ticks_dropped > 0
