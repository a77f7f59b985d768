"""The storm's faults: each is drawn from the seed, and injected into real processes.

A number is that of the fault in `docs/reliability.md`.
"""

import resource
import time
from collections.abc import Callable

from bitten import failpoints
from bitten.journal import Durability
from bitten.units import TradingState
from bitten.wire.desk import SetTrading
from tests.storm import ea_faults, ledger_faults
from tests.storm.field import NotCalm
from tests.storm.link import Link
from tests.storm.unsynced import lose_power
from tests.storm.weather import Weather

REFUSED_WITHIN_S = 20.0
RECOVERY_S = 4.0
STEP_MS = 600_000
DELIVERED = f"{failpoints.COMMAND_SENT}@0.3"
"""Long enough for the operating system to deliver what was sent."""
HUB_PLACES = (failpoints.INTENT_DURABLE, failpoints.COMMAND_SENT, DELIVERED)


def hub_killed(weather: Weather) -> None:
    """3, 6: SIGKILL at any moment, in mid-commit too."""
    weather.end_hub()
    weather.field.start_hub()


def hub_killed_at_a_fire(weather: Weather) -> None:
    """1, 2: killed after the intent is durable and not sent, or sent and `sent` not written."""
    weather.end_hub()
    weather.field.start_hub(weather.random.choice(HUB_PLACES))
    weather.dies(weather.field.hub)
    hub_killed(weather)


def hub_stopped(weather: Weather) -> None:
    """33: SIGTERM, with fires in flight as it happens; sometimes a second one."""
    hub = weather.field.hub
    hub.process.terminate()
    if weather.random.random() < 0.3:
        time.sleep(weather.random.uniform(0, 0.05))
        hub.process.terminate()
    hub.end()
    weather.field.start_hub()


def power_lost(weather: Weather) -> None:
    """3: what was not flushed to the disk is lost, or a part of it; the hub promises to survive that."""
    place = weather.random.choice(("", *HUB_PLACES))
    weather.end_hub()
    weather.field.start_hub(place, module=("tests.storm.unsynced",), durability=Durability.POWER)
    if place:
        weather.dies(weather.field.hub)
    else:
        weather.field.within(RECOVERY_S, weather.field.all_live)
        weather.sleep()
    weather.end_hub()
    lose_power(weather.field.journal, weather.random.choice((0.0, 0.5, 1.0)), weather.random)
    weather.field.start_hub()


def disk_full(weather: Weather) -> None:
    """4: no file of the hub's can be written for a while, its log included; then there is room again."""
    pid = weather.field.hub.process.pid
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    weather.sleep()
    resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)


def hub_killed_on_a_full_disk(weather: Weather) -> None:
    """3, 4: SIGKILL while nothing can be written, and events have come that cannot be journaled."""
    resource.prlimit(weather.field.hub.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    weather.sleep()
    hub_killed(weather)


def hub_frozen(weather: Weather) -> None:
    """16, 8: SIGSTOP for a while: the EAs may give it up."""
    weather.freeze(weather.field.hub)


def hub_clock_steps(weather: Weather) -> None:
    """15: the hub machine's clock steps by 10 minutes and back, each second; at its start it may be off already."""
    step_ms, begins_off = weather.random.choice((STEP_MS, -STEP_MS)), weather.random.choice("01")
    weather.end_hub()
    weather.field.start_hub(module=("tests.storm.stepping", str(step_ms), begins_off))
    weather.field.within(RECOVERY_S, weather.field.all_live)
    time.sleep(1 + weather.a_while())
    hub_killed(weather)


def link_cut(weather: Weather) -> None:
    """6, 9: one or both channels are cut for a while."""
    links = weather.links()
    for link in links:
        link.cut()
    _mend(weather, links)


def link_stalled(weather: Weather) -> None:
    """8, 9, 14: one or both channels are half open; what waited in them arrives late, under an old session."""
    links = weather.links()
    for link in links:
        link.stall()
    _mend(weather, links)


def halted(weather: Weather) -> None:
    """Halted by the operator for a moment, a user or all."""
    user = weather.random.choice(["", *weather.field.users])
    for state in (TradingState.HALTED, TradingState.ACTIVE):
        weather.field.hub.ask(SetTrading(user=user, state=state, why="the storm", who="storm"))
        time.sleep(weather.random.uniform(0, 0.2))


def second_ea(weather: Weather) -> None:
    """7: another ledger, on another account, says that it is the user's: refused, the first undisturbed."""
    weather.strangers += 1
    stranger = weather.field.knock(weather.user(), f"stranger{weather.strangers}")
    code = stranger.end(REFUSED_WITHIN_S)
    if code != 1:
        raise NotCalm(f"a second EA ended with {code}: {stranger.lines[-3:]}")


def _mend(weather: Weather, links: list[Link]) -> None:
    weather.sleep()
    for link in links:
        link.mend()


FAULTS: dict[str, Callable[[Weather], None]] = {
    each.__name__: each
    for each in (
        hub_killed,
        hub_killed_at_a_fire,
        hub_stopped,
        power_lost,
        disk_full,
        hub_killed_on_a_full_disk,
        hub_frozen,
        hub_clock_steps,
        *ea_faults.ALL,
        *ledger_faults.ALL,
        link_cut,
        link_stalled,
        halted,
        second_ea,
    )
}
