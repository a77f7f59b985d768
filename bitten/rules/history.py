"""How the simulated broker deals when history is gone through: `[replay]`."""

import attrs

from bitten.settings import setting


@attrs.frozen
class ReplaySettings:
    """Replay: the account that history is traded on, and what its broker takes. The spread is that of the data."""

    deposit: float = setting(10_000.0, "Opening balance, account currency.", gt=0, le=1e12)
    leverage: int = setting(100, "The account's leverage.", ge=1, le=100_000)
    slippage_points: int = setting(
        2,
        "Points by which a fill at the market (an opening, a stop) is worse than the quote; a target's is not.",
        ge=0,
        le=10_000,
        why="a fifth of a pip: what a retail account loses between a decision and its fill on a calm day.",
    )
    commission: float = setting(
        3.5,
        "Account currency for one lot and side.",
        ge=0,
        le=1e6,
        why="the usual price of a raw-spread account, 7 a lot there and back.",
    )
