"""Prices, points, pips, lots and the facts about a symbol: the trade's vocabulary, pure.

A *point* is the smallest step of a quote's digits; a *pip* is ten points where a broker quotes a fractional digit
(3 or 5 digits), else one. Lots and money are computed in `Decimal`, because 0.29 / 0.01 is 28.999… in binary.
"""

from datetime import UTC, datetime
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from functools import lru_cache
from operator import index
from typing import Annotated, Literal, SupportsIndex

import attrs
from msgspec import Meta

LONGEST_TEXT = 512
"""Characters of what people are told (protocol 1.3)."""
Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]
PLAIN = r"^[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*\Z"
"""What stays on its line and reads in its order: no control characters, separators of lines, or marks of direction."""
PlainText = Annotated[str, Meta(max_length=LONGEST_TEXT, pattern=PLAIN)]
"""What a peer or an operator says for people to read: it ends in logs and on terminals."""
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}\Z")]
"""1 to 64 characters of `A-Z a-z 0-9 . _ : -` (protocol 1.3)."""
MaybeId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{0,64}\Z")]
"""An id, or the empty string for "none of ours"."""
SymbolName = Annotated[str, Meta(pattern=r"^[!-~]{1,32}\Z")]
"""1 to 32 printable ASCII characters, as `#AAPL` or `EURUSD+` (protocol 1.3)."""
Millis = Annotated[int, Meta(ge=0, lt=2**53)]
"""A time: milliseconds since 1970 UTC (protocol 1.4); below 2^53, so that a double holds it exactly."""
Ticket = Annotated[int, Meta(ge=0, le=2**63 - 1)]
"""A broker's number for a position, an order or a deal; 0 is none."""
Price = Annotated[float, Meta(ge=1e-12, lt=1e9)]
"""At least the smallest step of a symbol with the most digits, so that no quotient of two prices is without bounds."""
MaybePrice = Annotated[float, Meta(ge=0, lt=1e9)]
"""An absolute price, or 0 for none."""
Lot = Annotated[float, Meta(ge=1e-8, le=1e6)]
MaybeLot = Annotated[float, Meta(ge=0, le=1e6)]
Money = Annotated[float, Meta(gt=-1e15, lt=1e15)]

SECOND_MS = 1_000
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
_CLEARLY, _SMALL = 0.499, 10**9


def one_line(text: str) -> str:
    """`text` as the plain text of one line: what is not printable is escaped. Raises TypeError for what is no text."""
    if not isinstance(text, str):
        raise TypeError(f"{text!r}: must be text")
    if text.isprintable():
        return str(text)
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def sentence(text: str) -> str:
    """`text` in one line, as long as the wire carries. Raises TypeError."""
    return one_line(text)[:LONGEST_TEXT]


def utc(ms: int) -> str:
    """Milliseconds since 1970 as people read them, to the second."""
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M:%S}"


def whole(number: SupportsIndex) -> int:
    """A whole number of whatever type as a plain one. Raises TypeError for one with a fraction."""
    return int(index(number))


@lru_cache(4_096)
def _fraction(size: float) -> tuple[int, int]:
    """A tick size as it is written, not as it is stored: 0.00025 is 1 in 4,000."""
    return Decimal(str(size)).as_integer_ratio()


class Direction(StrEnum):
    """Which way a position earns."""

    sign: int
    """+1 for BUY, -1 for SELL."""

    BUY = "BUY"
    SELL = "SELL"

    def __init__(self, name: str) -> None:
        self.sign = 1 if name == "BUY" else -1

    @property
    def opposite(self) -> "Direction":
        """The direction of the deal that closes a position of this one."""
        return Direction.SELL if self is Direction.BUY else Direction.BUY


OrderKind = Literal["market", "limit", "stop"]
"""How a position is opened (protocol 5.2)."""


