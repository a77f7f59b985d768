"""The order that a signal makes for an account: prices on the tick size, lots by the risk."""

from decimal import Decimal

import attrs

from bitten.rules.risk.settings import RiskSettings, Tier
from bitten.rules.risk.situation import Situation
from bitten.rules.sizing import loss, risk_budget, size_lot
from bitten.units import Direction, OrderKind, SymbolSpec


@attrs.frozen(kw_only=True)
class Order:
    """A fire that passed: what the command will say (protocol 5.2)."""

    symbol: str
    direction: Direction
    lot: float
    entry: float
    sl: float
    tp: float
    deviation: int
    """Points."""
    risk: float
    """Account currency lost if the stop is hit at its price."""
    expires: int
    """Hub time."""
    kind: OrderKind = "market"
    good_till: int = 0
    """Of a pending order, market time; 0: until it is cancelled."""


def draft(situation: Situation, settings: RiskSettings, tier: Tier) -> Order | None:
    """The order as it would be sent; None without spec, quote or stop. Its lot is 0 where none can be had.

    The entry is the newest quote's, not the signal's: lots are then sized by the distance that the stop really has, and
    the EA's `deviation` is counted from a price that exists. How far that may be from the signal's is the collar's.
    A pending order's entry is the signal's.
    """
    signal, spec, quote, terms = situation.signal, situation.spec, situation.quote, situation.terms
    if spec is None or quote is None or not signal.sl:
        return None
    price = quote.entry(signal.direction) if terms.kind == "market" else signal.entry
    entry, sl = spec.ticks(price), spec.ticks(signal.sl)
    # In whole ticks, because the difference of two prices is not exact in binary.
    distance = spec.price_of((entry - sl) * signal.direction.sign)
    lot = Decimal(str(terms.lot)) if terms.lot else _lot(situation, settings, tier, spec, distance)
    return Order(
        symbol=signal.symbol,
        direction=signal.direction,
        lot=float(lot),
        entry=spec.price_of(entry),
        sl=spec.price_of(sl),
        tp=spec.round_price(signal.tp),
        deviation=round(settings.deviation_pips * spec.pip / spec.point),
        risk=float(loss(spec, distance, lot)),
        expires=situation.hub_now + settings.command_expiry_ms,
        kind=terms.kind,
        good_till=terms.good_till,
    )


def value(order: Order, spec: SymbolSpec) -> float:
    """What the order's lots are worth at its entry, account currency."""
    return spec.value(order.entry, order.lot)


def budget(situation: Situation, tier: Tier) -> Decimal:
    """What the fire may lose, account currency."""
    size = min(situation.size, 1.0) * (0.5 if situation.half_risk else 1.0)
    return risk_budget(situation.funds.balance, situation.funds.equity, tier.risk_pct, size)


def _lot(situation: Situation, settings: RiskSettings, tier: Tier, spec: SymbolSpec, distance: float) -> Decimal:
    if distance <= 0:
        return Decimal(0)
    return size_lot(spec, budget(situation, tier), distance, settings.max_lots)
