"""The storm's faults of EAs, their terminals and brokers (the numbers of `docs/reliability.md`)."""

import signal

from bitten import failpoints
from tests.storm.weather import Weather

EA_PLACES = (
    failpoints.COMMAND_TAKEN,
    failpoints.ENTRY_DURABLE,
    failpoints.BROKER_ASKED,
    failpoints.ANSWER_STORED,
)
TRADES_SO = 0.7
RECOVERY_S = 4.0


def ea_killed(weather: Weather) -> None:
    """6, 34: SIGKILL at any moment, and back on the same ledger and account."""
    user = weather.user()
    weather.end_ea(user, signal.SIGKILL)
    weather.ea_back(user)


def ea_killed_at_an_order(weather: Weather) -> None:
    """34: killed around `OrderSend`."""
    user = weather.user()
    weather.end_ea(user, signal.SIGKILL)
    weather.ea_back(user, failpoint=weather.random.choice(EA_PLACES))
    weather.dies(weather.field.ea(user))
    weather.end_ea(user, signal.SIGKILL)
    weather.ea_back(user)


def ea_frozen(weather: Weather) -> None:
    """9, 16, 17, 30: SIGSTOP for a while: stale, lost, or only late; then all that waited comes at once."""
    weather.freeze(weather.field.ea(weather.user()))


def ea_misbehaves(weather: Weather) -> None:
    """9 to 11, 27, 28: restarted so that it loses and doubles messages, freezes, is requoted and left in doubt."""
    _back_with(weather, _anything(weather))


def ea_skewed(weather: Weather) -> None:
    """15: its clock is off by 10 minutes, or by little, until it is started again."""
    skew_ms = weather.random.choice((-600_000, -800, 300, 600_000))
    _back_with(weather, _perhaps_more(weather) | {"skew_ms": skew_ms})


def tick_flood(weather: Weather) -> None:
    """18: it sends each quote up to a hundred times."""
    _back_with(weather, {"flood": weather.random.choice((10, 50, 100))})


def partial_fills(weather: Weather) -> None:
    """26: of some orders only half is filled."""
    _back_with(weather, _perhaps_more(weather) | {"partial": weather.random.choice((0.3, 1.0))})


def prices_jump(weather: Weather) -> None:
    """30: the market jumps over stops and targets, and away from what was decided by."""
    gap_pips = weather.random.choice((5, 20, 60))
    _back_with(weather, _perhaps_more(weather) | {"gap": 0.003, "gap_pips": gap_pips})


def broker_rewrites(weather: Weather) -> None:
    """40: comments are the broker's own, and after the login no position is shown for a while."""
    blind_ms = weather.random.choice((0, 300, 1500))
    _back_with(weather, _perhaps_more(weather) | {"rewrite": weather.random.choice((0.3, 1.0)), "blind_ms": blind_ms})


def _back_with(weather: Weather, faults: dict[str, float]) -> None:
    user = weather.user()
    before = weather.epoch(user)
    weather.end_ea(user, weather.random.choice((signal.SIGTERM, signal.SIGKILL)))
    weather.ea_back(user, ",".join(f"{name}={value}" for name, value in faults.items()))
    if weather.random.random() < TRADES_SO:
        # The hub may not have noticed yet that the old session is over.
        weather.field.within(RECOVERY_S, lambda: weather.epoch(user) > before)
        weather.sleep()


def _perhaps_more(weather: Weather) -> dict[str, float]:
    return _anything(weather) if weather.random.random() < 0.5 else {}


def _anything(weather: Weather) -> dict[str, float]:
    choice = weather.random.choice
    return {
        "lose": choice([0, 0.02, 0.1]),
        "double": choice([0, 0.1, 0.3]),
        "latency_ms": choice([0, 0, 50, 500, 1500]),
        "requote": choice([0, 0.3]),
        "reject": choice([0, 0.2]),
        "timeout": choice([0, 0.3]),
        "freeze": choice([0, 0.3]),
        "freeze_ms": 400,
        "seed": weather.random.randrange(10**6),
    }


ALL = (
    ea_killed,
    ea_killed_at_an_order,
    ea_frozen,
    ea_misbehaves,
    ea_skewed,
    tick_flood,
    partial_fills,
    prices_jump,
    broker_rewrites,
)