class TradingState(StrEnum):
    """What may be sent, hub-wide or to one user (the stricter of the two holds)."""

    ACTIVE = "active"
    REDUCING = "reducing"  # only what lowers exposure
    HALTED = "halted"  # closes, cancels and stops that tighten, nothing else


@attrs.frozen
class Account:
    """Whose money: a broker's server and a login there (protocol 1.7)."""

    server: str
    login: int

    def __str__(self) -> str:
        return f"{self.login}@{self.server}"


@attrs.frozen
class Quote:
    """A two-sided price at a market time (ms)."""

    bid: float
    ask: float
    time: int

    @property
    def crossed(self) -> bool:
        """The ask is below the bid: a bar may keep the bid, nobody may trade on it (protocol 3.1)."""
        return self.ask < self.bid

    def entry(self, direction: Direction) -> float:
        """The side on which a position of `direction` is opened."""
        return self.ask if direction is Direction.BUY else self.bid

    def exit(self, direction: Direction) -> float:
        """The side on which a position of `direction` is closed."""
        return self.bid if direction is Direction.BUY else self.ask


@attrs.frozen(kw_only=True)
class SymbolSpec:
    """How a broker deals in a symbol, as its terminal reports it (protocol 2.7)."""

    symbol: SymbolName
    digits: Annotated[int, Meta(ge=0, le=12)]
    point: Price
    tick_size: Price
    tick_value: Price
    """Account currency for one tick of one lot."""
    contract_size: Price
    volume_min: Lot
    volume_max: Lot
    volume_step: Lot
    stops_level: Annotated[int, Meta(ge=0, lt=10**9)]
    """Points that a stop must keep from the price."""
    freeze_level: Annotated[int, Meta(ge=0, lt=10**9)]
    """Points from activation within which nothing may be changed."""
    filling: tuple[Literal["fok", "ioc", "return"], ...]
    trade_mode: Literal["full", "long_only", "short_only", "close_only", "disabled"]
    hours: tuple[tuple[Annotated[int, Meta(ge=0, le=10080)], Annotated[int, Meta(ge=0, le=10080)]], ...]
    """Open hours: [from, to) minutes of the broker's week, which begins on Sunday 00:00 broker time. Empty: always."""

    @property
    def pip(self) -> float:
        """The price distance of one pip."""
        return self.point * 10 if self.digits in (3, 5) else self.point

    def ticks(self, price: float) -> int:
        """The nearest whole number of ticks to `price`; of two that are as near, the even one."""
        about = price / self.tick_size
        if -_SMALL < about < _SMALL and abs(about - (whole := round(about))) < _CLEARLY:
            return whole  # Binary arithmetic is not off by so much that another one could be nearer.
        return int((Decimal(str(price)) / Decimal(str(self.tick_size))).to_integral_value())

    def price_of(self, ticks: int) -> float:
        """The price, or the price distance, of so many ticks."""
        numerator, denominator = _fraction(self.tick_size)
        return ticks * numerator / denominator

    def round_price(self, price: float) -> float:
        """`price` on the nearest multiple of the tick size, which is what a broker accepts (not of the point)."""
        return self.price_of(self.ticks(price))

    def floor_lot(self, lot: Decimal) -> Decimal:
        """The largest multiple of the volume step that is not above `lot`; never rounded up."""
        step = Decimal(str(self.volume_step))
        return (lot / step).to_integral_value(rounding=ROUND_FLOOR) * step

    def points(self, distance: float) -> float:
        """A price distance in points."""
        return distance / self.point

    def is_open(self, broker_time: int) -> bool:
        """The symbol is traded at this broker time, ms (protocol 2.7)."""
        # 1970 began on a Thursday, the broker's week begins on a Sunday.
        minute = (broker_time + 4 * DAY_MS) % (7 * DAY_MS) // MINUTE_MS
        return not self.hours or any(start <= minute < end for start, end in self.hours)

    def value(self, distance: float, lot: float) -> float:
        """Account currency that `lot` lots gain or lose over a price distance."""
        return distance / self.tick_size * self.tick_value * lot
