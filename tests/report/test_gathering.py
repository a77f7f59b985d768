"""What a report gathers of a journal, against what the replay that wrote it counted by itself."""

from itertools import chain

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.report.gathering import Gathering, Trade
from bitten.units import Direction
from tests.report.samples import entries, replayed

TRADE = Trade(
    user="amy",
    fire_id="F1",
    signal_id="S1",
    pattern="BAND_FADE",
    symbol="EURUSD",
    direction=Direction.BUY,
    lot=1.0,
    left=0.0,
    opened=0,
    planned=1.1,
    entry=1.1002,
    sl=1.09,
    tp=1.12,
    risk=1_000.0,
)


def test_it_counts_what_the_replay_counted() -> None:
    summary, _ = replayed()
    found = Gathering.of(entries())
    closed = [each for each in found.trades.values() if each.closed]
    assert summary.trades >= 10
    assert (len(closed), len(found.trades)) == (summary.trades, summary.fires)
    assert sum(each.net > 0 for each in closed) == summary.won
    results = [each.r for each in closed if each.r is not None]
    assert sum(results) / len(results) == pytest.approx(summary.mean_r, abs=1e-4)
    assert found.xp["replay"][-1][1] == summary.xp
    assert sum(found.denials.values()) == sum(summary.denied.values())
    assert len(found.cases()) == sum(summary.verdicts.values())
    assert {trade.pattern for trade in found.trades.values()} <= summary.signals.keys()
    assert all(trade.evidence for trade in found.trades.values())


def test_trades_and_points_are_in_the_order_of_the_market() -> None:
    found = Gathering.of(entries())
    times = [point.time for point in found.equity["replay"]]
    assert times == sorted(times)
    assert all(trade.opened <= trade.closed for trade in found.trades.values() if trade.closed)
    assert all(trade.left == pytest.approx(0.0) for trade in found.trades.values() if trade.closed)
    assert [time for time, _ in found.xp["replay"]] == sorted(time for time, _ in found.xp["replay"])


def test_users_are_kept_apart_and_one_can_be_asked_for() -> None:
    both = list(chain(entries("amy"), entries("bob")))
    found = Gathering.of(both)
    assert found.users() == ["amy", "bob"]
    assert len(found.trades) == 2 * replayed()[0].fires
    alone = Gathering.of(both, "bob")
    assert (alone.users(), len(alone.trades)) == (["bob"], replayed()[0].fires)
    assert len(alone.cases()) == len(found.cases())  # Signals and verdicts are everybody's.


@given(st.integers(0, 200))
def test_any_part_of_a_journal_can_be_told(upto: int) -> None:
    found = Gathering()
    for entry in list(entries())[:: max(upto, 1)]:  # As a journal is whose beginning, or some of it, is elsewhere.
        found.apply(entry)
    assert all(trade.left >= 0 for trade in found.trades.values())


@pytest.mark.parametrize(
    ("direction", "entry", "slippage"),
    [(Direction.BUY, 1.1002, -20.0), (Direction.BUY, 1.0999, 10.0), (Direction.BUY, 1.1, 0.0)],
)
def test_slippage_is_the_worth_of_the_way_to_the_fill(direction: Direction, entry: float, slippage: float) -> None:
    trade = attrs.evolve(TRADE, direction=direction, entry=entry)
    assert trade.slippage == pytest.approx(slippage)
    sold = attrs.evolve(trade, direction=Direction.SELL, sl=1.11)
    assert sold.slippage == pytest.approx(-slippage)
    assert attrs.evolve(trade, sl=0.0).slippage == 0.0


def test_a_result_without_a_risk_is_not_known_in_r() -> None:
    assert attrs.evolve(TRADE, gross=500.0, commission=-7.0, swap=-3.0).r == pytest.approx(0.49)
    assert attrs.evolve(TRADE, risk=0.0).r is None
