"""ORDER_BLOCK_BOUNCE: after a sweep price is driven away on volume, and is refused where that drive began.

    swing ──┬────────┬┬─ ─ ─ ─ ─ ─ ─ ─       sweep: 3 pips beyond a swing and closed back inside,
            │      ┌─┤│                       block: the last rising bar up to the sweep, its low to its high,
    block ─ ─ ─ ─  │ │├─┐ ─ ─ ─ ─┬─ ─ ─      drive: within 3 bars after the sweep one closes at least 8 pips below
                 ┌─┘ └┘ │     ┌─┬┴┐  middle         the block, on at least 2 × the mean volume before the sweep,
               ──┘      │   ┌─┘ │ │           retest: the first bar back in the block, within 12 bars; it falls,
                        └───┘   └─┤                 closes below the block's middle, body at least 40 % → SELL

BUY is the mirror image. Without a volume worth counting the pattern says `no_volume`. Score: the base, and up to 8 for
the drive (8 to 16 pips), 8 for its volume (2 to 4 ×), 6 for the retest's body (40 to 80 %).
"""

import attrs

from bitten.messages import SignalKind
from bitten.rules.series import Bars
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import NO_VOLUME, Candidate, NoSignal, Trigger
from bitten.rules.venom.shapes import (
    VOLUME_BARS,
    body_share,
    consecutive,
    evidence_of,
    graded,
    mirrored,
    share,
    swept_swing,
)
from bitten.settings import setting
from bitten.units import Direction


@attrs.frozen
class OrderBlockBounceSettings:
    """Thresholds of ORDER_BLOCK_BOUNCE."""

    lookback: int = setting(100, "M5 bars before the sweep in which its swing is looked for.", ge=5, le=250)
    sweep_pips: float = setting(3.0, "Least depth of the sweep beyond the swing.", ge=0, le=10_000)
    drive_bars: int = setting(3, "M5 bars after the sweep within which price must be driven away.", ge=1, le=50)
    drive_pips: float = setting(8.0, "Least distance that a bar closes beyond the block.", ge=0, le=10_000)
    volume_factor: float = setting(
        2.0, "Least volume of a bar of the drive, times the mean of the 20 bars before the sweep.", ge=0, le=100
    )
    retest_bars: int = setting(12, "M5 bars after the drive within which the block must be tested.", ge=1, le=250)
    body_share: float = setting(0.4, "Least part of the retest's range that is body.", ge=0, le=1)
    score_base: float = setting(70.0, "Score of a bounce that only just qualifies.", ge=0, le=100)
    score_cap: float = setting(92.0, "Highest score.", ge=0, le=100)


@attrs.frozen
class _Block:
    """Where the drive began, by places of bars."""

    swing: int
    sweep: int
    block: int
    drive: int
    pips: float
    volume: float


class OrderBlockBounce:
    """The rule above."""

    name = "ORDER_BLOCK_BOUNCE"
    kind = SignalKind.PRECISION_STRIKE
    trigger: Trigger = "bar"

    def __init__(self, settings: OrderBlockBounceSettings | None = None) -> None:
        self._settings = settings or OrderBlockBounceSettings()

    def detect(self, market: MarketView) -> Candidate | NoSignal | None:
        """SELL at a block above, BUY at one below."""
        if not market.has_volume:
            return NO_VOLUME
        return self._look(market, market.m5, Direction.SELL) or self._look(market, mirrored(market.m5), Direction.BUY)

    def _look(self, market: MarketView, bars: Bars, direction: Direction) -> Candidate | None:
        least, newest = self._settings, len(bars) - 1
        body = body_share(bars, newest)
        if body < least.body_share or not bars.close[newest] < bars.open[newest]:
            return None
        # The newest sweep whose block is tested now; an older one has nothing to add.
        first = max(VOLUME_BARS, newest - least.drive_bars - least.retest_bars)
        blocks = (self._block(market, bars, sweep) for sweep in range(newest - 2, first - 1, -1))
        found = next((each for each in blocks if each is not None and self._tested(bars, each)), None)
        if found is None:
            return None
        earned = (
            8 * graded(found.pips, least.drive_pips, least.drive_pips * 2)
            + 8 * graded(found.volume, least.volume_factor, least.volume_factor * 2)
            + 6 * graded(body, least.body_share, least.body_share + 0.4)
        )
        sign = -direction.sign  # mirrored bars carry negated prices
        evidence = evidence_of(
            bars,
            sign,
            ("swing", found.swing, bars.high[found.swing]),
            ("sweep", found.sweep, bars.high[found.sweep]),
            ("block", found.block, _middle(bars, found.block)),
            ("drive", found.drive, bars.close[found.drive]),
            ("retest", newest, bars.close[newest]),
        )
        return Candidate(direction, score=min(least.score_base + earned, least.score_cap), evidence=evidence)

    def _block(self, market: MarketView, bars: Bars, sweep: int) -> _Block | None:
        """The block of a sweep at that place, where price was driven away from it."""
        least = self._settings
        swing = swept_swing(market, bars, sweep, least.lookback, least.sweep_pips)
        rising = [place for place in (sweep, sweep - 1, sweep - 2) if bars.close[place] > bars.open[place]]
        if swing is None or not rising or not consecutive(bars, len(bars) - sweep + VOLUME_BARS):
            return None
        usual = bars.volume[sweep - VOLUME_BARS : sweep].mean()
        for drive in range(sweep + 1, min(sweep + least.drive_bars, len(bars) - 2) + 1):
            pips = market.pips(bars.low[rising[0]] - bars.close[drive])
            volume = share(bars.volume[sweep + 1 : drive + 1].max(), usual)
            if pips >= least.drive_pips and volume >= least.volume_factor:
                return _Block(swing, sweep, rising[0], drive, pips, volume)
        return None

    def _tested(self, bars: Bars, found: _Block) -> bool:
        """The newest bar is the first one back in the block, and was refused there."""
        newest, low = len(bars) - 1, bars.low[found.block]
        return bool(
            newest - found.drive <= self._settings.retest_bars
            and bars.high[newest] >= low
            and (bars.high[found.drive + 1 : newest] < low).all()
            and bars.close[newest] < _middle(bars, found.block)
        )


def _middle(bars: Bars, place: int) -> float:
    return float(bars.high[place] + bars.low[place]) / 2
