"""Orders on what is open: what may be closed, and what may be moved in which trading state."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.rules.book import Holding
from bitten.rules.orders import CloseWish, Levels, ModifyWish, OrderRefused, levels_after, lot_to_close
from bitten.units import Direction, SymbolSpec, TradingState

BUY = Holding(
    fire_id="F1",
    ticket=5,
    symbol="EURUSD",
    direction=Direction.BUY,
    lot=0.3,
    left=0.3,
    price=1.1,
    sl=1.09,
    tp=1.12,
    opened=0,
)
SPEC = SymbolSpec(
    symbol="EURUSD",
    digits=5,
    point=0.00001,
    tick_size=0.00001,
    tick_value=1.0,
    contract_size=100_000.0,
    volume_min=0.1,
    volume_max=100.0,
    volume_step=0.1,
    stops_level=0,
    freeze_level=0,
    filling=("ioc",),
    trade_mode="full",
    hours=(),
)


def test_no_lot_is_all_that_is_open() -> None:
    assert lot_to_close(CloseWish(ticket=5), BUY, SPEC) == 0.3


@pytest.mark.parametrize("lot", [0.1, 0.2, 0.3])
def test_a_part_on_the_step_is_closed(lot: float) -> None:
    assert lot_to_close(CloseWish(ticket=5, lot=lot), BUY, SPEC) == lot


@pytest.mark.parametrize(
    ("lot", "says"),
    [
        (0.4, "0.4 lots: position 5 has 0.3 open"),
        (0.15, "0.15 lots: must be a multiple of 0.1"),
        (0.05, "0.05 lots: must be a multiple of 0.1"),
    ],
)
def test_a_part_that_cannot_be_closed_is_refused_with_the_reason(lot: float, says: str) -> None:
    with pytest.raises(OrderRefused, match=says):
        lot_to_close(CloseWish(ticket=5, lot=lot), BUY, SPEC)


def test_a_part_that_leaves_less_than_the_least_is_refused() -> None:
    spec = attrs.evolve(SPEC, volume_min=0.2)
    with pytest.raises(OrderRefused, match=r"0.2 lots would leave 0.1, less than the least of 0.2"):
        lot_to_close(CloseWish(ticket=5, lot=0.2), BUY, spec)


@given(st.integers(min_value=1, max_value=3))
def test_what_is_closed_is_what_was_said(steps: int) -> None:
    lot = round(steps * 0.1, 1)
    assert lot_to_close(CloseWish(ticket=5, lot=lot), BUY, None) == lot


LONG, SHORT = Levels(1.09, 1.12), Levels(1.11, 1.08)


def test_absent_is_unchanged_and_zero_removes() -> None:
    assert levels_after(ModifyWish(ticket=5, tp=1.13), Direction.BUY, LONG, TradingState.ACTIVE) == Levels(1.09, 1.13)
    assert levels_after(ModifyWish(ticket=5, sl=0.0), Direction.BUY, LONG, TradingState.ACTIVE) == Levels(0.0, 1.12)


def test_a_modify_that_changes_nothing_is_refused() -> None:
    with pytest.raises(OrderRefused, match=r"position 5 has stop 1.09 and target 1.12 already"):
        levels_after(ModifyWish(ticket=5, sl=1.09), Direction.BUY, LONG, TradingState.ACTIVE)


@pytest.mark.parametrize("state", [TradingState.REDUCING, TradingState.HALTED])
@pytest.mark.parametrize(
    ("direction", "now", "tighter", "looser"),
    [(Direction.BUY, LONG, 1.095, 1.08), (Direction.SELL, SHORT, 1.105, 1.12)],
    ids=["BUY", "SELL"],
)
def test_a_stop_may_only_be_tightened_while_trading_is_not_active(
    state: TradingState, direction: Direction, now: Levels, tighter: float, looser: float
) -> None:
    assert levels_after(ModifyWish(ticket=5, sl=tighter), direction, now, state).sl == tighter
    for sl in (looser, 0.0):
        with pytest.raises(OrderRefused, match=f"trading is {state}: a stop may only be tightened"):
            levels_after(ModifyWish(ticket=5, sl=sl), direction, now, state)


def test_a_target_stays_where_it_is_while_trading_is_halted() -> None:
    wish = ModifyWish(ticket=5, tp=1.13)
    assert levels_after(wish, Direction.BUY, LONG, TradingState.REDUCING).tp == 1.13
    with pytest.raises(OrderRefused, match="trading is halted: a target may not be moved"):
        levels_after(wish, Direction.BUY, LONG, TradingState.HALTED)


def test_a_first_stop_tightens() -> None:
    bare = Levels(0.0, 1.12)
    assert levels_after(ModifyWish(ticket=5, sl=1.0), Direction.BUY, bare, TradingState.HALTED).sl == 1.0
