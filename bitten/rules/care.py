"""Position care: what XP unlocks on a position that is open, one step at a time.

A position is measured in R, the distance from its fill to the stop that it was fired with, at the price at which it
would be closed now. From `break_even_r` on its stop goes to its entry; at `half_r` a part is taken; once a part is
taken and the stop is at the entry or better, the target is taken off and the trail leads what is left; from
`trail_from_r` on the stop follows the price at so many ATR. A stop only ever tightens.
"""

from collections.abc import Collection, Iterator
from decimal import Decimal
from enum import StrEnum
from math import ceil, inf, isfinite

import attrs

from bitten.settings import setting
from bitten.units import Direction, Quote, SymbolSpec, TradingState

MOST = 10**9
"""Upper end of the ranges of XP: far enough to lock a step for ever."""


class Step(StrEnum):
    """What care does, in the order in which it is looked at."""

    BREAK_EVEN = "break_even"  # the stop goes to the entry
    HALF = "half"  # a part of the position is closed
    RUNNER = "runner"  # the target is taken off what is left
    TRAIL = "trail"  # the stop follows the price; the one step that is taken again and again


def known_steps(_: object, attribute: "attrs.Attribute[tuple[str, ...]]", value: tuple[str, ...]) -> None:
    """A validator. Raises ValueError for what is no step."""
    if unknown := [step for step in value if step not in list(Step)]:
        raise ValueError(f"{attribute.name}: {unknown[0]!r} must be one of {', '.join(Step)}")


@attrs.frozen
class CareSettings:
    """Position care: what unlocks it, and where it acts. A user's own `care` says which steps are wanted."""

    break_even_xp: int = setting(100, "XP from which a stop is moved to its entry.", ge=-MOST, le=MOST)
    trail_xp: int = setting(1_000, "XP from which a stop trails the price.", ge=-MOST, le=MOST)
    half_xp: int = setting(2_000, "XP from which a part of a position is taken.", ge=-MOST, le=MOST)
    runner_xp: int = setting(5_000, "XP from which the last part runs without a target.", ge=-MOST, le=MOST)
    break_even_r: float = setting(1.0, "Profit, in R, at which the stop goes to the entry.", gt=0, le=100)
    half_r: float = setting(1.0, "Profit, in R, at which a part is taken.", gt=0, le=100)
    half_share: float = setting(0.5, "The part that is taken, rounded down to the volume step.", gt=0, le=0.9)
    trail_from_r: float = setting(1.0, "Profit, in R, from which the stop trails.", gt=0, le=100)
    trail_atr: float = setting(2.0, "Distance of the trail, in ATR14 of M5.", gt=0, le=100)
    trail_step_atr: float = setting(
        0.25,
        "Least way, in ATR, by which a trail moves the stop.",
        gt=0,
        le=100,
        why="each move is a command to the broker; one for every tick would be refused as too many.",
    )
    retry_s: int = setting(
        5, "Seconds of market time after which a refused step is tried again; doubled each time.", ge=1, le=3_600
    )


@attrs.frozen(kw_only=True)
class Cared:
    """An open position as care sees it."""

    direction: Direction
    entry: float
    """The price at which it was filled."""
    first_sl: float
    """The stop with which it was fired: the distance to it is 1 R."""
    lot: float
    """Lots opened."""
    left: float
    """Lots still open."""
    sl: float
    """The tightest stop that is known of it; 0: none."""
    tp: float
    """0: none."""
    settled: frozenset[Step] = frozenset()
    """Steps that were taken, or may have been, or will never be accepted."""
    waiting: frozenset[Step] = frozenset()
    """Steps that were refused a moment ago."""


@attrs.frozen(kw_only=True)
class Care:
    """The next step: a close of `lot` lots, or else a modify to `sl` and `tp`; None: as it is."""

    step: Step
    lot: float = 0.0
    sl: float | None = None
    tp: float | None = None
    r: float
    """What the position has made when it is taken."""


@attrs.frozen
class Rules:
    """By what a position is cared for now."""

    allowed: frozenset[Step]
    settings: CareSettings
    spec: SymbolSpec
    state: TradingState
    atr: float
    """A price distance; NaN: not known, and nothing trails."""


def unlocked(xp: int, wanted: Collection[str], settings: CareSettings) -> frozenset[Step]:
    """The steps that a user has earned and wants."""
    needed = {
        Step.BREAK_EVEN: settings.break_even_xp,
        Step.HALF: settings.half_xp,
        Step.RUNNER: settings.runner_xp,
        Step.TRAIL: settings.trail_xp,
    }
    return frozenset(step for step, least in needed.items() if xp >= least and step in wanted)


def next_step(position: Cared, quote: Quote, rules: Rules) -> Care | None:
    """The one step that is due; None: none is, or the broker would not take it at this price."""
    risk = _risk(position, rules.spec)
    if risk <= 0 or position.left <= 0 or quote.crossed:
        return None
    price = quote.exit(position.direction)
    if _frozen(position, price, rules.spec):
        return None
    gained = round(_ahead(position, price, position.entry, rules.spec) / risk, 6)
    return next(_due(position, price, gained, rules), None)


def trigger(position: Cared, quote: Quote, rules: Rules) -> float | None:
    """The price to close at, beyond the newest, from which a step may be due; None: none is to come by price alone."""
    spec = rules.spec
    here = _ahead(position, quote.exit(position.direction), position.entry, spec)
    ahead = [way for way in _ways(position, rules) if way > here]
    return _price(position, min(ahead), spec) if ahead else None


