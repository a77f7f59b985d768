"""INSIDE_BAR: a pattern of one's own, to be copied and changed.

    mother bar      ┌───┐
                    │   │ ┌───┐  ┌───┐    the newest M5 bar closes at least 1 pip above the mother bar's high  → BUY
                    │   │ │   │  │   │
                    │   │ └───┘  └───┘    the bar before it lies within the mother bar, high and low
                    └───┘                 the mother bar is at least 8 pips from low to high

SELL is the mirror image. The market has paused within the range of one bar, and leaves it: an old rule of chart
readers (Toby Crabel, "Day Trading with Short Term Price Patterns and Opening Range Breakout", 1990). Nobody has shown
that it earns anything; `bitten calibrate` counts what it did in your data.

    [venom]
    patterns = ["BAND_FADE", "examples/inside_bar.py:InsideBar"]
"""

from bitten.messages import Evidence, SignalKind
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import Candidate, NoSignal, Trigger
from bitten.rules.venom.shapes import consecutive
from bitten.units import Direction

MOTHER_PIPS = 8.0
"""Least height of the mother bar: the pause within a small bar is none."""
BREAK_PIPS = 1.0
"""Least distance of the close beyond the mother bar."""
SCORE = 60.0
"""Of every find alike: nothing is known that would make one better than another."""


class InsideBar:
    """The rule above. BITTEN makes one without arguments, and asks it at each close of an M5 bar."""

    name = "INSIDE_BAR"
    kind = SignalKind.RAPID_ASSAULT
    trigger: Trigger = "bar"

    def detect(self, market: MarketView) -> Candidate | NoSignal | None:
        """A function of the market alone: what is kept between two calls would make replay differ from live."""
        bars = market.m5
        if not consecutive(bars, 3):
            return NoSignal("gap")
        mother, inside, newest = bars.values()[-3:]
        if market.pips(mother.high - mother.low) < MOTHER_PIPS:
            return None
        if inside.high > mother.high or inside.low < mother.low:
            return None
        if market.pips(newest.close - mother.high) >= BREAK_PIPS:
            direction, level = Direction.BUY, mother.high
        elif market.pips(mother.low - newest.close) >= BREAK_PIPS:
            direction, level = Direction.SELL, mother.low
        else:
            return None
        evidence = (
            Evidence(what="mother", bar_time=mother.open_time, price=level),
            Evidence(what="break", bar_time=newest.open_time, price=newest.close),
        )
        return Candidate(direction, score=SCORE, evidence=evidence)
