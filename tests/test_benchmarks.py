"""The benchmarks run and say what they promise. How fast anything is, is not asserted: the machine is shared."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]


def run(*arguments: str) -> str:
    """What a benchmark prints, run where a newcomer runs it."""
    command = [sys.executable, "-m", "benchmarks", *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.process
def test_latency_measures_fires_of_the_hub_and_of_the_loop() -> None:
    figures = json.loads(run("latency", "--json", "--rounds", "1", "--ticks", "5"))
    assert list(figures) == ["p50_us", "p99_us", "loop_p50_us", "loop_p99_us", "ratio_p50", "ratio_p99"]
    assert all(figure > 0 for figure in figures.values())
    assert 0 < figures["p50_us"] <= figures["p99_us"]
    assert figures["ratio_p50"] == pytest.approx(figures["p50_us"] / figures["loop_p50_us"], rel=0.01)


@pytest.mark.process
def test_stream_counts_the_ticks_of_fifty_eas() -> None:
    figures = json.loads(run("stream", "--json", "--rounds", "1", "--ticks", "130"))
    assert list(figures) == ["per_s", "loop_per_s", "ratio"]
    assert all(figure > 0 for figure in figures.values())


@pytest.mark.process
def test_flood_measures_the_fires_of_one_while_another_floods() -> None:
    figures = json.loads(run("flood", "--json", "--rounds", "1", "--ticks", "5"))
    assert figures["per_s"] > 0
    assert figures["ratio_p50"] == pytest.approx(figures["p50_us"] / figures["quiet_p50_us"], rel=0.01)


@pytest.mark.process
def test_strangers_are_measured_against_a_quiet_hub_under_curve() -> None:
    figures = json.loads(run("strangers", "--json", "--rounds", "1", "--ticks", "5"))
    assert figures["per_s"] > 0
    assert figures["ratio_p99"] == pytest.approx(figures["p99_us"] / figures["quiet_p99_us"], rel=0.01)


@pytest.mark.process
def test_curve_is_measured_against_plain() -> None:
    figures = json.loads(run("curve", "--json", "--rounds", "1", "--ticks", "130"))
    assert figures["ratio_p50"] == pytest.approx(figures["curve_p50_us"] / figures["plain_p50_us"], rel=0.01)
    assert figures["ratio_stream"] == pytest.approx(figures["curve_per_s"] / figures["plain_per_s"], rel=0.01)


@pytest.mark.process
def test_start_measures_a_long_journal_against_a_short_one() -> None:
    figures = json.loads(run("start", "--json", "--rounds", "1", "--small", "20", "--large", "12000"))
    assert (figures["small_facts"], figures["large_facts"]) == (20, 12_000)
    assert figures["ratio"] == pytest.approx(figures["large_s"] / figures["small_s"], rel=0.01)


@pytest.mark.process
def test_for_people_there_is_a_line_a_figure() -> None:
    lines = run("stream", "--rounds", "1", "--ticks", "2").splitlines()
    assert [line.split()[0] for line in lines] == ["per_s", "loop_per_s", "ratio"]


@pytest.mark.data
@pytest.mark.process
@pytest.mark.usefixtures("market_data")
@pytest.mark.skipif(find_spec("nautilus_trader") is None, reason="the extra `benchmark` is not installed")
def test_replay_is_measured_against_nautilus_trader() -> None:
    figures = json.loads(run("replay", "--json", "--rounds", "1", "--ticks", "500"))
    assert list(figures) == ["ticks_per_s", "nautilus_ticks_per_s", "ratio"]
    assert figures["ratio"] == pytest.approx(figures["ticks_per_s"] / figures["nautilus_ticks_per_s"], rel=0.01)
