"""Fault 30: at the moment of a fire the price has gapped away, or is not told any more: denied, and nothing is sent."""

from pathlib import Path

from trio.testing import MockClock

from bitten.rules.facts import Intent
from bitten.rules.risk import DenialCode
from bitten.rules.venom.cadence import SECOND_MS
from tests.actors.bench import ASK, AUTO, BID, MANUAL, Ea, denied, fired, hub, journaled
from tests.scenarios.live import HubTarget

GAP = 0.0005
"""5 pips: the collar is narrower, the target lies beyond."""


async def shown(target: HubTarget) -> tuple[Ea, object]:
    """A live session that is shown a signal, and the signal's id."""
    ea = Ea(target)
    await ea.go_live()
    await ea.tick()
    (signal,) = await ea.got("signal")
    return ea, signal["signal_id"]


async def press(ea: Ea, signal_id: object) -> None:
    """The trader presses FIRE."""
    await ea.event("fire_request", signal_id=signal_id, expires=ea.target.now + 1_000)


async def test_fault_30_price_gap(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": MANUAL}) as target:
        ea, signal_id = await shown(target)
        await ea.tick(after_ms=100, bid=BID + GAP, ask=ASK + GAP)
        await press(ea, signal_id)
        code, message = await denied(ea)
        assert (code, "5 pips from the signal's" in message) == (DenialCode.PRICE_COLLAR, True), message
        assert (await ea.got("fire"), journaled(target, Intent)) == ([], [])
        # Back within the collar it is what it was.
        await ea.tick(after_ms=200)
        await press(ea, signal_id)
        assert (await fired(ea))["signal_id"] == signal_id


async def test_fault_30_stale_tick(tmp_path: Path, mock_clock: MockClock) -> None:
    users = {"alice": AUTO, "bob": AUTO}
    async with hub(tmp_path, mock_clock, users=users, sources=("alice",)) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
        await bob.tick(after_ms=-61 * SECOND_MS)
        await bob.say("heartbeat", time=target.now, next_event=bob.next_event)
        await alice.tick()
        code, message = await denied(bob)
        assert (code, "the newest quote is 61.0 s old" in message) == (DenialCode.STALE_QUOTE, True), message
        assert await bob.got("fire") == []
        assert len(await alice.got("fire")) == 1
        assert [intent.user for intent in journaled(target, Intent)] == ["alice"]
