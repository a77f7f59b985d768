"""One quote of a simulated market."""

import attrs


@attrs.frozen
class MarketTick:
    """A quote at a market time (milliseconds since 1970 UTC).

    A synthetic tick was made from a bar, four a minute: counting them says nothing about volume.
    """

    symbol: str
    bid: float
    ask: float
    time: int
    synthetic: bool = False

    @property
    def crossed(self) -> bool:
        """The ask is below the bid: nothing may be filled on it (protocol 3.1)."""
        return self.ask < self.bid
