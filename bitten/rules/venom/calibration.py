"""What history says of a pattern's scores: how often a signal of it reached its target before its stop.

A score is no probability, and neither is a hit rate: it is what was counted, with how many were counted and the
interval in which the true rate lies 95 times of 100, were the future like the past.
"""

from collections.abc import Iterable
from math import sqrt
from statistics import NormalDist

import attrs

from bitten.messages import HitRate

BAND = 10
"""Scores of a band: 70 up to, not including, 80. The highest band holds 100, too."""
LEAST_N = 10
"""Signals of a band below which nothing is said of it."""
_Z = NormalDist().inv_cdf(0.975)


def band_of(score: float) -> int:
    """The lowest score of the band that a score, 0 to 100, is in."""
    return min(int(score // BAND) * BAND, 100 - BAND)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a rate by Wilson's score (1927), 0 to 1: right also for few, and for none or all.

    Raises ValueError unless 0 <= hits <= n and n > 0.
    """
    if not (0 <= hits <= n and n > 0):
        raise ValueError(f"{hits} hits of {n}: must be 0 to n, of at least one")
    rate, square = hits / n, _Z * _Z
    middle = (rate + square / (2 * n)) / (1 + square / n)
    half = _Z / (1 + square / n) * sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    # At none and at all the interval ends at the rate, which binary fractions miss by a little.
    return min(rate, max(0.0, middle - half)), max(rate, min(1.0, middle + half))


def hit_rate(hits: int, n: int, mean_r: float) -> HitRate:
    """What was counted, rounded as it is shown."""
    lower, upper = wilson(hits, n)
    return HitRate(n=n, rate=round(hits / n, 4), lower=round(lower, 4), upper=round(upper, 4), mean_r=round(mean_r, 4))


@attrs.frozen(kw_only=True)
class Row:
    """A pattern's band of scores."""

    pattern: str
    band: int
    """Its lowest score."""
    hit_rate: HitRate


class Calibration:
    """Hit rates by pattern and band. A value: it is replaced, never changed."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows = tuple(rows)
        self._rates = {(row.pattern, row.band): row.hit_rate for row in self.rows if row.hit_rate.n >= LEAST_N}

    def of(self, pattern: str, score: float) -> HitRate | None:
        """What is known of such a signal; None: too little, it is uncalibrated."""
        return self._rates.get((pattern, band_of(score)))


UNCALIBRATED = Calibration()
