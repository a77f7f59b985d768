"""What a paper terminal says at its end: the broker's own book, to be compared with the hub's journal."""

import attrs
import msgspec

from bitten.paper.account import PaperAccount
from bitten.paper.broker_values import BrokerOrder, BrokerPosition, Deal
from bitten.paper.ea_values import Counters
from bitten.units import Direction


@attrs.frozen(kw_only=True)
class OpeningDeal:
    """A deal in of a fire of the hub's, known by its magic: nobody else trades this account."""

    fire_id: str
    """"" where the ledger that took the fire is gone."""
    magic: int
    ticket: int
    deal: int
    symbol: str
    direction: Direction
    lot: float
    price: float
    time: int


@attrs.frozen(kw_only=True)
class ClosingDeal:
    """A deal out; `fire_id` is "" where the position was none of the hub's."""

    deal: int
    ticket: int
    fire_id: str
    lot: float
    price: float
    profit: float
    commission: float
    swap: float
    reason: str
    time: int


@attrs.frozen(kw_only=True)
class PaperReport:
    """Money in the account's currency, times market milliseconds."""

    user: str
    ea: str
    server: str
    login: int
    opened: tuple[OpeningDeal, ...]
    closed: tuple[ClosingDeal, ...]
    positions: tuple[BrokerPosition, ...]
    orders: tuple[BrokerOrder, ...]
    balance: float
    equity: float
    market_time: int
    ticks_sent: int
    ticks_dropped: int
    unacked: int
    """Events that the hub has not acked."""
    denied: dict[str, int]
    """Fires that the hub denied, by code."""
    signals: int
    """Signals that were shown."""
    lives: int
    """How often a session went live."""
    foreign: int
    """Messages of another session, dropped."""
    malformed: int

    def to_json(self) -> str:
        """One line."""
        return msgspec.json.encode(self).decode()

    def summary(self) -> str:
        """One line for a person."""
        return (
            f"{self.user} on {self.login}@{self.server}: {len(self.opened)} opened, {len(self.closed)} closed, "
            f"{len(self.positions)} open; balance {self.balance:.2f}, equity {self.equity:.2f}; "
            f"{self.ticks_sent} ticks sent, {self.ticks_dropped} dropped, {self.unacked} events not acked"
        )


def report(
    user: str, account: PaperAccount, counters: Counters, *, market_time: int, ticks_sent: int, ticks_dropped: int
) -> PaperReport:
    """The account as it stands."""
    broker, ledger = account.broker, account.ledger
    opened, money, deals = broker.opened_as, broker.account(), broker.deals_since(0)
    return PaperReport(
        user=user,
        ea=ledger.ea,
        server=opened.server,
        login=opened.login,
        opened=tuple(_opening(deal, ledger.fire_of(deal.magic)) for deal in deals if deal.entry == "in" and deal.magic),
        closed=tuple(_closing(deal, ledger.fire_of(deal.magic)) for deal in deals if deal.entry == "out"),
        positions=broker.positions(),
        orders=broker.orders(),
        balance=money.balance,
        equity=money.equity,
        market_time=market_time,
        ticks_sent=ticks_sent,
        ticks_dropped=ticks_dropped,
        unacked=ledger.unacked,
        denied=dict(counters.denied),
        signals=counters.signals,
        lives=counters.lives,
        foreign=counters.foreign,
        malformed=counters.malformed,
    )


def _opening(deal: Deal, fire_id: str) -> OpeningDeal:
    return OpeningDeal(
        fire_id=fire_id,
        magic=deal.magic,
        ticket=deal.ticket,
        deal=deal.deal,
        symbol=deal.symbol,
        direction=deal.direction,
        lot=deal.lot,
        price=deal.price,
        time=deal.time,
    )


def _closing(deal: Deal, fire_id: str) -> ClosingDeal:
    return ClosingDeal(
        deal=deal.deal,
        ticket=deal.ticket,
        fire_id=fire_id,
        lot=deal.lot,
        price=deal.price,
        profit=deal.profit,
        commission=deal.commission,
        swap=deal.swap,
        reason=deal.reason.value,
        time=deal.time,
    )
