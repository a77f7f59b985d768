"""Position care in a replay: the hub's, taken where the market would have had it looked at.

A quote at which no step can be due is passed over. What is due depends on the price, on the ATR, which changes with a
bar of M5, and on what became of orders and of XP. So positions are looked at where a price is reached that may do by
the ATR of now, or, once the bar is over, by any; and after whatever the broker did.
"""

from math import inf

import attrs
import numpy as np
from numpy.typing import NDArray

from bitten.replay.chronicle import Chronicle
from bitten.replay.exits import NEVER
from bitten.replay.market import Market
from bitten.rules.book import Book, Holding
from bitten.rules.care import Care, CareSettings, unlocked, watched
from bitten.rules.caring import Look, look
from bitten.rules.orders import Levels
from bitten.rules.series import Floats
from bitten.rules.terminal import TerminalView
from bitten.rules.venom import Venom
from bitten.units import MINUTE_MS, Direction

_AT_ONCE = 2_048
"""Quotes looked at in one operation."""
_M5_MS = 5 * MINUTE_MS


@attrs.define
class Reach:
    """Prices at which a symbol's positions may be due: the bid from which on up, the ask from which on down."""

    bid: float = inf
    ask: float = -inf

    def add(self, direction: Direction, price: float | None) -> None:
        """A position waits for a price; the nearest counts. None: for none."""
        if price is None:
            return
        if direction is Direction.BUY:
            self.bid = min(self.bid, price)
        else:
            self.ask = max(self.ask, price)

    def of(self, bid: Floats, ask: Floats) -> NDArray[np.bool_]:
        """Which of these quotes reach them."""
        reached: NDArray[np.bool_] = (bid >= self.bid) | (ask <= self.ask)
        return reached


@attrs.define(eq=False)
class Watch:
    """Where in one symbol's quotes there is to look: an estimate that may be too early, and is never too late."""

    market: Market
    symbol: str
    _now: Reach = attrs.field(factory=Reach)
    """By the ATR of now."""
    _later: Reach = attrs.field(factory=Reach)
    """By any ATR."""
    _over: int = NEVER
    """Market time from which the ATR is another."""
    _found: int = NEVER

    def clear(self) -> None:
        """There is nothing to wait for."""
        self._now, self._later, self._over, self._found = Reach(), Reach(), NEVER, NEVER

    def wait(self, direction: Direction, seen: Look, time: int) -> None:
        """Nothing is due on a position at market time `time`: wait for what may make it so."""
        self._now.add(direction, watched(seen.position, seen.rules))
        self._later.add(direction, watched(seen.position, seen.rules, any_atr=True))
        # The ATR is that of the bars that ended before.
        self._over = (time - 1) // _M5_MS * _M5_MS + _M5_MS
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
            bid, ask = self.market.bid[part], self.market.ask[part]
            later = self._later.of(bid, ask) & (self.market.time[part] > self._over)
            hit = np.flatnonzero(self._now.of(bid, ask) | later)
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
        """The first position, of `symbol` or ("") of any, that a step is due on; its levels, and the step.

        None: nothing is due, and it is waited for what may make it so.
        """
        looks = []
        for holding in book.holdings.values():
            if symbol in ("", holding.symbol) and (seen := self._look(book, holding, view)) is not None:
                if seen.step is not None:
                    return holding, Levels(seen.position.sl, seen.position.tp), seen.step
                looks.append((holding, seen))
        self.rest(symbol)
        for holding, seen in looks:
            watch = next(each for each in self.watches if each.symbol == holding.symbol)
            watch.wait(holding.direction, seen, view.market_now)
        return None

    def rest(self, symbol: str = "") -> None:
        """Nothing is waited for in `symbol`, or ("") in any."""
        for each in self.watches:
            if symbol in ("", each.symbol):
                each.clear()

    def _look(self, book: Book, holding: Holding, view: TerminalView) -> Look | None:
        ledger = self.chronicle.ledger
        allowed = unlocked(ledger.standing(book.user).xp, self.wanted, self.settings)
        if not allowed:
            return None
        state = ledger.trading_of(book.user).state
        return look(book, holding, view, allowed, self.settings, state, self.venom)
