"""A recorded market shown to VENOM, and what there is to look at because of it."""

from collections.abc import Iterator

import numpy as np

from bitten.messages import Evaluate
from bitten.replay.market import Market
from bitten.rules.venom import Venom

Work = tuple[int, Evaluate]
"""What is to be looked at, and the place of the quote that made it so."""


def works(venom: Venom, user: str, market: Market, begin: int, end: int, *, each_tick: bool = False) -> Iterator[Work]:
    """Of the places from `begin` to `end`, which `Market.stretches` gave, as quotes of `user`'s.

    In the order of their quotes; of those of one quote, in that of the symbols' names. Each must be looked at before
    the next is asked for. Time passes for all symbols with each quote of any: so a live hub's heartbeats have it.
    """
    if each_tick or venom.wants_ticks:
        yield from _by_tick(venom, user, market, begin, end)
        return
    found: list[Evaluate] = []
    for symbol, all_places in market.places.items():
        first, last = np.searchsorted(all_places, (begin, end))
        places = all_places[first:last]
        found += venom.ticks(user, symbol, market.time[places], market.bid[places], market.ask[places])
    found += venom.heartbeat(user, int(market.time[end - 1]))
    closed_by = np.searchsorted(market.time, [work.at for work in found]).tolist()
    yield from sorted(zip(closed_by, found, strict=True), key=lambda each: (each[0], each[1].symbol))


def _by_tick(venom: Venom, user: str, market: Market, begin: int, end: int) -> Iterator[Work]:
    columns = [(place, symbol) for symbol, places in market.places.items() for place in places.tolist()]
    for place, symbol in sorted(each for each in columns if begin <= each[0] < end):
        tick = market.tick(symbol, place)
        of_bars = venom.heartbeat(user, tick.time)
        for work in sorted(of_bars, key=lambda each: each.symbol):
            yield place, work
        of_tick = venom.tick(user, symbol, tick.time, tick.bid, tick.ask)
        if of_tick is not None:
            yield place, of_tick
