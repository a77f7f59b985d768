"""From a candidate to a signal: entry, stop, target, life and id."""

import hashlib
import math
import re

from bitten.messages import Signal, SignalKind, Timeframe
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import Candidate, Pattern, Plan
from bitten.rules.venom.settings import VenomSettings
from bitten.units import MINUTE_MS, Direction, SymbolSpec

_PLAIN = re.compile(r"[A-Za-z0-9._-]+(?::[A-Za-z0-9._-]+){4}\Z")
"""Five parts that hold no colon of their own, so that no two finds share an id."""
_ID_LENGTH = 64


def planned(kind: SignalKind, market: MarketView, settings: VenomSettings) -> Plan | None:
    """The kind's plan, None while there is no ATR.

    The stop is at least `min_stop_pips`, and at least the symbol's stops level plus the spread, because a broker
    measures it from the other side of the quote.
    """
    atr = market.atr
    if not math.isfinite(atr):
        return None
    of_kind = settings.rapid_assault if kind is SignalKind.RAPID_ASSAULT else settings.precision_strike
    stop = max(
        of_kind.stop_atr * atr,
        settings.min_stop_pips * market.pip,
        market.spec.stops_level * market.spec.point + market.spread,
    )
    return Plan(stop=stop, target=stop * of_kind.reward, life_ms=of_kind.minutes * MINUTE_MS)


def signal(pattern: Pattern, candidate: Candidate, plan: Plan, market: MarketView, source: str) -> Signal | None:
    """The signal, its prices on the symbol's tick size and never nearer than planned; None where no price is left."""
    direction = candidate.direction
    entry = market.quote.entry(direction)
    spec, sign = market.spec, direction.sign
    from_here = spec.ticks(entry)
    sl = spec.price_of(from_here - sign * _ticks(plan.stop, spec))
    tp = spec.price_of(from_here + sign * _ticks(plan.target, spec))
    if min(sl, tp) <= 0:
        return None
    return Signal(
        id=signal_id(pattern.name, market.symbol, Timeframe.M5, market.at, direction),
        symbol=market.symbol,
        direction=direction,
        kind=pattern.kind,
        pattern=pattern.name,
        timeframe=Timeframe.M5,
        entry=entry,
        sl=sl,
        tp=tp,
        score=round(float(candidate.score), 1),
        spread=market.spread,
        regime=market.regime,
        evidence=candidate.evidence,
        source=source,
        made_at=market.at,
        expires=market.at + plan.life_ms,
    )


def _ticks(distance: float, spec: SymbolSpec) -> int:
    """`distance` in whole ticks, rounded up (but for the noise of binary fractions)."""
    return math.ceil(round(distance / spec.tick_size, 6))


def signal_id(pattern: str, symbol: str, timeframe: Timeframe, at: int, direction: Direction) -> str:
    """The id of what a pattern found: the same for the same find, another for any other (protocol 1.3).

    Readable as it is where names allow; otherwise what an id may not hold is left out and a hash stands for it.
    """
    parts = (pattern, symbol, str(timeframe), str(at), direction[0])
    plain = ":".join(parts)
    if len(plain) <= _ID_LENGTH and _PLAIN.match(plain):
        return plain
    digest = hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()[:16]
    kept = (re.sub(r"[^A-Za-z0-9._-]", "", part)[:10] for part in parts[:2])
    return ":".join((*kept, *parts[2:], digest))
