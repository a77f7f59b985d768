"""Prices and what a symbol is (protocol 2.7, 3): EA → hub on 5556, lossy, the newest wins."""

from typing import Annotated, Literal

import attrs
from msgspec import Meta

from bitten.units import Id, Millis, PlainText, Price, SymbolName, SymbolSpec
from bitten.wire.base import Count, InSession
from bitten.wire.session import Timeframe

Volume = Annotated[float, Meta(ge=0, lt=1e15)]
BarRow = tuple[Millis, Price, Price, Price, Price, Volume]
"""Open time (UTC), open, high, low, close of the bid, tick volume."""


@attrs.frozen(kw_only=True)
class Spec(SymbolSpec):
    """The symbol's conditions, sent before `ready` and again when they change."""

    type: Literal["spec"] = "spec"
    session: Id


@attrs.frozen(kw_only=True)
class Tick(InSession):
    """One quote. An ask below the bid is well-formed (protocol 3.1)."""

    type: Literal["tick"] = "tick"
    symbol: SymbolName
    bid: Price
    ask: Price
    time: Millis


@attrs.frozen(kw_only=True)
class Ticks(InSession):
    """Quotes since the last send, oldest first: `[time, bid, ask]` rows."""

    type: Literal["ticks"] = "ticks"
    symbol: SymbolName
    rows: tuple[tuple[Millis, Price, Price], ...]


@attrs.frozen(kw_only=True)
class Bars(InSession):
    """Closed bars of the past, oldest first, for warm-up (protocol 3.2)."""

    type: Literal["bars"] = "bars"
    symbol: SymbolName
    timeframe: Timeframe
    rows: tuple[BarRow, ...]


@attrs.frozen(kw_only=True)
class Calendar(InSession):
    """The terminal's economic calendar: `[time, currency, importance, name]` rows (protocol 3.3)."""

    type: Literal["calendar"] = "calendar"
    rows: tuple[tuple[Millis, PlainText, Count, PlainText], ...]
