"""The paper account in the wire's words: positions, orders, specs, snapshot and telemetry (protocol 2.5, 2.7, 4.1)."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TypeVar

import attrs

from bitten.paper.account import PaperAccount
from bitten.paper.broker import Broker
from bitten.paper.broker_values import BrokerAccount, BrokerOrder, BrokerPosition
from bitten.paper.moment import Moment
from bitten.units import SymbolSpec
from bitten.wire.account import Snapshot, Telemetry
from bitten.wire.base import Order, Position
from bitten.wire.market import Spec
from bitten.wire.session import AccountInfo

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
    parts = _parts(account)
    told = money(account.broker, session=session, time=moment.market, next_event=account.ledger.next_event)
    return [
        attrs.evolve(told, part=number, parts=len(parts), positions=positions, orders=orders)
        for number, (positions, orders) in enumerate(parts, start=1)
    ]


def money(broker: Broker, *, session: str, time: int, next_event: int) -> Telemetry:
    """The account's money at market time `time`, with nothing of what is open."""
    account = broker.account()
    return Telemetry(
        session=session,
        time=time,
        utc_offset=broker.opened_as.utc_offset,
        next_event=next_event,
        balance=account.balance,
        equity=account.equity,
        margin=account.margin,
        free_margin=account.free_margin,
        profit=account.profit,
        connected=True,
        broker_ping_ms=0.0,
        trade_allowed=True,
        part=1,
        parts=1,
        positions=(),
        orders=(),
    )


def account_info(opened: BrokerAccount) -> AccountInfo:
    """Whose account it is, for a hello."""
    return AccountInfo(
        login=opened.login,
        server=opened.server,
        company=opened.company,
        currency=opened.currency,
        leverage=opened.leverage,
        margin_mode="hedging",
        demo=True,
    )


def position(held: BrokerPosition, fire_id: str) -> Position:
    """An open position, and the fire that it came of."""
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
        fire_id=fire_id,
    )


def _parts(account: PaperAccount) -> list[tuple[tuple[Position, ...], tuple[Order, ...]]]:
    if account.blind:
        return [((), ())]
    positions = [position(held, account.ledger.fire_of(held.magic)) for held in account.broker.positions()]
    orders = [_order(account, order) for order in account.broker.orders()]
    both = zip_longest(_cut(positions), _cut(orders), fillvalue=())
    return [(tuple(some), tuple(others)) for some, others in both] or [((), ())]


def _cut(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + _ITEMS_A_PART] for start in range(0, len(items), _ITEMS_A_PART))


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
