"""Orders on what is open: closing all or a part of a position, moving its stop or target (protocol 5.3).

Nothing is repaired: a wish that cannot be carried out as it is said is refused with the reason. A close is never held
back by a trading state; while trading is halted a stop may only be tightened.
"""

from decimal import Decimal

import attrs

from bitten.errors import BittenError
from bitten.rules.book import Holding
from bitten.units import SymbolSpec, TradingState


class OrderRefused(BittenError):
    """The order is not sent. The text says why."""


@attrs.frozen(kw_only=True)
class CloseWish:
    """Close `lot` lots of a position; 0: all that is open."""

    ticket: int
    lot: float = 0.0


@attrs.frozen(kw_only=True)
class ModifyWish:
    """Move stop or target of a position; None: unchanged, 0: none from now on."""

    ticket: int
    sl: float | None = None
    tp: float | None = None


def lot_to_close(wish: CloseWish, holding: Holding, spec: SymbolSpec | None) -> float:
    """The lots that a close takes. Raises `OrderRefused`."""
    if not wish.lot:
        return holding.left
    if wish.lot > holding.left:
        raise OrderRefused(f"{wish.lot:g} lots: position {wish.ticket} has {holding.left:g} open")
    if spec is not None and spec.floor_lot(Decimal(str(wish.lot))) != Decimal(str(wish.lot)):
        raise OrderRefused(f"{wish.lot:g} lots: must be a multiple of {spec.volume_step:g}")
    rest = Decimal(str(holding.left)) - Decimal(str(wish.lot))
    if spec is not None and 0 < rest < Decimal(str(spec.volume_min)):
        raise OrderRefused(f"{wish.lot:g} lots would leave {rest:f}, less than the least of {spec.volume_min:g}")
    return wish.lot


def levels_after(wish: ModifyWish, holding: Holding, state: TradingState) -> tuple[float, float]:
    """Stop and target once the modify is carried out. Raises `OrderRefused`."""
    sl = holding.sl if wish.sl is None else wish.sl
    tp = holding.tp if wish.tp is None else wish.tp
    if (sl, tp) == (holding.sl, holding.tp):
        raise OrderRefused(f"position {wish.ticket} has stop {sl:g} and target {tp:g} already")
    if state is not TradingState.ACTIVE and sl != holding.sl and not _tightens(sl, holding):
        raise OrderRefused(f"trading is {state}: a stop may only be tightened, from {holding.sl:g}")
    return sl, tp


def _tightens(sl: float, holding: Holding) -> bool:
    return sl > 0 and (not holding.sl or (sl - holding.sl) * holding.direction.sign > 0)
