"""When a symbol may have a signal at all: the gates before any pattern is asked, each with its word."""

from collections import deque

from bitten.messages import Evaluate
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.settings import VenomSettings
from bitten.units import HOUR_MS, MINUTE_MS

SECOND_MS = 1000


class Cadence:
    """The signals that a symbol had in the last hour of market time, and what follows for the next."""

    def __init__(self, settings: VenomSettings) -> None:
        self._settings = settings
        self._made: deque[int] = deque()
        self._newest: int | None = None

    def made(self, at: int) -> None:
        """A signal was made at market time `at`."""
        self._made.append(at)
        self._newest = at

    def too_soon(self, at: int) -> str:
        """`cool_down` or `hourly_limit` where one forbids a signal at market time `at`; "" where neither does."""
        if self._newest is not None and at - self._newest < self._settings.cool_down_s * SECOND_MS:
            return "cool_down"
        while self._made and self._made[0] <= at - HOUR_MS:
            self._made.popleft()
        return "hourly_limit" if len(self._made) >= self._settings.max_per_hour else ""


def market_gate(market: MarketView, work: Evaluate, utc_offset: int, settings: VenomSettings) -> str:
    """Why this market makes no signal whatever the patterns say; "" where nothing speaks against it."""
    if market.quote.crossed:
        return "crossed_quote"
    if market.at - market.quote.time > settings.max_tick_age_s * SECOND_MS:
        return "stale_tick"
    if not market.spec.is_open(market.at + utc_offset):
        return "market_closed"
    if market.spec.trade_mode in ("disabled", "close_only"):
        return "not_traded"
    if market.pips(market.spread) > settings.max_spread_pips:
        return "spread"
    if len(market.m5) < settings.warm_bars:
        return "unwarmed"
    if work.trigger == "bar" and not _has_bar(market):
        return "partial_bar"
    return ""


def _has_bar(market: MarketView) -> bool:
    """The bar that closed was watched from end to end."""
    return len(market.m5) > 0 and int(market.m5.time[-1]) + 5 * MINUTE_MS == market.at
