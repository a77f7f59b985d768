"""A recorded market played to the paper EA's broker: quote by quote, or only those that something may come of."""

from collections.abc import Callable, Sequence

import numpy as np

from bitten.paper.broker import Broker
from bitten.paper.broker_values import Deal
from bitten.replay.caring import Watch
from bitten.replay.exits import Exits
from bitten.replay.market import Market, Places


class Playing:
    """The broker's place in the market. It is shown a quote of a symbol that nothing is open in when somebody looks."""

    def __init__(
        self,
        market: Market,
        broker: Broker,
        watches: Sequence[Watch],
        tell: Callable[[list[Deal]], None],
        look: Callable[[int, str], None],
        *,
        each_tick: bool,
    ) -> None:
        """`tell` is called with the deals of each quote that made some, oldest first.

        `look` is called with the place of a quote that `watches` name, or the broker did something at, and with the
        symbol that there is to look at; "" is all of them.
        """
        self._market = market
        self._broker = broker
        self._watches = watches
        self._tell = tell
        self._look = look
        self._each_tick = each_tick
        self._at = -1  # the market was played up to this place
        self._shown = dict.fromkeys(market.specs, -1)
        offset = broker.opened_as.utc_offset
        self._exits = [Exits(market, symbol, broker) for symbol in market.specs]
        self._fillable = {symbol: market.places[symbol][market.fillable(symbol, offset)] for symbol in market.specs}
        self._symbols = _symbols(market) if each_tick else None

    def play(self, upto: int) -> None:
        """Go on up to a place, that one included."""
        if self._each_tick:
            for place in range(self._at + 1, upto + 1):
                self._at = place
                self._look(place, "" if self._show(self._symbol(place), place) else self._symbol(place))
        else:
            while (place := self._next()) <= upto:
                self._at = place
                dealt = self._show_all(place)
                self._look(place, "" if dealt else self._symbol(place))
        self._at = max(self._at, upto)

    def look(self, upto: int) -> None:
        """Go on up to a place, and have the broker know the prices and values of then."""
        self.play(upto)
        self._show_all(upto)

    def changed(self) -> None:
        """The broker was asked for something, or did something."""
        for each in self._exits:
            each.renew()

    def _next(self) -> int:
        """The next place at which something may happen, or care has to look."""
        exits, watches = (each.next(self._at) for each in self._exits), (each.next(self._at) for each in self._watches)
        return min(*exits, *watches)

    def _show_all(self, upto: int) -> bool:
        """Show each symbol's newest quotes up to a place: the one that could be filled on, and the last one."""
        newest = {place: symbol for symbol in self._shown for place in self._newest(symbol, upto)}
        dealt = [self._show(newest[place], place) for place in sorted(newest)]
        return any(dealt)

    def _newest(self, symbol: str, upto: int) -> set[int]:
        found = {_last(self._fillable[symbol], upto), _last(self._market.places[symbol], upto)}
        return {place for place in found if place > self._shown[symbol]}

    def _show(self, symbol: str, place: int) -> bool:
        """Show a quote; whether deals came of it."""
        if place <= self._shown[symbol]:
            return False
        self._shown[symbol] = place
        deals = self._broker.tick(self._market.tick(symbol, place))
        if deals:
            self.changed()
            self._tell(deals)
        return bool(deals)

    def _symbol(self, place: int) -> str:
        """Whose quote a place is."""
        if self._symbols is not None:
            return self._symbols[place]
        return next(symbol for symbol, places in self._market.places.items() if _last(places, place) == place)


def _last(places: Places, upto: int) -> int:
    found = int(np.searchsorted(places, upto, side="right"))
    return int(places[found - 1]) if found else -1


def _symbols(market: Market) -> list[str]:
    """The symbol of each place."""
    names = [""] * len(market)
    for symbol, places in market.places.items():
        for place in places.tolist():
            names[place] = symbol
    return names
