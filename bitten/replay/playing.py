"""A recorded market played to the paper EA's broker: quote by quote, or only those that something may come of."""

from collections.abc import Callable

import numpy as np

from bitten.paper.broker import Broker
from bitten.paper.broker_values import Deal
from bitten.replay.exits import Exits
from bitten.replay.market import Market, Places


class Playing:
    """The broker's place in the market. It is shown a quote of a symbol that nothing is open in when somebody looks."""

    def __init__(self, market: Market, broker: Broker, tell: Callable[[list[Deal]], None], *, each_tick: bool) -> None:
        """`tell` is called with the deals of each quote that made some, oldest first."""
        self._market = market
        self._broker = broker
        self._tell = tell
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
                self._show(self._symbol(place), place)
        else:
            while (place := min(each.next(self._at) for each in self._exits)) <= upto:
                self._show_all(place)
                self._at = place
        self._at = max(self._at, upto)

    def look(self, upto: int) -> None:
        """Go on up to a place, and have the broker know the prices and values of then."""
        self.play(upto)
        self._show_all(upto)

    def changed(self) -> None:
        """The broker was asked for something, or did something."""
        for each in self._exits:
            each.renew()

    def _show_all(self, upto: int) -> None:
        """Show each symbol's newest quotes up to a place: the one that could be filled on, and the last one."""
        newest = {place: symbol for symbol in self._shown for place in self._newest(symbol, upto)}
        for place in sorted(newest):
            self._show(newest[place], place)

    def _newest(self, symbol: str, upto: int) -> set[int]:
        found = {_last(self._fillable[symbol], upto), _last(self._market.places[symbol], upto)}
        return {place for place in found if place > self._shown[symbol]}

    def _show(self, symbol: str, place: int) -> None:
        if place <= self._shown[symbol]:
            return
        self._shown[symbol] = place
        deals = self._broker.tick(self._market.tick(symbol, place))
        if deals:
            self.changed()
            self._tell(deals)

    def _symbol(self, place: int) -> str:
        assert self._symbols is not None
        return self._symbols[place]


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
