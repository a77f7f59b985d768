"""Fault 35: a user is disabled while fires are queued: those are void, closes pass, and only `enable` lifts it."""

from pathlib import Path

import attrs
from trio.testing import MockClock

from bitten.messages import FireAsked
from bitten.rules.access import Access
from bitten.rules.facts import Denial, Intent
from bitten.units import TradingState
from bitten.wire.acts import ClosePosition, OrderAnswer
from bitten.wire.desk import SetTrading, TradingAnswer
from bitten.wire.users import SetAccess, UserAnswer
from tests.actors.bench import AUTO, MANUAL, Ea, denied, fired, hub, journaled
from tests.faults.test_fault_01_next_leg import SOURCED_ELSEWHERE, left_in_the_link, returned
from tests.scenarios.live import HubTarget
from tests.scenarios.script import Json


def set_access(target: HubTarget, access: Access) -> None:
    """The operator's command, as the hub hears it."""
    request = SetAccess(user="paper", access=access, why="a dispute", who="op")
    assert isinstance(target.hub.desk.act(request), UserAnswer)


def queue_fires(target: HubTarget, signals: list[Json]) -> None:
    """The trader pressed FIRE on each signal, and the router has read none of it yet."""
    for signal in signals:
        asked = FireAsked(user="paper", signal_id=str(signal["signal_id"]), expires=target.now + 5_000)
        target.hub.router.mailbox.post(asked)


async def test_fault_35_queued_fires_are_void_and_closes_pass(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": MANUAL}) as target:
        ea = Ea(target)
        await ea.go_live()
        for second in range(4):
            await ea.tick(after_ms=1_000 * second)
        first, *others = await ea.got("signal")
        queue_fires(target, [first])
        await ea.filled(await fired(ea))

        queue_fires(target, others)
        set_access(target, Access.DISABLED)
        await target.settle()
        assert await ea.got("fire") == []
        told = await ea.got("denied")
        assert [each["signal_id"] for each in told] == [each["signal_id"] for each in others]
        assert {(each["code"], str(each["message"])[-19:]) for each in told} == {("reducing", "disabled: a dispute")}
        assert len(journaled(target, Intent)) == 1

        close = target.hub.desk.act(ClosePosition(user="paper", ticket=5, lot=0.0, who="op"))
        assert isinstance(close, OrderAnswer)
        assert len(await ea.got("close")) == 1

        # A resume, of the user's or of the hub's trading, does not bring back what only `enable` gives.
        for user in ("paper", ""):
            resume = SetTrading(user=user, state=TradingState.ACTIVE, why="go on", who="op")
            assert isinstance(target.hub.desk.act(resume), TradingAnswer)
        await ea.tick(after_ms=5_000)
        (signal,) = await ea.got("signal")
        queue_fires(target, [signal])
        await target.settle()
        assert (await denied(ea))[0] == "reducing"

        set_access(target, Access.ENABLED)
        await target.settle()
        assert await ea.got("fire") == []  # What was void stays void: it must be pressed again.
        queue_fires(target, [signal])
        await target.settle()
        assert (await fired(ea))["signal_id"] == signal["signal_id"]
        assert len(journaled(target, Denial)) == len(others) + 1


async def test_fault_35_a_fire_that_was_never_seen_has_no_next_leg(tmp_path: Path, mock_clock: MockClock) -> None:
    """Decided before, not arrived; the hub is killed and started again on a configuration with the user disabled."""
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target:
        first = await left_in_the_link(target)
    disabled = {"paper": attrs.evolve(AUTO, access=Access.DISABLED, access_why="a dispute")}
    async with hub(tmp_path, mock_clock, users=disabled, sources=SOURCED_ELSEWHERE) as target:
        ea = await returned(target, first)
        await ea.telemetry()
        await ea.tick()
        code, message = await denied(ea)
        assert (code, message.endswith("disabled: a dispute")) == ("reducing", True)
        assert journaled(target, Intent) == [first]
