"""The rules by which a MetaTrader 5 broker refuses a request, and the prices at which it fills one: pure functions.

Distances are in points and from the right side (trading facts, "MetaTrader 5"): a BUY's sl and tp from the bid, a
SELL's from the ask, a pending order's from its own price.
"""

import math
from decimal import Decimal

import attrs

from bitten.paper.broker_values import BrokerOrder, BrokerPosition, DealReason, OrderRequest, Result, Retcode
from bitten.units import Direction, Quote, SymbolSpec


class Refused(Exception):
    """A request breaks a rule. Never leaves the broker: it becomes the `Result` of the request."""

    def __init__(self, retcode: Retcode, message: str, price: float = 0.0) -> None:
        super().__init__(message)
        self.result = Result(retcode=retcode, message=message, price=price)


def check_direction(spec: SymbolSpec, direction: Direction) -> None:
    """May positions of this direction be opened? Raises `Refused` with the code of the symbol's trade mode."""
    match spec.trade_mode, direction:
        case "close_only", _:
            raise Refused(Retcode.CLOSE_ONLY, f"{spec.symbol} may only be closed")
        case "long_only", Direction.SELL:
            raise Refused(Retcode.LONG_ONLY, f"{spec.symbol} may only be bought")
        case "short_only", Direction.BUY:
            raise Refused(Retcode.SHORT_ONLY, f"{spec.symbol} may only be sold")


def check_volume(spec: SymbolSpec, lot: float) -> None:
    """Is `lot` within the symbol's limits and on its step? Raises `Refused` (INVALID_VOLUME)."""
    within = math.isfinite(lot) and spec.volume_min <= lot <= spec.volume_max
    if not within or Decimal(str(lot)) % Decimal(str(spec.volume_step)):
        allowed = f"{spec.volume_min} to {spec.volume_max} in steps of {spec.volume_step}"
        raise Refused(Retcode.INVALID_VOLUME, f"volume {lot} of {spec.symbol}: allowed are {allowed}")


def check_close_volume(spec: SymbolSpec, lot: float, open_lot: float) -> None:
    """May `lot` of a position of `open_lot` be closed? All of it always; what remains may be below the minimum.

    Raises `Refused` (INVALID_CLOSE_VOLUME above the position's volume, INVALID_VOLUME off the limits or the step).
    """
    if lot > open_lot:
        raise Refused(Retcode.INVALID_CLOSE_VOLUME, f"volume {lot} is more than the position's {open_lot}")
    if lot != open_lot:
        check_volume(spec, lot)


def check_opening(spec: SymbolSpec, request: OrderRequest, reference: float) -> None:
    """Direction, volume and stops of a request whose stops are measured from `reference`. Raises `Refused`."""
    check_direction(spec, request.direction)
    check_volume(spec, request.lot)
    check_stops(spec, request.direction, reference, sl=request.sl, tp=request.tp)


def moved_levels(
    spec: SymbolSpec, holding: BrokerPosition | BrokerOrder, reference: float, sl: float | None, tp: float | None
) -> tuple[float, float]:
    """The stop and target that `holding` will have; only what changes is judged.

    Raises `Refused` (NO_CHANGES, INVALID_STOPS).
    """
    new_sl = holding.sl if sl is None else sl
    new_tp = holding.tp if tp is None else tp
    if (new_sl, new_tp) == (holding.sl, holding.tp):
        raise Refused(Retcode.NO_CHANGES, f"sl {new_sl} and tp {new_tp} are there already")
    changed_sl = new_sl if new_sl != holding.sl else 0.0
    changed_tp = new_tp if new_tp != holding.tp else 0.0
    check_stops(spec, holding.direction, reference, sl=changed_sl, tp=changed_tp)
    return new_sl, new_tp


def on_grid(spec: SymbolSpec, price: float) -> bool:
    """Is `price` finite and a multiple of the tick size?"""
    return math.isfinite(price) and not Decimal(str(price)) % Decimal(str(spec.tick_size))


