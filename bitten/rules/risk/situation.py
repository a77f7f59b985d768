"""All that the gate looks at, as plain values: it asks nobody and remembers nothing."""

import attrs

from bitten.messages import Signal
from bitten.rules.risk.settings import Mode
from bitten.units import OrderKind, Quote, SymbolSpec, TradingState


@attrs.frozen(kw_only=True)
class Funds:
    """The account, in its currency, as its telemetry tells it."""

    balance: float
    equity: float
    margin: float
    free_margin: float
    leverage: int
    """What the account's hello says, at least 1."""
    opening_equity: float | None
    """Equity when the broker's day began; None while that is not known."""


@attrs.frozen(kw_only=True)
class Exposure:
    """What the user's fires amount to."""

    shots_today: int
    """Fires of the broker's day, those that are underway included."""
    open_positions: int
    """Positions of BITTEN's that are open, and fires without an outcome."""
    realised_today: float
    """Since the broker's day began, net: negative is a loss."""
    open_risk: float
    """What is lost if every open stop hits, fires without an outcome included; infinite where one has no stop."""


@attrs.frozen(kw_only=True)
class Pace:
    """How often was fired."""

    user_last_minute: int
    """Hub time."""
    hub_last_minute: int
    """Hub time."""
    like_last_ten_minutes: int
    """The user's, on this symbol in this direction, in market time, since a person re-armed."""
    tripped: str = ""
    """What tripped the user's repeated-execution throttle, which only a person re-arms; "": nothing did."""


@attrs.frozen
class Lock:
    """The user may not fire before `until`, market time."""

    until: int
    reason: str


@attrs.frozen(kw_only=True)
class Terms:
    """How it is to be fired, where an operator says more than the signal does."""

    lot: float = 0.0
    """Lots; 0: as many as the risk allows."""
    kind: OrderKind = "market"
    good_till: int = 0
    """Market time at which a pending order ends; 0: when it is cancelled."""


AT_MARKET = Terms()
"""As every signal is fired by the hub."""


@attrs.frozen(kw_only=True)
class Situation:
    """A user and a signal at a moment."""

    user: str = ""
    """Who trades, for what a denial says."""
    signal: Signal
    size: float
    """The verdict's, 0 to 1."""
    conflict: str = ""
    """Which open position is the same bet, in a sentence; "": none is."""
    mode: Mode
    pressed: bool
    """The trader or the operator pressed FIRE."""
    request_expires: int = 0
    """Hub time from which that request counts no more; 0: it does not expire."""
    counted: bool = False
    """In mode semi: the countdown has gone by, or is about to begin, and the session was live all along."""
    passed: bool = False
    """The trader said no to the signal."""
    already_fired: bool
    hub_state: TradingState
    user_state: TradingState
    trading_why: str = ""
    """Why trading is not active, in the operator's words."""
    terms: Terms = AT_MARKET
    session_state: str
    """As `rules.session` has it; only "live" may be fired at."""
    clocks_agree: bool
    busy: bool
    """A command is outstanding at the EA, or the hub cannot take another."""
    lock: Lock | None
    half_risk: str
    """Why risk is halved; "": it is not."""
    funds: Funds
    exposure: Exposure
    pace: Pace
    spec: SymbolSpec | None
    """Of the user's own broker."""
    quote: Quote | None
    """The newest of the user's own feed."""
    utc_offset: int
    """Broker time minus UTC, ms."""
    market_now: int
    hub_now: int
