"""From a tick on the feedback port to its fire on the command port, one at a time."""

from collections.abc import Sequence
from statistics import median, quantiles

import attrs
import zmq

from benchmarks.ea import Ea, NoAnswer
from benchmarks.pattern import EveryTick
from benchmarks.target import Target, hub_target, loop_target
from bitten.messages import Timeframe
from bitten.rules.venom.plan import signal_id
from bitten.units import Direction
from bitten.wire.commands import Fire
from bitten.wire.market import Tick

STEP_MS = 50
"""Market time between two ticks: a whole round lies within one M5 bar."""
MOST_TICKS = 5_000
WARM_TICKS = 200
"""Ticks before the clock counts: both ends have loaded and allocated what they need by then."""


@attrs.frozen(kw_only=True)
class Latency:
    """Microseconds: medians over the rounds of each round's median and 99th percentile; ratios: hub to loop."""

    p50_us: float
    p99_us: float
    loop_p50_us: float
    loop_p99_us: float
    ratio_p50: float
    ratio_p99: float


def measure(rounds: int, ticks: int) -> Latency:
    """Hub and loop in turn, `rounds` times, `ticks` (2 to 5,000) measured fires each. Raises `NoAnswer`."""
    hub, loop = [], []
    for _ in range(rounds):
        with hub_target("latency", 1) as target:
            hub.append(percentiles(stretch(target, ticks)))
        with loop_target("latency", 1, ticks) as target:
            loop.append(percentiles(stretch(target, ticks)))
    (p50, p99), (loop_p50, loop_p99) = ([median(each) for each in zip(*side, strict=True)] for side in (hub, loop))
    return Latency(
        p50_us=round(p50, 1),
        p99_us=round(p99, 1),
        loop_p50_us=round(loop_p50, 1),
        loop_p99_us=round(loop_p99, 1),
        ratio_p50=round(p50 / loop_p50, 3),
        ratio_p99=round(p99 / loop_p99, 3),
    )


def stretch(target: Target, ticks: int) -> list[float]:
    """Microseconds of each of `ticks` fires, once both ends are warm."""
    with zmq.Context() as context:
        ea = Ea(context, target.endpoints, 0)
        ea.prepare(ea.greet())
        took = [_fire(ea, number) for number in range(1, WARM_TICKS + ticks + 1)]
        ea.close()
    return took[WARM_TICKS:]


def _fire(ea: Ea, number: int) -> float:
    tick = ea.tick(number, STEP_MS)
    fire, took = ea.fire_for(tick)
    _check(tick, fire)
    ea.reject(fire)
    return took


def _check(tick: Tick, fire: Fire) -> None:
    wanted = signal_id(EveryTick.name, tick.symbol, Timeframe.M5, tick.time, Direction.BUY)
    if (fire.signal_id, fire.entry) != (wanted, tick.ask):
        raise NoAnswer(f"the fire {fire} is not that of {tick}")


def percentiles(took: Sequence[float]) -> tuple[float, float]:
    """The median and the 99th percentile."""
    hundredths = quantiles(took, n=100, method="inclusive")
    return hundredths[49], hundredths[98]
