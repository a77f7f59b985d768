"""The paper account in the wire's words: positions, orders, specs, snapshot and telemetry (protocol 2.5, 2.7, 4.1)."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TypeVar

import attrs

from bitten.paper.account import PaperAccount
from bitten.paper.broker_values import BrokerOrder, BrokerPosition
from bitten.paper.moment import Moment
from bitten.units import SymbolSpec
from bitten.wire.account import Snapshot, Telemetry
from bitten.wire.base import Order, Position
from bitten.wire.market import Spec

_ITEMS_A_PART = 80
"""Positions, and as many orders, that fit a frame with room to spare: each is under 350 bytes."""

T = TypeVar("T")


def spec(symbol: SymbolSpec, session: str) -> Spec:
    """A symbol's conditions as a message."""
    return Spec(session=session, **attrs.asdict(symbol, recurse=False))


def snapshot(account: PaperAccount, session: str) -> list[Snapshot]:
    """Everything that is open, in as many parts as it needs; at least one."""
    parts = _parts(account)
    return [
        Snapshot(
            session=session,
            part=number,
            parts=len(parts),
            next_event=account.ledger.next_event,
            positions=positions,
            orders=orders,
        )
        for number, (positions, orders) in enumerate(parts, start=1)
    ]


def telemetry(account: PaperAccount, session: str, moment: Moment) -> list[Telemetry]:
    """The account's money and everything that is open; money is the same in each part."""
    parts, money = _parts(account), account.broker.account()
    return [
        Telemetry(
            session=session,
            time=moment.market,
            utc_offset=account.broker.opened_as.utc_offset,
            next_event=account.ledger.next_event,
            balance=money.balance,
            equity=money.equity,
            margin=money.margin,
            free_margin=money.free_margin,
            profit=money.profit,
            connected=True,
            broker_ping_ms=0.0,
            trade_allowed=True,
            part=number,
            parts=len(parts),
            positions=positions,
            orders=orders,
        )
        for number, (positions, orders) in enumerate(parts, start=1)
    ]


def _parts(account: PaperAccount) -> list[tuple[tuple[Position, ...], tuple[Order, ...]]]:
    if account.blind:
        return [((), ())]
    positions = [_position(account, position) for position in account.broker.positions()]
    orders = [_order(account, order) for order in account.broker.orders()]
    both = zip_longest(_cut(positions), _cut(orders), fillvalue=())
    return [(tuple(some), tuple(others)) for some, others in both] or [((), ())]


def _cut(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + _ITEMS_A_PART] for start in range(0, len(items), _ITEMS_A_PART))


def _position(account: PaperAccount, held: BrokerPosition) -> Position:
    return Position(
        ticket=held.ticket,
        symbol=held.symbol,
        direction=held.direction,
        lot=held.lot,
        open_price=held.open_price,
        open_time=held.open_time,
        sl=held.sl,
        tp=held.tp,
        profit=held.profit,
        magic=held.magic,
        fire_id=account.ledger.fire_of(held.magic),
    )


def _order(account: PaperAccount, standing: BrokerOrder) -> Order:
    return Order(
        ticket=standing.ticket,
        symbol=standing.symbol,
        direction=standing.direction,
        kind=standing.kind,
        lot=standing.lot,
        price=standing.price,
        sl=standing.sl,
        tp=standing.tp,
        magic=standing.magic,
        fire_id=account.ledger.fire_of(standing.magic),
    )
