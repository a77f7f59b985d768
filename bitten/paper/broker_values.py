"""What a simulated MetaTrader 5 broker knows and answers: frozen values, no behaviour.

Prices are absolute, lots are lots, money is in the account's currency and whole cents, times are market milliseconds.
"""

from enum import IntEnum, StrEnum
from typing import Literal

import attrs

from bitten.units import Direction


class Retcode(IntEnum):
    """MetaTrader 5's answers to a trade request: those that this broker gives, and those of a misbehaving one."""

    REQUOTE = 10004
    REJECT = 10006
    PLACED = 10008
    DONE = 10009
    DONE_PARTIAL = 10010
    ERROR = 10011
    TIMEOUT = 10012
    INVALID = 10013
    INVALID_VOLUME = 10014
    INVALID_PRICE = 10015
    INVALID_STOPS = 10016
    TRADE_DISABLED = 10017
    MARKET_CLOSED = 10018
    NO_MONEY = 10019
    PRICE_CHANGED = 10020
    NO_QUOTES = 10021
    INVALID_EXPIRATION = 10022
    ORDER_CHANGED = 10023
    NO_CHANGES = 10025
    FROZEN = 10029
    NO_CONNECTION = 10031
    INVALID_ORDER = 10035
    POSITION_CLOSED = 10036
    INVALID_CLOSE_VOLUME = 10038
    LONG_ONLY = 10042
    SHORT_ONLY = 10043
    CLOSE_ONLY = 10044


class DealReason(StrEnum):
    """What made a deal; those of a closing deal are the words of protocol 6.5."""

    OPEN = "open"  # every deal in
    CLOSE = "close"  # by a request of the Expert Advisor
    MANUAL = "manual"  # by the trader's hand
    SL = "sl"
    TP = "tp"
    STOP_OUT = "stop_out"


OrderKind = Literal["market", "limit", "stop"]
PendingKind = Literal["limit", "stop"]


@attrs.frozen(kw_only=True)
class BrokerAccount:
    """A hedging, swap-free account as it was opened."""

    server: str
    login: int
    company: str = "BITTEN paper"
    currency: str = "USD"
    leverage: int = 100
    deposit: float = 10_000.0
    """Opening balance."""
    commission: float = 0.0
    """Charged for one lot, at the deal in and again at the deal out; 0 or more."""
    slippage: int = 0
    """Points by which what is filled at the market is worse than the quote: opening, closing, a stop; not a target."""
    stop_out_level: float = 50.0
    """Margin level, per cent, at or below which the broker closes the worst position."""
    utc_offset: int = 0
    """Broker time minus UTC, milliseconds: trading hours are in broker time."""


@attrs.frozen(kw_only=True)
class OrderRequest:
    """A request to open: `entry` is the price expected (market) or wanted (limit, stop); sl and tp 0: none."""

    symbol: str
    direction: Direction
    kind: OrderKind
    lot: float
    entry: float
    sl: float = 0.0
    tp: float = 0.0
    deviation: int = 0
    """Points that a market fill may differ from `entry`, either way."""
    magic: int = 0
    comment: str = ""
    good_till: int = 0
    """Market time at which a pending order expires; 0: never."""


@attrs.frozen(kw_only=True)
class BrokerPosition:
    """An open position; `profit` is what closing it at the newest uncrossed quote would give, without commission."""

    ticket: int
    symbol: str
    direction: Direction
    lot: float
    open_price: float
    open_time: int
    sl: float
    tp: float
    magic: int
    comment: str
    profit: float


@attrs.frozen(kw_only=True)
class BrokerOrder:
    """A pending order; the position that comes of it keeps its ticket."""

    ticket: int
    symbol: str
    direction: Direction
    kind: PendingKind
    lot: float
    price: float
    sl: float
    tp: float
    magic: int
    comment: str
    good_till: int


@attrs.frozen(kw_only=True)
class OrderEnd:
    """How a pending order ended; `rejected`: its price came, but the margin did not suffice."""

    ticket: int
    state: Literal["filled", "cancelled", "expired", "rejected"]
    deal: int
    """The deal in, 0 where there was none."""
    time: int


@attrs.frozen(kw_only=True)
class Deal:
    """An execution. `commission` is 0 or negative; profit, commission and swap change the balance by their sum."""

    deal: int
    ticket: int
    """The position's."""
    entry: Literal["in", "out"]
    symbol: str
    direction: Direction
    """The position's direction, not the deal's."""
    lot: float
    price: float
    profit: float
    commission: float
    swap: float
    reason: DealReason
    magic: int
    comment: str
    time: int


@attrs.frozen(kw_only=True)
class Result:
    """The broker's answer to a request: `ticket` and `deal` are 0 where none was made, `message` says why not.

    `price` is the fill's; with REQUOTE, the price that could have been had; else 0.
    """

    retcode: Retcode
    ticket: int = 0
    deal: int = 0
    price: float = 0.0
    lot: float = 0.0
    commission: float = 0.0
    message: str = ""

    @property
    def accepted(self) -> bool:
        """The request was carried out or placed."""
        return self.retcode in (Retcode.DONE, Retcode.DONE_PARTIAL, Retcode.PLACED)


@attrs.frozen(kw_only=True)
class AccountState:
    """The account's money now."""

    balance: float
    equity: float
    margin: float
    free_margin: float
    profit: float

    @property
    def margin_level(self) -> float | None:
        """Equity in per cent of the margin in use; None where none is."""
        return self.equity / self.margin * 100 if self.margin else None
