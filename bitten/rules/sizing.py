"""How many lots a fire may be: exact decimal arithmetic, so that the risk is never exceeded by a rounding.

    lot = risk × min(balance, equity) × size / (stop distance × value of a point of one lot)

floored to the volume step. Where even the smallest volume is too much, there is no lot: it is never rounded up.
"""

from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache

from bitten.units import SymbolSpec

_EXACT = Context(prec=120)
"""Products of three doubles need 51, their whole quotients far less: nothing here is ever rounded."""


def risk_budget(balance: float, equity: float, risk_pct: float, size: float) -> Decimal:
    """Account currency that a fire may lose: `risk_pct` % of the lesser of balance and equity, times `size`, 0 to 1."""
    percents = _EXACT.multiply(_decimal(min(balance, equity)), _product(risk_pct, size))
    return max(Decimal(0), _EXACT.divide(percents, 100))


def loss(spec: SymbolSpec, distance: float, lot: Decimal) -> Decimal:
    """Account currency that `lot` lots lose over a price distance."""
    in_ticks = _EXACT.multiply(_decimal(distance), lot)
    return _EXACT.divide(_EXACT.multiply(in_ticks, _decimal(spec.tick_value)), _decimal(spec.tick_size))


def size_lot(spec: SymbolSpec, budget: Decimal, distance: float, most: float) -> Decimal:
    """The largest lot on the volume step that loses at most `budget` over `distance`.

    At most `most` and the symbol's maximum; 0 where that is below the symbol's minimum. `distance` is above 0.
    """
    step, affordable = _decimal(spec.volume_step), _EXACT.multiply(budget, _decimal(spec.tick_size))
    a_step = _product(spec.tick_value, spec.volume_step)
    try:
        by_risk = _EXACT.divide_int(affordable, _EXACT.multiply(_decimal(distance), a_step))
        by_limit = _EXACT.divide_int(_decimal(min(most, spec.volume_max)), step)
    except InvalidOperation:
        return Decimal(0)  # A step so small that no number of them can be told: no broker's, and nothing to fire on.
    lot = _EXACT.multiply(min(by_risk, by_limit), step)
    return lot if lot >= _decimal(spec.volume_min) else Decimal(0)


@lru_cache(4_096)
def _product(one: float, other: float) -> Decimal:
    """Of two that are the same for many fires: a symbol's, or a tier's and a shield class's."""
    return _EXACT.multiply(_decimal(one), _decimal(other))


@lru_cache(4_096)
def _decimal(number: float) -> Decimal:
    """The number as it is written, not as it is stored."""
    return Decimal(str(number))