def watched(position: Cared, rules: Rules, *, any_atr: bool = False) -> float | None:
    """The price to close at before which no step can be due, whatever the newest is; None: none can at any price.

    It holds until what is allowed, the position or the ATR is another; with `any_atr`, whatever the ATR becomes. A tick
    early: a trail's stop is rounded.
    """
    ways = list(_ways(position, rules, any_atr))
    if {Step.RUNNER, Step.TRAIL} <= rules.allowed - position.settled and _may_run(position, rules):
        return 0.0 if position.direction is Direction.BUY else inf
    return _price(position, min(ways) - 1, rules.spec) if ways else None


def _ways(position: Cared, rules: Rules, any_atr: bool = False) -> Iterator[int]:
    """Ticks ahead of the entry at which each step is due that waits for a price and is still to come."""
    risk, settings = _risk(position, rules.spec), rules.settings
    if risk <= 0:
        return
    steps = rules.allowed - position.settled
    if Step.BREAK_EVEN in steps:
        yield ceil(round(settings.break_even_r * risk, 6))
    if Step.HALF in steps and _part(position, rules):
        yield ceil(round(settings.half_r * risk, 6))
    if Step.TRAIL in steps and (any_atr or isfinite(rules.atr)):
        begins = ceil(round(settings.trail_from_r * risk, 6))
        yield begins if any_atr or not position.sl else max(begins, _next_trail(position, rules))


def _price(position: Cared, way: int, spec: SymbolSpec) -> float:
    """The price so many ticks ahead of the entry."""
    return spec.price_of(spec.ticks(position.entry) + position.direction.sign * way)


def _next_trail(position: Cared, rules: Rules) -> int:
    """Ticks ahead of the entry at which the trail has left the stop far enough behind."""
    spec, settings = rules.spec, rules.settings
    behind = ceil(round(settings.trail_atr * rules.atr / spec.tick_size, 6))
    least = max(1, spec.ticks(settings.trail_step_atr * rules.atr))
    return _ahead(position, position.sl, position.entry, spec) + behind + least


def _due(position: Cared, price: float, gained: float, rules: Rules) -> Iterator[Care]:
    settings = rules.settings
    steps = rules.allowed - position.settled - position.waiting
    if Step.BREAK_EVEN in steps and gained >= settings.break_even_r:
        yield from _stop(position, price, position.entry, 0.0, Step.BREAK_EVEN, gained, rules)
    if Step.HALF in steps and gained >= settings.half_r and (lot := _part(position, rules)):
        yield Care(step=Step.HALF, lot=lot, r=gained)
    if not isfinite(rules.atr):
        return
    if {Step.RUNNER, Step.TRAIL} <= steps and _may_run(position, rules):
        yield Care(step=Step.RUNNER, tp=0.0, r=gained)
    if Step.TRAIL in steps and gained >= settings.trail_from_r:
        led = price - position.direction.sign * settings.trail_atr * rules.atr
        least = settings.trail_step_atr * rules.atr
        yield from _stop(position, price, led, least, Step.TRAIL, gained, rules)


def _stop(
    position: Cared, price: float, wished: float, least: float, step: Step, gained: float, rules: Rules
) -> Iterator[Care]:
    """The stop at `wished`, where it is tighter by `least` and the broker takes it so near the price."""
    spec = rules.spec
    sl = spec.round_price(wished)
    keep = max(spec.stops_level, spec.freeze_level) * spec.point
    far_enough = _ahead(position, price, sl, spec) >= max(1, ceil(round(keep / spec.tick_size, 6)))
    tighter = not position.sl or _ahead(position, sl, position.sl, spec) >= max(1, spec.ticks(least))
    if sl > 0 and far_enough and tighter:
        yield Care(step=step, sl=sl, r=gained)


def _part(position: Cared, rules: Rules) -> float:
    """The lots to take; 0 where the trader has taken some already, or where the lots cannot be cut so."""
    lot, spec = Decimal(str(position.lot)), rules.spec
    part, least = spec.floor_lot(lot * Decimal(str(rules.settings.half_share))), Decimal(str(spec.volume_min))
    whole = position.left == position.lot
    return float(part) if whole and part >= least and lot - part >= least else 0.0


def _may_run(position: Cared, rules: Rules) -> bool:
    """A part is taken and the rest cannot lose: only then, and only while trading is active, its target goes."""
    safe = bool(position.sl) and _ahead(position, position.sl, position.entry, rules.spec) >= 0
    return bool(position.tp) and position.left < position.lot and safe and rules.state is TradingState.ACTIVE


def _frozen(position: Cared, price: float, spec: SymbolSpec) -> bool:
    """Stop or target is so near that the broker lets nothing be changed."""
    levels = (level for level in (position.sl, position.tp) if level)
    return any(abs(spec.ticks(price) - spec.ticks(level)) <= _ticks(spec.freeze_level, spec) for level in levels)


def _ticks(points: int, spec: SymbolSpec) -> int:
    """So many points in ticks, -1 for none: then a level is never too near."""
    return spec.ticks(points * spec.point) if points else -1


def _risk(position: Cared, spec: SymbolSpec) -> int:
    """1 R in ticks; 0: it was fired without a stop, and cannot be measured."""
    return _ahead(position, position.entry, position.first_sl, spec) if position.first_sl else 0


def _ahead(position: Cared, price: float, of: float, spec: SymbolSpec) -> int:
    """How far `price` is in the position's favour of another one, in ticks."""
    return (spec.ticks(price) - spec.ticks(of)) * position.direction.sign
