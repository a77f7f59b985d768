"""From a broker's answers and deals to what is said of a command (protocol 6.4, 6.8)."""

from msgspec import UNSET

from bitten.paper.broker import Broker
from bitten.paper.broker_values import BrokerOrder, BrokerPosition, Deal, DealReason, OrderEnd, Result, Retcode
from bitten.paper.ledger_values import UNSENT, Entry
from bitten.wire.commands import Cancel, Close, Fire, Modify
from bitten.wire.events import Closed, CloseReason, Confirmation, Status

RETRY = frozenset({Retcode.REQUOTE, Retcode.PRICE_CHANGED, Retcode.NO_QUOTES})
"""May be asked again, same id, within deviation and expiry."""
AMBIGUOUS = frozenset({Retcode.ERROR, Retcode.TIMEOUT, Retcode.NO_CONNECTION})
"""Never asked again before a look at positions, orders and deals."""

_ENDS = {"cancelled": Status.CANCELLED, "expired": Status.EXPIRED, "rejected": Status.REJECTED}


def said(
    command_id: str,
    status: Status,
    time: int,
    *,
    message: str = "",
    retcode: int = 0,
    ticket: int = 0,
    deal: int = 0,
    price: float = 0.0,
    lot: float = 0.0,
    commission: float = 0.0,
) -> Confirmation:
    """A confirmation without number and session; the ledger gives the one, the connection the other."""
    return Confirmation(
        session=UNSENT,
        n=1,
        id=command_id,
        status=status,
        again=False,
        ticket=ticket,
        deal=deal,
        price=price,
        lot=lot,
        commission=commission,
        retcode=retcode,
        message=message[:512],
        time=time,
    )


def filled(entry: Entry, deal: Deal) -> Confirmation:
    """The fill that a deal in is: of all that the fire asked for, or of a part (protocol 6.4)."""
    partial = isinstance(entry.request, Fire) and deal.lot < entry.request.lot
    return said(
        entry.id,
        Status.PARTIAL if partial else Status.FILLED,
        deal.time,
        retcode=Retcode.DONE_PARTIAL if partial else Retcode.DONE,
        ticket=deal.ticket,
        deal=deal.deal,
        price=deal.price,
        lot=deal.lot,
        commission=deal.commission,
    )


def answered(command_id: str, status: Status, result: Result, time: int) -> Confirmation:
    """A broker's answer in the wire's words."""
    return said(
        command_id,
        status,
        time,
        message=result.message or ("" if result.accepted else result.retcode.name.lower()),
        retcode=result.retcode,
        ticket=result.ticket,
        deal=result.deal,
        price=result.price if result.accepted else 0.0,
        lot=result.lot,
        commission=result.commission,
    )


def ended(command_id: str, end: OrderEnd) -> Confirmation | None:
    """How a pending order's end is said; None for one that was filled: its deal says it."""
    status = _ENDS.get(end.state)
    return None if status is None else said(command_id, status, end.time, ticket=end.ticket)


def closed(deal: Deal, fire_id: str) -> Closed:
    """A closing deal as an event (protocol 6.5)."""
    return Closed(
        session=UNSENT,
        n=1,
        ticket=deal.ticket,
        deal=deal.deal,
        fire_id=fire_id,
        symbol=deal.symbol,
        direction=deal.direction,
        lot=deal.lot,
        price=deal.price,
        profit=deal.profit,
        commission=deal.commission,
        swap=deal.swap,
        reason=CloseReason.UNKNOWN if deal.reason is DealReason.OPEN else CloseReason(deal.reason.value),
        time=deal.time,
    )


def look(broker: Broker, entry: Entry, time: int) -> Confirmation | None:
    """What the broker's book says of a command whose answer is not known (protocol 5.5); None: nothing (yet)."""
    match entry.request:
        case Fire(magic=magic):
            return _look_for_fire(broker, entry, magic, time)
        case Close(ticket=ticket, if_lot=if_lot):
            lots = [position.lot for position in broker.positions() if position.ticket == ticket]
            done = not lots or lots[0] < if_lot
        case Modify(ticket=ticket, sl=sl, tp=tp):
            held: tuple[BrokerPosition | BrokerOrder, ...] = (*broker.positions(), *broker.orders())
            found = [item for item in held if item.ticket == ticket]
            done = any(sl in (UNSET, item.sl) and tp in (UNSET, item.tp) for item in found)
        case Cancel(ticket=ticket):
            done = any(end.ticket == ticket and end.state == "cancelled" for end in broker.order_ends_since(0))
        case None:
            done = False
    return said(entry.id, Status.DONE, time, message="found done") if done else None


def _look_for_fire(broker: Broker, entry: Entry, magic: int, time: int) -> Confirmation | None:
    for deal in broker.deals_since(0):
        if deal.entry == "in" and deal.magic == magic:
            return filled(entry, deal)
    for order in broker.orders():
        if order.magic == magic:
            return said(entry.id, Status.PLACED, time, retcode=Retcode.PLACED, ticket=order.ticket, lot=order.lot)
    return None
