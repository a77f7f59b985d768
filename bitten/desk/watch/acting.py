"""What is done from the watch: the requests that the commands send, what they change in a sentence, and the answer."""

import getpass
from collections.abc import Callable, Mapping

import attrs

from bitten.desk.trading import told
from bitten.desk.watch.looking import Look
from bitten.desk.watch.screens import Field
from bitten.units import TradingState
from bitten.wire.acts import CancelOrder, ClosePosition, FireNow, OrderAnswer
from bitten.wire.book import CommandStatus, PositionStatus
from bitten.wire.desk import DeskAnswer, DeskRequest, SetTrading, TradingAnswer


@attrs.frozen
class Act:
    """Something that a person may do now."""

    effect: str
    """What it changes."""
    fields: tuple[Field, ...]
    """What is asked before it."""
    request: Callable[[Mapping[str, str]], DeskRequest]
    """Made of what was answered."""


WHY = Field("why", hint="journaled, and shown to traders", needed=True)
WHY_AT_ALL = Field("why", hint="journaled")
WHOSE = Field("user", hint="empty: the whole hub")


def halt() -> Act:
    """No more fires."""
    return _trading(
        TradingState.HALTED,
        "HALT: nothing leaves but closes, cancels and stops that tighten. It holds across restarts.",
    )


def resume() -> Act:
    """Fires again."""
    return _trading(TradingState.ACTIVE, "RESUME: fires may leave again, as modes, limits and locks allow.")


def _trading(state: TradingState, effect: str) -> Act:
    def request(told: Mapping[str, str]) -> SetTrading:
        return SetTrading(user=told["user"], state=state, why=told["why"], who=getpass.getuser())

    return Act(effect, (WHOSE, WHY), request)


def fire(look: Look, signal_id: str) -> Act | None:
    """A signal that stands, for a user; None: it does not stand any more."""
    signal = next((each for each in look.signals.signals if each.id == signal_id), None)
    if signal is None:
        return None
    levels = f"at {signal.entry:g} sl {signal.sl:g} tp {signal.tp:g}"
    effect = f"FIRE {signal.direction} {signal.symbol} {levels}, {signal.shield}, as many lots as the risk allows."
    free = [user for user, came in sorted(signal.users.items()) if not came]
    whose = Field("user", free[0] if len(free) == 1 else "", f"one of {', '.join(free) or 'nobody'}", needed=True)

    def request(told: Mapping[str, str]) -> FireNow:
        return FireNow(user=told["user"], signal_id=signal_id, why=told["why"], who=getpass.getuser())

    return Act(effect, (whose, WHY_AT_ALL), request)


def close(look: Look, key: str) -> Act | None:
    """The position, or the pending order, of a row; None: there is none any more."""
    for each in look.positions.positions:
        if key == f"position {each.user} {each.ticket}":
            return _close(each)
    for order in look.positions.commands:
        if key == f"command {order.user} {order.id}" and order.life == "placed":
            return _cancel(order)
    return None


def _close(held: PositionStatus) -> Act:
    def request(told: Mapping[str, str]) -> ClosePosition:
        return ClosePosition(user=held.user, ticket=held.ticket, lot=0.0, why=told["why"], who=getpass.getuser())

    what = f"{held.direction} {held.lot:g} {held.symbol} at {held.price:g}, ticket {held.ticket}"
    return Act(f"CLOSE {held.user}'s {what}.", (WHY_AT_ALL,), request)


def _cancel(order: CommandStatus) -> Act:
    def request(told: Mapping[str, str]) -> CancelOrder:
        return CancelOrder(user=order.user, ticket=order.ticket, why=told["why"], who=getpass.getuser())

    what = f"{order.direction} {order.lot:g} {order.symbol}, ticket {order.ticket}"
    return Act(f"CANCEL {order.user}'s pending {what}.", (WHY_AT_ALL,), request)


def said(answer: DeskAnswer) -> str:
    """What the hub did, in a line."""
    if isinstance(answer, TradingAnswer):
        return told(answer)
    assert isinstance(answer, OrderAnswer)
    return f"{answer.user}: sent: {answer.what} ({answer.id})"
