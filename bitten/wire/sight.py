"""What VENOM sees, in the desk's answers: why there is no signal, and what spreads are."""

import attrs


@attrs.frozen(kw_only=True)
class SilenceCount:
    """How often a look at a symbol ended without a signal for a reason."""

    pattern: str
    """ "": no pattern was asked."""
    reason: str
    count: int


@attrs.frozen(kw_only=True)
class SpreadStatus:
    """A symbol's spread at the close of its newest bars of M5, in pips."""

    symbol: str
    bars: int
    newest: float
    median: float
    high: float
    """The 95th percentile."""
    highest: float
