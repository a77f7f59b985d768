"""What VENOM answers: signals, why there is none, and what happened so far."""

from collections.abc import Mapping

import attrs

from bitten.messages import Signal, Timeframe
from bitten.rules.venom.spreads import Spread


@attrs.frozen
class Silence:
    """Why there is no signal, in a word. `pattern` is "" where none was asked."""

    pattern: str
    reason: str


@attrs.frozen
class Crash:
    """A pattern raised; it is benched."""

    pattern: str
    error: str


@attrs.frozen
class Outcome:
    """What an evaluation came to."""

    signal: Signal | None = None
    silences: tuple[Silence, ...] = ()
    crashes: tuple[Crash, ...] = ()


@attrs.frozen(kw_only=True)
class VenomStatistics:
    """What VENOM has done since it was started."""

    sources: Mapping[str, str]
    """The user whose ticks count, by symbol."""
    bars: Mapping[Timeframe, int]
    """Bars closed, of all symbols."""
    signals: int
    silences: Mapping[tuple[str, str], int]
    """Times that a reason was given, by (pattern, reason)."""
    spreads: Mapping[str, Spread]
    """By symbol."""
    benched: Mapping[str, str]
    """Patterns that raised, and what."""
    late: int
    repeated: int
    crossed: int
    ignored: int
    """Ticks, history and specs of sessions that are not a symbol's source."""
