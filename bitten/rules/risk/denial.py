"""Why a fire is denied: the codes, in the order in which they are looked for, each with its meaning and its remedy.

A denial is ours; what the broker refuses is `rejected` and comes as a confirmation.
"""

from enum import StrEnum

import attrs


class DenialCode(StrEnum):
    """A reason not to fire."""

    meaning: str
    """A sentence for people."""
    remedy: str
    """What to do about it, in a sentence."""

    def __new__(cls, code: str, meaning: str, remedy: str) -> "DenialCode":
        """A code with its meaning and its remedy."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        member.remedy = remedy
        return member

    HALTED = (
        "halted",
        "Trading is halted, hub-wide or for the user: nothing is opened.",
        "`bitten status` says who halted and why; `bitten resume --why TEXT` ends it, with `--user U` for one "
        "user. While the journal cannot be written the hub halts itself: mend the disk.",
    )
    REDUCING = (
        "reducing",
        "Only what lowers exposure is sent, hub-wide or for the user.",
        "`bitten resume --user U --why TEXT` once what is held against the account has been looked at; `bitten "
        "enable U` for a user who is disabled.",
    )
    SESSION_NOT_LIVE = (
        "session_not_live",
        "The user's EA is not connected, silent, or not reconciled yet.",
        "Attach the EA, connect the terminal to its broker and switch algorithmic trading on; `bitten status` "
        "shows how far the session is.",
    )
    CLOCK_SKEW = (
        "clock_skew",
        "The clocks of EA and hub are too far apart for an expiry to mean anything.",
        "Set both clocks by a time server. The limit is `[session] max_clock_skew_ms`.",
    )
    BUSY = (
        "busy",
        "The EA has a command outstanding, or the hub cannot take another now.",
        "It passes by itself. Where it stays, a command has no outcome: `bitten journal verify` lists it, and "
        "`bitten settle` ends it.",
    )
    SIGNAL_EXPIRED = (
        "signal_expired",
        "The signal's life is over in market time.",
        "Wait for the next signal: an old one is not fired.",
    )
    REQUEST_EXPIRED = (
        "request_expired",
        "The trader's or the operator's request came too late.",
        "Press again while the signal stands. Where it happens often, the way to the hub is slow.",
    )
    VETOED = (
        "vetoed",
        "CITADEL let nothing of the signal through.",
        "None is needed: the verdict says which shield, and why.",
    )
    CORRELATED = (
        "correlated",
        "A position is open that is the same bet: its symbol moves as the signal's does, by their returns.",
        "Close that position, or wait for a signal of another kind. The limit is `[citadel] correlation`.",
    )
    MODE = (
        "mode",
        "The user's tier does not allow the mode, or in manual mode nobody pressed FIRE.",
        "Press FIRE, or choose another mode of the tier: `bitten mode USER MODE`.",
    )
    COUNTDOWN = (
        "countdown",
        "In mode semi the session was not live through the whole countdown, or the fire never ran.",
        "Press FIRE while the signal stands.",
    )
    PASSED = (
        "passed",
        "The trader said no to the signal.",
        "None is needed: the EA remembers it, too, and would refuse the fire.",
    )
    ALREADY_FIRED = (
        "already_fired",
        "The user has fired this signal.",
        "None is needed: a signal is fired once.",
    )
    LOCKED = (
        "locked",
        "Losses locked the user for a time.",
        "Wait: the message says how long the lock holds.",
    )
    SHOTS = (
        "shots",
        "The tier's shots of the broker's day are spent.",
        "Wait for the broker's next day, or give the user another tier.",
    )
    OPEN_POSITIONS = (
        "open_positions",
        "As many positions are open, or may be, as the tier allows.",
        "Wait until one is closed, or close one: `bitten close TICKET`.",
    )
    NO_STOP = (
        "no_stop",
        "The fire has no stop: what it may lose is not known.",
        "Let the pattern give a stop.",
    )
    NO_EQUITY = (
        "no_equity",
        "The account's equity, or that of the broker's day's opening, is not known or not above 0.",
        "Wait for the account's first telemetry of the day; an account without money cannot fire.",
    )
    DAILY_LOSS = (
        "daily_loss",
        "If every open stop hit, and this one, the day would lose more than the tier's cap.",
        "Close what is open, tighten its stops, or wait for the broker's next day. A position without a stop "
        "keeps every fire away: give it one.",
    )
    MARGIN_LEVEL = (
        "margin_level",
        "Too little equity or free margin would be left for the margin in use.",
        "Close something, deposit, or lower `[risk] margin_level_pct`.",
    )
    NO_SPEC = (
        "no_spec",
        "The user's broker has not said how it deals in the symbol.",
        "Add the symbol to the terminal's Market Watch, under the name that `[market]` gives it.",
    )
    TRADE_MODE = (
        "trade_mode",
        "The broker does not let the symbol be opened in this direction.",
        "Ask the broker: the symbol is restricted for this account.",
    )
    MARKET_CLOSED = (
        "market_closed",
        "The symbol is not traded at this broker time.",
        "Wait until the symbol's session begins.",
    )
    STOPS = (
        "stops",
        "Stop or target is on the wrong side of the quote, or nearer to it than the broker allows.",
        "Wait for the next signal. Where it happens often, the broker's stops level is too wide for the pattern.",
    )
    VOLUME = (
        "volume",
        "Even the symbol's smallest volume would risk more than the fire may.",
        "Deposit, or trade a symbol with smaller steps: the risk is never rounded up.",
    )
    RISK = (
        "risk",
        "The lots that were asked for would lose more at the stop than the fire may.",
        "Ask for fewer lots, or for none: then they are sized by the risk.",
    )
    NO_QUOTE = (
        "no_quote",
        "The user's feed has no quote of the symbol.",
        "Add the symbol to the terminal's Market Watch; `bitten status` shows whether ticks come.",
    )
    STALE_QUOTE = (
        "stale_quote",
        "The newest quote is too old to price anything.",
        "Look at the terminal's connection; the limit is `[risk] max_quote_age_s`.",
    )
    CROSSED_QUOTE = (
        "crossed_quote",
        "The newest quote's ask is below its bid.",
        "It passes with the next quote; else the feed is broken.",
    )
    ENTRY = (
        "entry",
        "A pending order's entry is on the wrong side of the quote, or nearer to it than the broker allows.",
        "A limit stands where price would be better, a stop where it would be worse; or fire at the market.",
    )
    PRICE_COLLAR = (
        "price_collar",
        "Price has moved too far from the signal's entry.",
        "None is needed: the chance has passed. The limit is `[risk] collar_pips`.",
    )
    LOTS = (
        "lots",
        "The most lots a fire are fewer than the symbol's least.",
        "Raise `[risk] max_lots`, or do not trade the symbol.",
    )
    VALUE = (
        "value",
        "The fire would open more value than one fire may.",
        "Raise `[risk] max_value`, or lower the tier's risk.",
    )
    FIRES_PER_MINUTE = (
        "fires_per_minute",
        "The user, or the hub, has fired too often in the last minute.",
        "Wait a minute; where it happens often, look for a pattern that is out of order.",
    )
    REPEATED = (
        "repeated",
        "Too many like fires in ten minutes: a person must look and re-arm.",
        "Look at what was fired again and again; then `bitten rearm --user U --why TEXT`.",
    )


@attrs.frozen(kw_only=True)
class Denied:
    """The gate's no."""

    code: DenialCode
    message: str
    """One sentence, with the numbers."""
