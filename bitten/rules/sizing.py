"""How many lots a fire may be: exact decimal arithmetic, so that the risk is never exceeded by a rounding.

    lot = risk × min(balance, equity) × size / (stop distance × value of a point of one lot)

floored to the volume step. Where even the smallest volume is too much, there is no lot: it is never rounded up.
"""

from decimal import Decimal, InvalidOperation, localcontext

from bitten.units import SymbolSpec

_EXACT = 120
"""Digits. Products of three doubles need 51, their whole quotients far less: nothing here is ever rounded."""


def risk_budget(balance: float, equity: float, risk_pct: float, size: float) -> Decimal:
    """Account currency that a fire may lose: `risk_pct` % of the lesser of balance and equity, times `size`, 0 to 1."""
    with localcontext(prec=_EXACT):
        return max(Decimal(0), _decimal(min(balance, equity)) * _decimal(risk_pct) * _decimal(size) / 100)


def loss(spec: SymbolSpec, distance: float, lot: Decimal) -> Decimal:
    """Account currency that `lot` lots lose over a price distance."""
    with localcontext(prec=_EXACT):
        return _decimal(distance) * _decimal(spec.tick_value) * lot / _decimal(spec.tick_size)


def size_lot(spec: SymbolSpec, budget: Decimal, distance: float, most: float) -> Decimal:
    """The largest lot on the volume step that loses at most `budget` over `distance`.

    At most `most` and the symbol's maximum; 0 where that is below the symbol's minimum. `distance` is above 0.
    """
    step = _decimal(spec.volume_step)
    with localcontext(prec=_EXACT):
        loss_of_a_step = _decimal(distance) * _decimal(spec.tick_value) * step
        try:
            by_risk = budget * _decimal(spec.tick_size) // loss_of_a_step
            by_limit = min(_decimal(most), _decimal(spec.volume_max)) // step
        except InvalidOperation:
            return Decimal(
                0
            )  # A step so small that no number of them can be told: no broker's, and nothing to fire on.
        lot = min(by_risk, by_limit) * step
    return lot if lot >= _decimal(spec.volume_min) else Decimal(0)


def _decimal(number: float) -> Decimal:
    """The number as it is written, not as it is stored."""
    return Decimal(str(number))
