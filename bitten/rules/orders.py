"""Orders on what is open: closing all or a part of a position, moving its stop or target (protocol 5.3).

Nothing is repaired: a wish that cannot be carried out as it is said is refused with the reason. A close is never held
back by a trading state; while trading is halted a stop may only be tightened.
"""

from decimal import Decimal

import attrs

from bitten.errors import BittenError
from bitten.rules.book import Holding
from bitten.rules.terminal import TerminalView
from bitten.units import Direction, OrderKind, SymbolSpec, TradingState


class OrderRefused(BittenError):
    """The order is not sent. The text says why."""


@attrs.frozen
class Author:
    """Who wishes for an order, and why; both "": the hub itself."""

    who: str = ""
    why: str = ""


NOBODY = Author()


@attrs.frozen(kw_only=True)
class FireWish:
    """Fire a signal that stands, or (`symbol` given) what is described here."""

    user: str
    signal_id: str
    symbol: str = ""
    direction: Direction = Direction.BUY
    entry: float = 0.0
    """Of a pending order."""
    sl: float = 0.0
    tp: float = 0.0
    lot: float = 0.0
    """0: as many as the risk allows."""
    kind: OrderKind = "market"
    good_for: int = 0
    """Of a pending order, ms of market time; 0: until it is cancelled."""
    by: Author = NOBODY


@attrs.frozen(kw_only=True)
class CancelWish:
    """Withdraw a pending order of ours. `user` as for `CloseWish`."""

    user: str = ""
    ticket: int
    by: Author = NOBODY


@attrs.frozen(kw_only=True)
class CloseWish:
    """Close `lot` lots of a position; 0: all that is open. `user` "": whoever alone has that ticket."""

    user: str = ""
    ticket: int
    lot: float = 0.0
    by: Author = NOBODY


@attrs.frozen(kw_only=True)
class ModifyWish:
    """Move stop or target of a position; None: unchanged, 0: none from now on. `user` as for `CloseWish`."""

    user: str = ""
    ticket: int
    sl: float | None = None
    tp: float | None = None
    by: Author = NOBODY


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


@attrs.frozen
class Subject:
    """What an order is about."""

    ticket: int
    symbol: str
    direction: Direction


@attrs.frozen
class Levels:
    """Stop and target of a position as its terminal shows them now; 0: none."""

    sl: float
    tp: float


def levels_shown(view: TerminalView, holding: Holding) -> Levels:
    """The terminal's own word, where there is one: the trader may have moved them since they were journaled."""
    shown = view.position(holding.ticket)
    return Levels(holding.sl, holding.tp) if shown is None else Levels(shown.sl, shown.tp)


def levels_after(wish: ModifyWish, direction: Direction, now: Levels, state: TradingState) -> Levels:
    """Stop and target once the modify is carried out. Raises `OrderRefused`."""
    after = Levels(now.sl if wish.sl is None else wish.sl, now.tp if wish.tp is None else wish.tp)
    if after == now:
        raise OrderRefused(f"position {wish.ticket} has stop {now.sl:g} and target {now.tp:g} already")
    if state is not TradingState.ACTIVE and after.sl != now.sl and not _tightens(after.sl, now.sl, direction):
        raise OrderRefused(f"trading is {state}: a stop may only be tightened, from {now.sl:g}")
    if state is TradingState.HALTED and after.tp != now.tp:
        raise OrderRefused("trading is halted: a target may not be moved")
    return after


def _tightens(sl: float, before: float, direction: Direction) -> bool:
    return sl > 0 and (not before or (sl - before) * direction.sign > 0)
