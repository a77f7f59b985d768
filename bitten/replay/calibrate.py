"""How often each pattern's signals reached their target, by bands of their scores, and whether that could be foreseen.

Every signal that VENOM makes is followed to its end, whatever CITADEL or the gate would have said. The patterns have
no parameter that was fitted to these files. Out of sample is the walk forward: the market's time is cut into `FOLDS`
parts, and each part's hits are held against the rates that the parts before it had shown by its beginning.
"""

from collections.abc import Iterable, Sequence

import attrs

from bitten.calibration import VERSION
from bitten.messages import FollowedTo, HitRate, Signal
from bitten.plug_ins import resolve
from bitten.replay.account import USER
from bitten.replay.ends import ends_of
from bitten.replay.market import Market, Progress
from bitten.replay.summary import Models, models
from bitten.replay.works import works
from bitten.rules.facts import Followed
from bitten.rules.history import ReplaySettings
from bitten.rules.venom import Venom, build
from bitten.rules.venom.calibration import LEAST_N, Calibration, Row, band_of, hit_rate
from bitten.sections import Config
from bitten.units import SymbolSpec

FOLDS = 5
Band = tuple[str, int]


@attrs.frozen
class End:
    """What became of a signal."""

    signal: Signal
    hit: bool
    """The target was reached, before the stop and within `[citadel] follow_minutes`."""
    r: float
    """Result in stop distances, slippage and commission taken off."""
    at: int
    """Market time."""


@attrs.frozen(kw_only=True)
class CalibratedBand:
    """A pattern's band of scores."""

    pattern: str
    band: int
    """Its lowest score."""
    hit_rate: HitRate
    forward_n: int
    """Signals of later parts, for which earlier parts had shown a rate."""
    forward_hits: int
    forward_expected: float
    """Hits of these that the earlier rates made expect."""


@attrs.frozen(kw_only=True)
class Calibrated:
    """The object that `bitten calibrate --json` prints, and its file holds. Times are market milliseconds."""

    version: int = VERSION
    market: str
    begin: int
    end: int
    models: Models
    signals: int
    unfinished: int
    """Signals that the market's end left open."""
    folds: int = FOLDS
    least_n: int = LEAST_N
    """Fewer signals of a band than this say nothing: a signal of it is uncalibrated."""
    rows: tuple[CalibratedBand, ...]


def calibrate(config: Config, market: Market, progress: Progress) -> Calibrated:
    """Go through a market. Raises ConfigError for a pattern that cannot be loaded."""
    venom, found = Venom(config.venom, build(config.venom, resolve)), list[tuple[Signal, int]]()
    for spec in market.specs.values():
        venom.spec(USER, spec, 0)
    for begin, end in market.stretches():
        for place, work in works(venom, USER, market, begin, end):
            signal = venom.evaluate(work).signal
            if signal is not None:
                found.append((signal, place))
        progress("calibrating", end, len(market))
    signals = {signal.id: signal for signal, _ in found}
    ends = [
        _end(signal := signals[each.signal_id], each, market.specs[signal.symbol], config.replay)
        for each in ends_of(found, market, config.citadel)
    ]
    first, last = int(market.time[0]), int(market.time[-1])
    return Calibrated(
        market=market.name,
        begin=first,
        end=last,
        models=models(config.replay),
        signals=len(signals),
        unfinished=len(signals) - len(ends),
        rows=_bands(ends, _walk(ends, first, last)),
    )


def _end(signal: Signal, followed: Followed, spec: SymbolSpec, settings: ReplaySettings) -> End:
    """The end, less what the broker takes: no slippage at a target."""
    hit = followed.end is FollowedTo.TARGET
    slippage = settings.slippage_points * spec.point * (1 if hit else 2)
    commission = 2 * settings.commission / spec.value(1.0, 1.0)
    assert followed.r is not None  # a recorded market has no gap in which nobody looked
    r = followed.r - (slippage + commission) / abs(signal.entry - signal.sl)
    return End(signal, hit, r, followed.at)


def rows_of(ends: Iterable[End]) -> tuple[Row, ...]:
    """What these ends show, by pattern and band."""
    found: dict[Band, list[End]] = {}
    for end in ends:
        found.setdefault((end.signal.pattern, band_of(end.signal.score)), []).append(end)
    return tuple(
        Row(pattern=pattern, band=band, hit_rate=_rate(found[pattern, band])) for pattern, band in sorted(found)
    )


def _rate(ends: Sequence[End]) -> HitRate:
    return hit_rate(sum(end.hit for end in ends), len(ends), sum(end.r for end in ends) / len(ends))


def _walk(ends: Sequence[End], first: int, last: int) -> list[tuple[End, float]]:
    """The signals for which something was known by the beginning of their part, and the rate that was."""
    found = []
    for fold in range(1, FOLDS):
        begin = first + (last + 1 - first) * fold // FOLDS
        end = first + (last + 1 - first) * (fold + 1) // FOLDS
        known = Calibration(rows_of(each for each in ends if each.at < begin))
        for each in ends:
            rate = known.of(each.signal.pattern, each.signal.score)
            if begin <= each.signal.made_at < end and rate is not None:
                found.append((each, rate.rate))
    return found


def _bands(ends: Sequence[End], walked: Sequence[tuple[End, float]]) -> tuple[CalibratedBand, ...]:
    found = []
    for row in rows_of(ends):
        later = [(end, rate) for end, rate in walked if _is_of(row, end)]
        found.append(
            CalibratedBand(
                pattern=row.pattern,
                band=row.band,
                hit_rate=row.hit_rate,
                forward_n=len(later),
                forward_hits=sum(end.hit for end, _ in later),
                forward_expected=round(sum(rate for _, rate in later), 2),
            )
        )
    return tuple(found)


def _is_of(row: Row, end: End) -> bool:
    return (row.pattern, row.band) == (end.signal.pattern, band_of(end.signal.score))
