"""Why a fire is denied: the codes, in the order in which they are looked for, each with its meaning.

A denial is ours; what the broker refuses is `rejected` and comes as a confirmation.
"""

from enum import StrEnum

import attrs


class DenialCode(StrEnum):
    """A reason not to fire."""

    meaning: str
    """A sentence for people."""

    def __new__(cls, code: str, meaning: str) -> "DenialCode":
        """A code with its meaning."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    HALTED = "halted", "Trading is halted, hub-wide or for the user: nothing is opened."
    REDUCING = "reducing", "Only what lowers exposure is sent, hub-wide or for the user."
    SESSION_NOT_LIVE = "session_not_live", "The user's EA is not connected, silent, or not reconciled yet."
    CLOCK_SKEW = "clock_skew", "The clocks of EA and hub are too far apart for an expiry to mean anything."
    BUSY = "busy", "The EA has a command outstanding, or the hub cannot take another now."
    SIGNAL_EXPIRED = "signal_expired", "The signal's life is over in market time."
    REQUEST_EXPIRED = "request_expired", "The trader's or the operator's request came too late."
    VETOED = "vetoed", "CITADEL let nothing of the signal through."
    MODE = "mode", "The user's tier does not allow the mode, or in manual mode nobody pressed FIRE."
    NOT_AVAILABLE = "not_available", "The mode is not available yet."
    ALREADY_FIRED = "already_fired", "The user has fired this signal."
    LOCKED = "locked", "Losses locked the user for a time."
    SHOTS = "shots", "The tier's shots of the broker's day are spent."
    OPEN_POSITIONS = "open_positions", "As many positions are open, or may be, as the tier allows."
    NO_STOP = "no_stop", "The fire has no stop: what it may lose is not known."
    NO_EQUITY = "no_equity", "The account's equity, or that of the broker's day's opening, is not known or not above 0."
    DAILY_LOSS = "daily_loss", "If every open stop hit, and this one, the day would lose more than the tier's cap."
    MARGIN_LEVEL = "margin_level", "Too little equity or free margin would be left for the margin in use."
    NO_SPEC = "no_spec", "The user's broker has not said how it deals in the symbol."
    TRADE_MODE = "trade_mode", "The broker does not let the symbol be opened in this direction."
    MARKET_CLOSED = "market_closed", "The symbol is not traded at this broker time."
    STOPS = "stops", "Stop or target is on the wrong side of the quote, or nearer to it than the broker allows."
    VOLUME = "volume", "Even the symbol's smallest volume would risk more than the fire may."
    NO_QUOTE = "no_quote", "The user's feed has no quote of the symbol."
    STALE_QUOTE = "stale_quote", "The newest quote is too old to price anything."
    CROSSED_QUOTE = "crossed_quote", "The newest quote's ask is below its bid."
    PRICE_COLLAR = "price_collar", "Price has moved too far from the signal's entry."
    LOTS = "lots", "The most lots a fire are fewer than the symbol's least."
    VALUE = "value", "The fire would open more value than one fire may."
    FIRES_PER_MINUTE = "fires_per_minute", "The user, or the hub, has fired too often in the last minute."
    REPEATED = "repeated", "Too many like fires in ten minutes: a person must look and re-arm."


@attrs.frozen(kw_only=True)
class Denied:
    """The gate's no."""

    code: DenialCode
    message: str
    """One sentence, with the numbers."""
