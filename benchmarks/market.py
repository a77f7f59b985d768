"""The market that the benchmarks play: one made-up symbol an EA, and prices that wander without going anywhere."""

import math

from bitten.messages import Timeframe
from bitten.units import DAY_MS, HOUR_MS
from bitten.wire.market import BarRow, Bars, Spec, Tick
from bitten.wire.session import BarsWanted

NOON = 19_900 * DAY_MS + 13 * HOUR_MS
"""Market time at which ticks begin: a Wednesday, 13:00 UTC."""
POINT = 0.00001
SPREAD = 0.00008


def spec(session: str, symbol: str) -> Spec:
    """A forex pair of five digits, always open."""
    return Spec(
        session=session,
        symbol=symbol,
        digits=5,
        point=POINT,
        tick_size=POINT,
        tick_value=1.0,
        contract_size=100_000.0,
        volume_min=0.01,
        volume_max=100.0,
        volume_step=0.01,
        stops_level=10,
        freeze_level=0,
        filling=("ioc",),
        trade_mode="full",
        hours=(),
    )


def tick(session: str, symbol: str, number: int, step_ms: int) -> Tick:
    """The `number`-th tick, `step_ms` of market time after the one before."""
    bid = _price(number * step_ms)
    return Tick(session=session, symbol=symbol, bid=bid, ask=round(bid + SPREAD, 5), time=NOON + number * step_ms)


def history(session: str, wanted: BarsWanted) -> Bars:
    """The closed bars before the first tick that the hub's welcome asks for."""
    length = Timeframe(wanted.timeframe).ms
    end = NOON - NOON % length
    rows = tuple(_bar(open_time, length) for open_time in range(end - wanted.count * length, end, length))
    return Bars(session=session, symbol=wanted.symbol, timeframe=wanted.timeframe, rows=rows)


def _bar(open_time: int, length: int) -> BarRow:
    prices = [_price(open_time + part * length // 8 - NOON) for part in range(9)]
    return (open_time, prices[0], max(prices), min(prices), prices[-1], 100.0)


def _price(elapsed_ms: int) -> float:
    """Waves of an hour and of a quarter of it: some 40 pips between high and low."""
    angle = 2 * math.pi * elapsed_ms / HOUR_MS
    return round(1.1 + 0.0015 * math.sin(angle) + 0.0005 * math.sin(4 * angle + 1), 5)
