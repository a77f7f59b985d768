"""What CURVE costs: latency and stream of the same hub, plain and guarded in turn."""

from statistics import median

import attrs

from benchmarks.latency import percentiles
from benchmarks.latency import stretch as fires
from benchmarks.stream import EAS
from benchmarks.stream import stretch as streamed
from benchmarks.target import hub_target


@attrs.frozen(kw_only=True)
class Curve:
    """Microseconds from tick to fire, and ticks a second: medians over the rounds; ratios: CURVE to plain."""

    plain_p50_us: float
    curve_p50_us: float
    ratio_p50: float
    plain_per_s: int
    curve_per_s: int
    ratio_stream: float


def measure(rounds: int, ticks: int) -> Curve:
    """Plain and CURVE in turn, `rounds` times, `ticks` fires and as many ticks an EA. Raises `NoAnswer`.

    Each second round begins with CURVE: what the machine does more and more, or less and less, favours neither.
    """
    latency: dict[bool, list[float]] = {False: [], True: []}
    stream: dict[bool, list[float]] = {False: [], True: []}
    for number in range(rounds):
        for curve in ((False, True), (True, False))[number % 2]:
            with hub_target("latency", 1, curve=curve) as target:
                latency[curve].append(percentiles(fires(target, ticks))[0])
            with hub_target("stream", EAS, curve=curve) as target:
                stream[curve].append(streamed(target, ticks))
    (plain, guarded), (rate, guarded_rate) = (
        [median(side[each]) for each in (False, True)] for side in (latency, stream)
    )
    return Curve(
        plain_p50_us=round(plain, 1),
        curve_p50_us=round(guarded, 1),
        ratio_p50=round(guarded / plain, 3),
        plain_per_s=round(rate),
        curve_per_s=round(guarded_rate),
        ratio_stream=round(guarded_rate / rate, 3),
    )
