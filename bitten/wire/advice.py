"""Advice for the chart (protocol 7): hub → EA on 5555. Nothing is executed by it."""

from typing import Annotated, Literal

import attrs
from msgspec import Meta

from bitten.units import Direction, Id, MaybePrice, Millis, Price, SymbolName, Text
from bitten.wire.base import Count, InSession
from bitten.wire.session import Trading


@attrs.frozen(kw_only=True)
class SignalAdvice(InSession):
    """A signal to show, with its countdown (protocol 7.1). `expires` is market time, as all of a signal is."""

    type: Literal["signal"] = "signal"
    signal_id: Id
    symbol: SymbolName
    direction: Direction
    kind: Text
    entry: Price
    sl: MaybePrice
    tp: MaybePrice
    score: Annotated[float, Meta(ge=0, le=100)]
    shield: Text
    mode: Literal["manual", "semi", "auto"]
    expires: Millis


@attrs.frozen(kw_only=True)
class SignalEnd(InSession):
    """A signal that was shown is over (protocol 7.1)."""

    type: Literal["signal_end"] = "signal_end"
    signal_id: Id
    reason: Text


@attrs.frozen(kw_only=True)
class Rank(InSession):
    """The user's score (protocol 7.2); `next_rank_at` 0: the highest; `locked_until` 0: not locked."""

    type: Literal["rank"] = "rank"
    xp: int
    rank: Text
    next_rank_at: Count
    streak: int
    shots_left: Count
    locked_until: Millis
    reason: Text


@attrs.frozen(kw_only=True)
class TradingAdvice(Trading):
    """The trading state that holds for this user now (protocol 7.3)."""

    type: Literal["trading"] = "trading"
    session: Id


@attrs.frozen(kw_only=True)
class Denied(InSession):
    """A fire that the risk gate did not let pass: ours, never the broker's (protocol 7.4)."""

    type: Literal["denied"] = "denied"
    signal_id: Id
    code: Text
    message: Text
