"""Where in a market something may happen to what is open: stops, targets and a stop-out, looked for by NumPy.

It may name a place at which nothing happens, and never passes one at which something does: whether it does is the
broker's to say, who is shown every place named here.
"""

import attrs
import numpy as np
from numpy.typing import NDArray

from bitten.paper.broker import Broker
from bitten.paper.broker_values import BrokerPosition
from bitten.replay.market import Market, Places
from bitten.rules.series import Floats
from bitten.units import Direction

_AT_ONCE = 2_048
"""Quotes looked at in one operation: most positions live shorter."""
NEVER = 2**62


@attrs.define(eq=False)
class Exits:
    """One symbol's. What was found holds until `renew`."""

    market: Market
    symbol: str
    broker: Broker
    _positions: tuple[BrokerPosition, ...] = ()
    _allowed: float = 0.0
    """Loss of this symbol's positions together, from which the broker may close some; account currency."""
    _found: int = NEVER

    def renew(self) -> None:
        """Positions or the balance have changed."""
        everyone = self.broker.positions()
        self._positions = tuple(position for position in everyone if position.symbol == self.symbol)
        self._found = -1 if self._positions else NEVER
        if self._positions:
            account, level = self.broker.account(), self.broker.opened_as.stop_out_level
            # A cent a position covers what money is rounded by.
            left = account.balance - account.margin * level / 100 - 0.01 * len(everyone)
            self._allowed = left / len({position.symbol for position in everyone})

    def next(self, after: int) -> int:
        """The first place beyond `after` at which something may happen; `NEVER` where there is none."""
        if self._found <= after:
            self._found = self._search(after)
        return self._found

    def _search(self, after: int) -> int:
        if sum(position.profit for position in self._positions) <= -self._allowed:
            return after + 1  # As it stands: the next quote of any symbol may be the end.
        places = self.market.places[self.symbol]
        first = int(np.searchsorted(places, after, side="right"))
        for begin in range(first, len(places), _AT_ONCE):
            part = places[begin : begin + _AT_ONCE]
            hit = np.flatnonzero(self._may_happen(part))
            if len(hit):
                return int(part[hit[0]])
        return NEVER

    def _may_happen(self, part: Places) -> NDArray[np.bool_]:
        bid, ask = self.market.bid[part], self.market.ask[part]
        found = np.zeros(len(part), np.bool_)
        total: Floats = np.zeros(len(part))
        spec = self.market.specs[self.symbol]
        for each in self._positions:
            price = bid if each.direction is Direction.BUY else ask
            sign = each.direction.sign
            if each.sl:
                found |= (price - each.sl) * sign <= 0
            if each.tp:
                found |= (price - each.tp) * sign >= 0
            total += (price - each.open_price) * sign * spec.value(1.0, each.lot)
        found |= total <= -self._allowed
        return found
