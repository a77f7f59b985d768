"""What an operator may steer in CITADEL: `[citadel]`."""

import re

import attrs

from bitten.messages import Timeframe
from bitten.rules.bars import WINDOW
from bitten.rules.citadel.calendar import IMPORTANCES
from bitten.rules.hours import valid_hours
from bitten.settings import setting

_PAIR = re.compile(r"[!-~]{1,32}:[A-Z]{3}\Z")


def _check_pairs(_: object, attribute: "attrs.Attribute[tuple[str, ...]]", value: tuple[str, ...]) -> None:
    if wrong := [each for each in value if not _PAIR.match(each)]:
        raise ValueError(f'{attribute.name}: {wrong[0]!r} must be a symbol and a currency as "US30:USD"')


def _pairs(default: tuple[str, ...], doc: str) -> tuple[str, ...]:
    """A setting of symbols with a currency. Raises ValueError for one that cannot be read."""
    # attrs.field() is typed as what it makes, which this passes on.
    value: tuple[str, ...] = attrs.field(
        default=default, validator=_check_pairs, metadata={"doc": doc, "allowed": 'as "US30:USD"'}
    )
    return value


@attrs.frozen
class CitadelSettings:
    """CITADEL: which shields look at a signal, what each is worth, and what follows from the score."""

    shields: tuple[str, ...] = setting(
        (
            "structure",
            "sweep",
            "timeframes",
            "regime",
            "reward",
            "kill_zone",
            "trap",
            "volatility",
            "news",
            "off_session",
            "blackout",
            "weekend",
            "disagreement",
            "correlation",
        ),
        'Shields in use: built-in ones by name, your own as "file.py:Class" or "package.module:Class".',
    )
    base: float = setting(5.0, "Score of a signal that nothing speaks for or against.", ge=0, le=10)
    approved_at: float = setting(8.0, "Least score of SHIELD_APPROVED.", ge=0, le=10)
    active_at: float = setting(6.0, "Least score of SHIELD_ACTIVE.", ge=0, le=10)
    volatility_at: float = setting(4.0, "Least score of VOLATILITY_ZONE.", ge=0, le=10)
    approved_size: float = setting(1.0, "Part of the tier's risk for SHIELD_APPROVED.", ge=0, le=1)
    active_size: float = setting(0.75, "Part of the tier's risk for SHIELD_ACTIVE.", ge=0, le=1)
    volatility_size: float = setting(0.5, "Part of the tier's risk for VOLATILITY_ZONE.", ge=0, le=1)
    unverified_size: float = setting(0.0, "Part of the tier's risk for UNVERIFIED; 0: vetoed.", ge=0, le=1)
    structure: float = setting(1.0, "Points, at most, where levels stand between entry and stop.", ge=-10, le=10)
    structure_levels: int = setting(2, "Such levels that earn all of them.", ge=1, le=100)
    sweep: float = setting(2.0, "Points where a swing was swept just now.", ge=-10, le=10)
    sweep_bars: int = setting(3, "M5 bars within which a sweep was just now.", ge=1, le=100)
    sweep_pips: float = setting(3.0, "Least depth of such a sweep.", ge=0, le=10_000)
    aligned: float = setting(2.0, "Points, at most, where M5, M15, H1 and H4 agree with the signal.", ge=-10, le=10)
    conflict: float = setting(-1.0, "Points where they are against it.", ge=-10, le=10)
    regime: float = setting(1.0, "Points where the regime is a trend the signal's way.", ge=-10, le=10)
    reward: float = setting(1.0, "Points, at most, for reward to risk.", ge=-10, le=10)
    reward_least: float = setting(1.0, "Reward to risk that earns none.", ge=0, le=100)
    reward_best: float = setting(2.0, "Reward to risk that earns all.", ge=0, le=100)
    kill_zone: float = setting(0.5, "Points within a kill zone.", ge=-10, le=10)
    kill_zones: tuple[str, ...] = valid_hours(("07-10", "12-15"), "Kill zones, hours UTC.")
    trap: float = setting(-1.5, "Points where an unswept swing waits beyond the entry.", ge=-10, le=10)
    trap_pips: float = setting(15.0, "Pips beyond the entry within which it is a trap.", ge=0, le=10_000)
    volatility: float = setting(-1.5, "Points at extreme volatility.", ge=-10, le=10)
    volatility_percentile: float = setting(95.0, "ATR14's percentile, of M5, that is extreme.", ge=0, le=100)
    volatility_bars: int = setting(100, "Least ATR14 values to compare with.", ge=2, le=285)
    news: float = setting(-2.0, "Points where news of the symbol's currencies are near.", ge=-10, le=10)
    news_minutes: int = setting(30, "Minutes before and after an event within which they are.", ge=0, le=1_440)
    news_importance: str = setting("high", "Least importance of an event that counts.", choices=tuple(IMPORTANCES))
    news_file: str = setting("", "The calendar, a CSV file of time, currency, importance, name; none: no file.")
    news_symbols: tuple[str, ...] = _pairs((), 'Whose news a symbol heeds, if its name does not say: "US30:USD".')
    blackout_minutes: int = setting(
        5, "Minutes before and after an event within which all is vetoed; 0: never.", ge=0, le=1_440
    )
    off_session: float = setting(-0.5, "Points outside the sessions.", ge=-10, le=10)
    sessions: tuple[str, ...] = valid_hours(("07-21",), "Sessions (London's and New York's), hours UTC.")
    weekend_minutes: int = setting(120, "Minutes before a long close within which all is vetoed.", ge=0, le=10_080)
    weekend_closed_hours: int = setting(24, "Hours from which a close is long.", ge=1, le=168)
    disagreement_pct: float = setting(
        0.5, "How far apart, in %, sources may quote a symbol before all of it is vetoed.", ge=0, le=100
    )
    disagreement_age_s: int = setting(
        60, "Seconds of market time from which another source's quote says nothing.", ge=0, le=10**6
    )
    correlation: float = setting(
        0.85, "From |r| on, a position of another symbol is the same bet; above 1: none is.", ge=0, le=2
    )
    correlation_timeframe: str = setting(
        "M15", "Bars whose returns are compared.", choices=tuple(each.value for each in Timeframe)
    )
    correlation_bars: int = setting(96, "Newest returns that are compared, at most.", ge=2, le=WINDOW - 1)
    correlation_least: int = setting(48, "Returns below which nothing is said.", ge=2, le=WINDOW - 1)
    correlation_own_symbol: bool = setting(False, "A position of the signal's own symbol and direction counts too.")
    throttle: bool = setting(
        False,
        "Ease what a signal must score to be traded, where nothing has passed for long.",
        why="a shield that loosens through silence surprises.",
    )
    throttle_first: int = setting(20, "Minutes of market time without a pass to the first step.", ge=1, le=10_080)
    throttle_second: int = setting(35, "Minutes to the second.", ge=1, le=10_080)
    throttle_third: int = setting(50, "Minutes to the third.", ge=1, le=10_080)
    throttle_step: float = setting(0.5, "By how much each step eases.", ge=0, le=10)
    throttle_floor: float = setting(2.5, "Least score that is ever traded so.", ge=0, le=10)
    follow_minutes: int = setting(
        1_440, "Minutes of market time after which a signal that is followed ends at the price then.", ge=1, le=43_200
    )
    follow_gap_s: int = setting(
        60, "Seconds without quotes, its source being away, from which its end is unknown.", ge=0, le=86_400
    )
