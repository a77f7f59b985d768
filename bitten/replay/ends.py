"""How each signal of a replay ended, or would have: followed on all quotes at once, after the run."""

import numpy as np

from bitten.messages import Signal
from bitten.replay.market import Market
from bitten.rules.citadel import CitadelSettings
from bitten.rules.citadel.following import end_among
from bitten.rules.facts import Followed
from bitten.units import MINUTE_MS


def ends_of(found: list[tuple[Signal, int]], market: Market, settings: CitadelSettings) -> list[Followed]:
    """The ends in the order of their times. `found`: signals, each with the place of the quote that made it."""
    ends = [end for signal, place in found if (end := _end_of(signal, place, market, settings)) is not None]
    return sorted(ends, key=lambda end: (end.at, end.signal_id))


def _end_of(signal: Signal, place: int, market: Market, settings: CitadelSettings) -> Followed | None:
    places = market.places[signal.symbol]
    after = places[np.searchsorted(places, place, side="right") :]
    # One quote beyond its life, and crossed ones end nothing: look at a few more.
    life = int(np.searchsorted(market.time[after], signal.made_at + settings.follow_minutes * MINUTE_MS)) + 1
    for upto in (life, len(after)):
        part = after[:upto]
        end = end_among(signal, market.time[part], market.bid[part], market.ask[part], settings)
        if end is not None:
            return end
    return None
