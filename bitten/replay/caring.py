"""Position care in a replay: the hub's, taken where the market would have had it looked at.

A quote at which no step can be due is passed over. What is due depends on the price, on the ATR, which changes with a
bar of M5, and on what became of orders and of XP; so positions are looked at where a price is reached, with the first
quote after a bar's end, and after whatever the broker did.
"""

from math import inf

import attrs
import numpy as np

from bitten.replay.chronicle import Chronicle
from bitten.replay.exits import NEVER
from bitten.replay.market import Market
from bitten.rules.book import Book, Holding
from bitten.rules.care import Care, CareSettings, Step, unlocked, watched
from bitten.rules.caring import Look, look
from bitten.rules.orders import Levels
from bitten.rules.terminal import TerminalView
from bitten.rules.venom import Venom
from bitten.units import MINUTE_MS, Direction

_AT_ONCE = 2_048
"""Quotes looked at in one operation."""
_M5_MS = 5 * MINUTE_MS


@attrs.define(eq=False)
class Watch:
    """Where in one symbol's quotes there is to look: an estimate that may be too early, and is never too late."""

    market: Market
    symbol: str
    _bid: float = inf
    """The bid from which on up a position may be due."""
    _ask: float = -inf
    """The ask from which on down."""
    _over: int = NEVER
    """Market time of the end of the bar with which all is different."""
    _found: int = NEVER

    def clear(self) -> None:
        """There is nothing to wait for."""
        self._bid, self._ask, self._over, self._found = inf, -inf, NEVER, NEVER

    def wait(self, direction: Direction, price: float) -> None:
        """A position waits for a price; the nearest counts."""
        if direction is Direction.BUY:
            self._bid = min(self._bid, price)
        else:
            self._ask = max(self._ask, price)
        self._found = -1

    def wait_for_a_bar(self, now: int) -> None:
        """The ATR counts, which is that of the bars that ended before `now`."""
        self._over = (now - 1) // _M5_MS * _M5_MS + _M5_MS
        self._found = -1

    def next(self, after: int) -> int:
        """The first place beyond `after` at which there is to look; `NEVER` where there is none."""
        if self._found <= after:
            self._found = self._search(after)
        return self._found

    def _search(self, after: int) -> int:
        places = self.market.places[self.symbol]
        first = int(np.searchsorted(places, after, side="right"))
        for begin in range(first, len(places), _AT_ONCE):
            part = places[begin : begin + _AT_ONCE]
            reached = (self.market.bid[part] >= self._bid) | (self.market.ask[part] <= self._ask)
            hit = np.flatnonzero(reached | (self.market.time[part] > self._over))
            if len(hit):
                return int(part[hit[0]])
        return NEVER


@attrs.frozen(kw_only=True, eq=False)
class Caring:
    """What care sees of the one account of a replay."""

    settings: CareSettings
    wanted: tuple[str, ...]
    """Steps that the user has not switched off."""
    expiry_ms: int
    """For which a command may be carried out."""
    venom: Venom
    chronicle: Chronicle
    watches: tuple[Watch, ...]

    def due(self, book: Book, view: TerminalView, symbol: str) -> tuple[Holding, Levels, Care] | None:
        """The first position, of `symbol` or ("") of any, that a step is due on; its levels, and the step."""
        for holding in book.holdings.values():
            if symbol in ("", holding.symbol):
                seen = self._look(book, holding, view)
                if seen is not None and seen.step is not None:
                    return holding, Levels(seen.position.sl, seen.position.tp), seen.step
        return None

    def rest(self) -> None:
        """Nothing is open."""
        for each in self.watches:
            each.clear()

    def watch(self, book: Book, view: TerminalView) -> None:
        """Nothing is due: wait for what may make it so."""
        self.rest()
        for holding in book.holdings.values():
            seen = self._look(book, holding, view)
            if seen is None:
                continue
            watch = next(each for each in self.watches if each.symbol == holding.symbol)
            price = watched(seen.position, seen.rules)
            if price is not None:
                watch.wait(holding.direction, price)
            if Step.TRAIL in seen.rules.allowed:
                watch.wait_for_a_bar(view.market_now)

    def _look(self, book: Book, holding: Holding, view: TerminalView) -> Look | None:
        ledger = self.chronicle.ledger
        allowed = unlocked(ledger.standing(book.user).xp, self.wanted, self.settings)
        if not allowed:
            return None
        state = ledger.trading_of(book.user).state
        return look(book, holding, view, allowed, self.settings, state, self.venom)
