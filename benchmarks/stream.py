"""Fifty EAs that stream ticks as fast as they are taken, each its own symbol, into bars."""

import time
from statistics import median

import attrs
import zmq

from benchmarks.ea import Ea, NoAnswer
from benchmarks.target import HubTarget, Target, hub_target, loop_target
from bitten.messages import Timeframe

EAS = 50
STEP_MS = 500
"""Market time between two ticks of a symbol: a lively pair's."""


@attrs.frozen(kw_only=True)
class Stream:
    """Ticks taken in a second: medians over the rounds; the ratio: hub to loop."""

    per_s: float
    loop_per_s: float
    ratio: float


def measure(rounds: int, ticks: int) -> Stream:
    """Hub and loop in turn, `rounds` times, `ticks` ticks an EA. Raises `NoAnswer`, also where the hub lost a tick."""
    hub, loop = [], []
    for _ in range(rounds):
        with hub_target("stream", EAS) as target:
            hub.append(stretch(target, ticks))
            _check_bars(target, ticks)
        with loop_target("stream", EAS, EAS * ticks) as target:
            loop.append(stretch(target, ticks))
    return Stream(per_s=round(median(hub)), loop_per_s=round(median(loop)), ratio=round(median(hub) / median(loop), 3))


def stretch(target: Target, ticks: int) -> float:
    """Ticks a second."""
    with zmq.Context() as context:
        eas = [Ea(context, target.endpoints, number) for number in range(EAS)]
        for ea, welcome in [(ea, ea.greet()) for ea in eas]:
            ea.prepare(welcome)
        # The receiver sleeps until all is sent, so that it alone sets the pace.
        target.pause()
        for number in range(1, ticks + 1):
            for ea in eas:
                ea.tell(ea.tick(number, STEP_MS))
        begun = time.monotonic()
        target.resume()
        taken = target.taken(EAS * ticks)
        for ea in eas:
            ea.close()
    if taken.ticks != EAS * ticks:
        raise NoAnswer(f"{taken.ticks} ticks arrived of {EAS * ticks}")
    return EAS * ticks / (taken.at - begun)


def _check_bars(target: HubTarget, ticks: int) -> None:
    """Every closed bar is there: those of M1 that ended by the last tick, in each of the symbols."""
    closed = EAS * (ticks * STEP_MS // Timeframe.M1.ms)
    found = target.status().bars[Timeframe.M1]
    if found != closed:
        raise NoAnswer(f"the hub closed {found} bars of a minute, the ticks make {closed}")
