"""What an operator may steer in the risk gate: `[risk]`, and a table a tier."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

from bitten.settings import setting

MOST = 10**9
"""Upper end of most ranges: far enough to lift any limit."""


class Mode(StrEnum):
    """Who decides that a signal is fired."""

    MANUAL = "manual"  # the trader or the operator presses FIRE
    SEMI = "semi"  # the hub, after a countdown in which the trader may say no
    AUTO = "auto"  # the hub, at once


@attrs.frozen
class RiskSettings:
    """The risk gate's limits that hold for all users."""

    collar_pips: float = setting(3.0, "Most that price may have moved from a signal's entry.", ge=0, le=MOST)
    deviation_pips: float = setting(3.0, "Slippage that the EA may accept.", ge=0, le=100_000)
    max_quote_age_s: int = setting(60, "Seconds of market time after which a quote is stale.", ge=0, le=MOST)
    command_expiry_ms: int = setting(
        5_000, "Hub time after which a command is not carried out any more.", ge=1, le=MOST
    )
    semi_countdown_s: int = setting(
        60, "Seconds of market time that a signal waits in mode semi for the trader's no.", ge=1, le=86_400
    )
    margin_level_pct: float = setting(200.0, "Least equity in % of margin, with the fire's own.", ge=0, le=MOST)
    max_lots: float = setting(5.0, "Most lots a fire; a larger one is cut to it.", gt=0, le=MOST)
    max_value: float = setting(1_000_000.0, "Most value a fire opens, account currency.", gt=0, le=1e15)
    fires_per_minute_user: int = setting(
        6,
        "Most fires a user and minute of hub time.",
        ge=0,
        le=MOST,
        why="one every ten seconds is more than a person decides on; a pattern or a program that is out of order is "
        "stopped before it has spent a day's shots.",
    )
    fires_per_minute_hub: int = setting(
        60,
        "Most fires of the hub a minute of hub time.",
        ge=0,
        le=MOST,
        why="one a second for all users: enough for one signal to fifty, too few for a hub out of order to empty every "
        "account in a minute.",
    )
    like_fires: int = setting(
        5,
        "Fires of a user on one symbol, one way, in 10 minutes of market time; then a person must re-arm.",
        ge=0,
        le=MOST,
        why="a loop looks like this: the same fire again and again. Five are within what a trend may ask for.",
    )


def _known_modes(_: object, attribute: "attrs.Attribute[tuple[str, ...]]", value: tuple[str, ...]) -> None:
    if unknown := [mode for mode in value if mode not in list(Mode)]:
        raise ValueError(f"{attribute.name}: {unknown[0]!r} must be one of {', '.join(Mode)}")


@attrs.frozen
class Tier:
    """What a user may do."""

    shots_a_day: int = setting(6, "Fires a broker's day.", ge=0, le=MOST)
    open_at_once: int = setting(1, "Positions of BITTEN's open at once, unresolved fires included.", ge=0, le=MOST)
    risk_pct: float = setting(1.0, "Risk a fire, in % of the smaller of balance and equity.", gt=0, le=100)
    daily_loss_cap_pct: float = setting(3.0, "Daily loss cap, in % of the day's opening equity.", ge=0, le=MOST)
    modes: tuple[str, ...] = attrs.field(
        default=("manual",),
        validator=_known_modes,
        metadata={"doc": "Modes that a user of the tier may be in.", "allowed": f"any of {', '.join(Mode)}"},
    )


TIERS: Mapping[str, Tier] = MappingProxyType(
    {
        "NIBBLER": Tier(),
        "FANG": Tier(10, 2, 1.0, 4.0, ("manual", "semi")),
        "COMMANDER": Tier(20, 5, 1.5, 5.0, tuple(Mode)),
        "APEX": Tier(60, 10, 2.0, 6.0, tuple(Mode)),
    }
)
"""The tiers as shipped, by name."""
