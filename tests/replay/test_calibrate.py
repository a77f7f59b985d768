"""What `bitten calibrate` counts is what came of each signal, and what it foresees is from before."""

import json
from collections import Counter
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

from bitten.cli import app
from bitten.messages import FollowedTo, Signal
from bitten.replay.calibrate import FOLDS, Calibrated, calibrate
from bitten.rules.facts import Followed, SignalFound
from bitten.rules.history import ReplaySettings
from bitten.rules.venom.calibration import LEAST_N, band_of, wilson
from bitten.sections import Config
from tests.replay.samples import config, export, facts, feed, market, silent

TICKS = 20_000
"""A day and a half, in which a band or two have enough signals."""


def calibrated_by(path: Path) -> Config:
    return attrs.evolve(config(), venom=attrs.evolve(config().venom, calibration=str(path)))


@pytest.fixture(scope="module")
def ends() -> list[tuple[Signal, Followed]]:
    """What became of each signal, by the facts of a replay: they come by another way."""
    _, drafts = facts(market(1, TICKS), each_tick=False)
    signals = {draft.fact.signal.id: draft.fact.signal for draft in drafts if isinstance(draft.fact, SignalFound)}
    followed = [draft.fact for draft in drafts if isinstance(draft.fact, Followed)]
    return [(signals[end.signal_id], end) for end in followed]


@pytest.fixture(scope="module")
def found() -> Calibrated:
    """The market's calibration."""
    return calibrate(config(), market(1, TICKS), silent)


def band(signal: Signal) -> tuple[str, int]:
    return signal.pattern, band_of(signal.score)


def test_each_signal_is_counted_by_its_end(ends: list[tuple[Signal, Followed]], found: Calibrated) -> None:
    counted = Counter(band(signal) for signal, _ in ends)
    hits = Counter(band(signal) for signal, end in ends if end.end is FollowedTo.TARGET)
    assert found.signals - found.unfinished == len(ends)
    assert {(row.pattern, row.band): row.hit_rate.n for row in found.rows} == counted
    for row in found.rows:
        key, rate = (row.pattern, row.band), row.hit_rate
        interval = tuple(round(edge, 4) for edge in wilson(hits[key], counted[key]))
        assert (rate.rate, (rate.lower, rate.upper)) == (round(hits[key] / counted[key], 4), interval)


def test_the_broker_takes_its_part(found: Calibrated) -> None:
    free = attrs.evolve(config(), replay=ReplaySettings(slippage_points=0, commission=0.0))
    without = calibrate(free, market(1, TICKS), silent)
    for cheap, dear in zip(without.rows, found.rows, strict=True):
        assert cheap.hit_rate.rate == dear.hit_rate.rate
        assert cheap.hit_rate.mean_r > dear.hit_rate.mean_r


def test_walking_forward_nothing_is_known_of_later(ends: list[tuple[Signal, Followed]], found: Calibrated) -> None:
    times = market(1, TICKS).time
    edges = [int(times[0]) + (int(times[-1]) + 1 - int(times[0])) * fold // FOLDS for fold in range(FOLDS + 1)]
    expected = dict.fromkeys(((row.pattern, row.band) for row in found.rows), (0, 0, 0.0))
    for signal, end in ends:
        begin = max(edge for edge in edges if edge <= signal.made_at)
        before = [each.end for other, each in ends if each.at < begin and band(other) == band(signal)]
        if begin != edges[0] and len(before) >= LEAST_N:
            n, hits, foreseen = expected[band(signal)]
            rate = before.count(FollowedTo.TARGET) / len(before)
            expected[band(signal)] = n + 1, hits + (end.end is FollowedTo.TARGET), foreseen + rate
    assert any(n for n, _, _ in expected.values())
    for row in found.rows:
        n, hits, foreseen = expected[row.pattern, row.band]
        assert (row.forward_n, row.forward_hits) == (n, hits)
        assert row.forward_expected == pytest.approx(foreseen, abs=0.01)


def test_what_it_writes_venom_reads_and_a_signal_shows(tmp_path: Path) -> None:
    ticks, out = export(tmp_path / "EURUSD.csv", feed(1, TICKS).ticks()), tmp_path / "calibration.json"
    result = CliRunner().invoke(app, ["calibrate", str(ticks), "--out", str(out), "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == json.loads(out.read_text())
    known = {(row["pattern"], row["band"]): row["hit_rate"] for row in json.loads(out.read_text())["rows"]}
    _, drafts = facts(market(1, TICKS), each_tick=False, settings=calibrated_by(out))
    signals = [draft.fact.signal for draft in drafts if isinstance(draft.fact, SignalFound)]
    shown = {True: 0, False: 0}
    for signal in signals:
        rate = known[signal.pattern, band_of(signal.score)]
        enough = rate["n"] >= LEAST_N
        shown[enough] += 1
        assert (signal.hit_rate is not None and attrs.asdict(signal.hit_rate) == rate) is enough
        assert signal.calibrated.startswith("hit rate" if enough else "uncalibrated")
    assert shown[True]
    assert shown[False]


def test_the_table_says_what_a_person_needs(tmp_path: Path) -> None:
    ticks = export(tmp_path / "EURUSD.csv", feed(1, 8_000).ticks())
    result = CliRunner().invoke(app, ["calibrate", str(ticks)], catch_exceptions=False)
    assert "bands of fewer than 10 say nothing" in result.stdout
    assert "MOMENTUM_BURST" in result.stdout


def test_where_it_cannot_write_it_says_so(tmp_path: Path) -> None:
    ticks = export(tmp_path / "EURUSD.csv", feed(1, 10).ticks())
    result = CliRunner().invoke(app, ["calibrate", str(ticks), "--out", str(tmp_path)])
    assert str(result.exception) == f"--out {tmp_path}: cannot be written: Is a directory"


def test_a_file_that_is_broken_stops_the_check(tmp_path: Path) -> None:
    path = tmp_path / "bitten.toml"
    path.write_text('[venom]\ncalibration = "/nowhere/calibration.json"\n')
    result = CliRunner().invoke(app, ["check", "--config", str(path)])
    assert result.exit_code == 4
    assert "/nowhere/calibration.json: [venom] calibration cannot be read" in result.stdout
