"""Fault 1: what an EA never saw has ended for ever, and its next leg may come while fresh: one order at most.

The hub's end by SIGKILL is in `test_kill_hub`; here what follows is taken step by step.
"""

from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.rules.facts import Intent
from bitten.rules.fire import Life, fire_id
from bitten.units import MINUTE_MS, TradingState
from bitten.wire.desk import SetTrading
from tests.actors.bench import AUTO, MANUAL, Ea, book_of, denied, fired, hub, journaled
from tests.actors.conftest import log_lines as log_lines
from tests.actors.patterns import TEN_PIPS
from tests.scenarios.live import HubTarget

ONE = {"paper": AUTO}
SOURCED_ELSEWHERE = ("nobody",)
"""After the restart no new signal comes between: what is fired is the old one's next leg."""
NOTHING = {"ticket": 0, "deal": 0, "price": 0, "lot": 0}


async def left_in_the_link(target: HubTarget) -> Intent:
    """A fire is decided and never arrives."""
    ea = Ea(target)
    await ea.go_live()
    target.deafen("paper")
    await ea.tick()
    (intent,) = journaled(target, Intent)
    return intent


async def returned(target: HubTarget, intent: Intent, *, status: str = "never_seen", **said: object) -> Ea:
    """After the hub's restart the same process is back, and answers for the fire; then its session is live."""
    ea = Ea(target, peer="back")
    await ea.hello()
    await ea.say("spec")
    answer = {**NOTHING, **said}
    filled = {"ticket": answer["ticket"], "lot": answer["lot"], "magic": intent.magic}
    await ea.say("snapshot", positions=[filled] if answer["ticket"] else [])
    await ea.say("ready")
    assert [query["id"] for query in await ea.got("query")] == [intent.id]
    await ea.event("confirmation", id=intent.id, status=status, again=True, **answer)
    assert await ea.got("live")
    return ea


async def test_fault_01_fresh_signal_is_fired_as_the_next_leg(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        first = await left_in_the_link(target)
    async with hub(tmp_path, mock_clock, users=ONE, sources=SOURCED_ELSEWHERE) as target:
        ea = await returned(target, first)
        await ea.telemetry()
        assert await ea.got("fire") == []  # There is no price yet to judge it by.
        await ea.tick()
        second = await fired(ea)
        assert second["id"] == fire_id(first.account, first.signal_id, 2) != first.id
        assert (second["signal_id"], second["magic"]) != (first.signal_id, first.magic)
        assert [(each.leg, each.signal_id) for each in journaled(target, Intent)] == [
            (1, first.signal_id),
            (2, first.signal_id),
        ]
        await ea.filled(second)
        await ea.tick(after_ms=1_000)
        assert await ea.got("fire") == []
        book = book_of(target)
        lives = [book.commands[each].life for each in (first.id, str(second["id"]))]
        assert (lives, len(book.holdings), book.unresolved) == ([Life.NEVER_SEEN, Life.FILLED], 1, {})


async def test_fault_01_next_leg_is_not_fired_twice_by_a_second_restart(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        first = await left_in_the_link(target)
    async with hub(tmp_path, mock_clock, users=ONE, sources=SOURCED_ELSEWHERE) as target:
        ea = await returned(target, first)
        await ea.telemetry()
        await ea.tick()
        second = await fired(ea)
    async with hub(tmp_path, mock_clock, users=ONE, sources=SOURCED_ELSEWHERE) as target:
        ea = Ea(target, next_event=2)
        await ea.hello(first_event=2)
        await ea.say("spec")
        filled = {"ticket": 5, "lot": second["lot"], "magic": second["magic"]}
        await ea.say("snapshot", next_event=2, positions=[filled])
        await ea.say("ready")
        # Of the legs only the newest has no outcome: the first has ended for ever.
        assert [query["id"] for query in await ea.got("query")] == [second["id"]]
        await ea.filled(second)
        assert await ea.got("live")
        await ea.telemetry()
        await ea.tick()
        assert (await ea.got("fire"), len(journaled(target, Intent))) == ([], 2)


async def test_fault_01_stale_signal_is_not_fired_again(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        first = await left_in_the_link(target)
    async with hub(tmp_path, mock_clock, users=ONE, sources=SOURCED_ELSEWHERE) as target:
        ea = await returned(target, first)
        await ea.telemetry()
        await ea.tick(after_ms=TEN_PIPS.life_ms or MINUTE_MS)
        assert (await ea.got("fire"), journaled(target, Intent)) == ([], [first])


async def test_fault_01_next_leg_passes_the_whole_gate(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        first = await left_in_the_link(target)
    async with hub(tmp_path, mock_clock, users=ONE, sources=SOURCED_ELSEWHERE) as target:
        target.hub.desk.act(SetTrading(user="", state=TradingState.HALTED, why="lunch", who="op"))
        ea = await returned(target, first)
        await ea.telemetry()
        await ea.tick()
        assert await denied(ea) == ("halted", "trading is halted hub-wide: lunch")
        assert journaled(target, Intent) == [first]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("filled", {"ticket": 5, "deal": 9, "price": 1.1, "lot": 1.0}),
        ("partial", {"ticket": 5, "deal": 9, "price": 1.1, "lot": 0.5}),
        ("rejected", {"message": "not_found"}),
        ("rejected", {"message": "no_money", "retcode": 10019}),
        ("expired", {}),
    ],
    ids=["filled", "partial", "not-found", "rejected", "expired"],
)
async def test_fault_01_only_what_never_ran_is_judged_anew(
    tmp_path: Path, mock_clock: MockClock, status: str, said: dict[str, object]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        first = await left_in_the_link(target)
    async with hub(tmp_path, mock_clock, users=ONE, sources=SOURCED_ELSEWHERE) as target:
        ea = await returned(target, first, status=status, **said)
        await ea.telemetry()
        await ea.tick()
        assert (await ea.got("fire"), await ea.got("denied")) == ([], [])
        assert (journaled(target, Intent), book_of(target).commands[first.id].life) == ([first], Life(status))


@pytest.mark.parametrize(
    ("late_ms", "expected"), [(0, "next-leg"), (2_000, "request_expired")], ids=["in-time", "too-late"]
)
async def test_fault_01_a_press_counts_for_the_next_leg_while_it_is_meant(
    tmp_path: Path, mock_clock: MockClock, late_ms: int, expected: str
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": MANUAL}) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        (signal,) = await ea.got("signal")
        target.deafen("paper")
        await ea.event("fire_request", signal_id=signal["signal_id"], expires=target.now + 1_000)
        (first,) = journaled(target, Intent)
    async with hub(tmp_path, mock_clock, users={"paper": MANUAL}, sources=SOURCED_ELSEWHERE) as target:
        ea = Ea(target, peer="back", next_event=2)
        await ea.hello()
        await ea.say("spec")
        await ea.say("snapshot", next_event=2)
        await ea.say("ready")
        await ea.event("confirmation", id=first.id, status="never_seen", again=True, **NOTHING)
        assert await ea.got("live")
        await target.advance(late_ms)
        await ea.telemetry()
        await ea.tick()
        if expected == "next-leg":
            assert (await fired(ea))["id"] == fire_id(first.account, first.signal_id, 2)
        else:
            assert (await denied(ea))[0] == expected