def check_deviation(spec: SymbolSpec, request: OrderRequest, price: float) -> None:
    """Is the fill price within `deviation` points of `entry`, either way (protocol 5.2)?

    Raises `Refused` (REQUOTE with the price, INVALID_PRICE for an entry that is no price).
    """
    if not (math.isfinite(request.entry) and request.entry > 0):
        raise Refused(Retcode.INVALID_PRICE, f"entry {request.entry} is no price")
    away = _points(spec, abs(price - request.entry))
    if away > request.deviation:
        message = f"price {price} is {away:g} points from {request.entry}, allowed are {request.deviation}"
        raise Refused(Retcode.REQUOTE, message, price)


def check_pending(spec: SymbolSpec, request: OrderRequest, quote: Quote, now: int) -> None:
    """Is the price on the right side, outside the stops level, and its expiry ahead?

    A BUY limit lies below the ask and a BUY stop above it, a SELL limit above the bid and a SELL stop below it.
    Raises `Refused` (INVALID_PRICE, INVALID_EXPIRATION).
    """
    if request.entry <= 0 or not on_grid(spec, request.entry):
        raise Refused(Retcode.INVALID_PRICE, f"entry {request.entry} is no multiple of {spec.tick_size}")
    market = quote.entry(request.direction)
    above = (request.direction is Direction.BUY) == (request.kind == "stop")
    _check_distance(spec, request.kind, request.entry, market, above=above, code=Retcode.INVALID_PRICE)
    if 0 != request.good_till <= now:
        raise Refused(Retcode.INVALID_EXPIRATION, f"good_till {request.good_till} has passed")


def check_stops(spec: SymbolSpec, direction: Direction, reference: float, *, sl: float, tp: float) -> None:
    """Are sl and tp (0: none) on their sides of `reference`, on the tick size, outside the stops level?

    Raises `Refused` (INVALID_STOPS).
    """
    buy = direction is Direction.BUY
    for name, level, above in (("sl", sl, not buy), ("tp", tp, buy)):
        if level == 0:
            continue
        if level < 0 or not on_grid(spec, level):
            raise Refused(Retcode.INVALID_STOPS, f"{name} {level} is no multiple of {spec.tick_size}")
        _check_distance(spec, name, level, reference, above=above, code=Retcode.INVALID_STOPS)


def check_not_frozen(spec: SymbolSpec, price: float, *levels: float) -> None:
    """Is `price` at least the freeze level away from every level that is set? Raises `Refused` (FROZEN)."""
    for level in levels:
        if level and _points(spec, abs(price - level)) < spec.freeze_level:
            raise Refused(Retcode.FROZEN, f"{level} is within {spec.freeze_level} points of the price {price}")


@attrs.frozen
class Exit:
    """How a quote ends a position."""

    reason: DealReason
    price: float


def exit_fill(position: BrokerPosition, quote: Quote) -> Exit | None:
    """The reason and price at which `quote` ends the position by its stop or target; None when it does not.

    A stop is filled at the quote, so a gap slips; a target at its own price, so a gap gives nothing: a market of few
    ticks would else pay more than was to be had. The stop is looked at first.
    """
    price, sign = quote.exit(position.direction), position.direction.sign
    if position.sl and (price - position.sl) * sign <= 0:
        return Exit(DealReason.SL, price)
    if position.tp and (price - position.tp) * sign >= 0:
        return Exit(DealReason.TP, position.tp)
    return None


def slipped(spec: SymbolSpec, price: float, direction: Direction, points: int) -> float:
    """The price of a deal in `direction` (of the deal, not of its position) that is filled so many points worse."""
    return spec.round_price(price + direction.sign * points * spec.point) if points else price


def pending_fill(order: BrokerOrder, quote: Quote) -> float | None:
    """The price at which `quote` fills the order, None when it does not: a limit at its own, a stop at the quote's."""
    price, sign = quote.entry(order.direction), order.direction.sign
    if order.kind == "limit":
        return order.price if (price - order.price) * sign <= 0 else None
    return price if (price - order.price) * sign >= 0 else None


def _points(spec: SymbolSpec, distance: float) -> float:
    """A distance in points, freed of the dust of binary prices."""
    return round(spec.points(distance), 6)


def _check_distance(spec: SymbolSpec, name: str, level: float, reference: float, *, above: bool, code: Retcode) -> None:
    away = _points(spec, level - reference if above else reference - level)
    if away <= 0 or away < spec.stops_level:
        side = "above" if above else "below"
        raise Refused(code, f"{name} {level} must be {side} {reference} by at least {spec.stops_level} points")
