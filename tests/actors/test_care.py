"""Position care in a live hub: what XP unlocks is done once, by ids that a restart computes again."""

from pathlib import Path

import attrs
import pytest
from trio.testing import MockClock

from bitten.rules.facts import Intent
from bitten.sections import UserSettings
from bitten.units import MINUTE_MS, TradingState
from bitten.wire.desk import SetTrading
from tests.actors.bench import AUTO, Ea, book_of, fired, hub, journaled
from tests.scenarios.live import HubTarget
from tests.scenarios.script import START, Json

ONE = {"paper": AUTO}
ENTRY, R = 1.10008, 0.001
ONCE = ("Once",)


def earned(points: int) -> tuple[tuple[str, Json], ...]:
    """XP that an earlier hub awarded."""
    award = {"user": "paper", "account": {"server": "Broker", "login": 100}, "deal": 900, "points": points}
    award |= {"reasons": ["target"], "day": 0, "profit": 1.0, "streak": 1}
    return (("xp", {**award, "locked_until": 0, "lock_reason": "", "half_risk": ""}),)


async def opened(ea: Ea) -> Json:
    """Live, with one position of ours, ticket 5, one lot; its fire."""
    await ea.go_live()
    await ea.tick()
    fire = await fired(ea)
    assert (fire["entry"], fire["sl"], fire["lot"]) == (ENTRY, 1.09908, 1.0)
    await ea.filled(fire)
    await shown(ea, fire)
    return fire


async def shown(ea: Ea, fire: Json, **changes: object) -> None:
    """The terminal shows the position."""
    position = {"ticket": 5, "fire_id": fire["id"], "magic": fire["magic"], "sl": fire["sl"], "tp": fire["tp"]}
    await ea.telemetry(positions=[{**position, "lot": fire["lot"], **changes}])


async def at(ea: Ea, bid: float, after_ms: int = 1_000) -> None:
    """The market is there, and what follows has happened."""
    bid = round(bid, 5)
    await ea.tick(after_ms=after_ms, bid=bid, ask=round(bid + 0.00008, 5))
    await ea.target.advance(0)


async def done(ea: Ea, command: Json, **fields: object) -> None:
    said = {"status": "done", "ticket": 5, "deal": 0, "price": 0.0, "lot": 0.0, **fields}
    await ea.event("confirmation", id=command["id"], **said)
    await ea.target.advance(0)


async def warm(ea: Ea) -> None:
    """Twenty M5 bars of ten pips each: ATR14 is 0.001."""
    begin = START // (5 * MINUTE_MS) * 5 * MINUTE_MS - 20 * 5 * MINUTE_MS
    rows = [[begin + n * 5 * MINUTE_MS, 1.1, 1.1005, 1.0995, 1.1, 50] for n in range(20)]
    await ea.say("bars", symbol="EURUSD", timeframe="M5", rows=rows)


async def test_break_even_at_1_r_once(tmp_path: Path, mock_clock: MockClock, log_lines: list[str]) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE, facts=earned(100)) as target:
        ea = Ea(target)
        fire = await opened(ea)
        await at(ea, ENTRY + R - 0.00001)
        assert await ea.got("modify") == []
        await at(ea, ENTRY + R)
        (modify,) = await ea.got("modify")
        assert (modify["ticket"], modify["sl"]) == (5, ENTRY)
        assert "tp" not in modify
        await at(ea, ENTRY + R + 0.0001)
        await done(ea, modify)
        await shown(ea, fire, sl=ENTRY)
        await target.advance(3_000)
        await at(ea, ENTRY + 2 * R, after_ms=5_000)
        assert (await ea.got("modify"), await ea.got("close")) == ([], [])
        (intent,) = (each for each in journaled(target, Intent) if each.action == "modify")
        assert (intent.care, intent.why, intent.sl) == ("break_even", "care: break_even at +1.00 R", ENTRY)
        assert any("care: break_even at +1.00 R of EURUSD 5" in line for line in log_lines)


@pytest.mark.parametrize(
    ("points", "user"), [(99, AUTO), (100, UserSettings(tier="OPEN", mode="auto", care=())), (5_000, None)]
)
async def test_without_the_xp_or_the_wish_nothing_is_done(
    points: int, user: UserSettings | None, tmp_path: Path, mock_clock: MockClock
) -> None:
    users = {"paper": user or UserSettings(tier="OPEN", mode="auto", care=("runner",))}
    async with hub(tmp_path, mock_clock, users=users, patterns=ONCE, facts=earned(points)) as target:
        ea = Ea(target)
        await opened(ea)
        await at(ea, ENTRY + 3 * R)
        await target.advance(2_000)
        assert (await ea.got("modify"), await ea.got("close")) == ([], [])


async def test_the_whole_life_of_a_runner(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE, facts=earned(5_000)) as target:
        ea = Ea(target)
        fire = await opened(ea)
        await warm(ea)
        await target.advance(1_000)
        await at(ea, ENTRY + R)
        (to_entry,) = await ea.got("modify")
        await done(ea, to_entry)
        (half,) = await ea.got("close")
        assert (half["lot"], half["if_lot"]) == (0.5, 1.0)
        await ea.closed(fire, 50.0, lot=0.5, reason="close", price=ENTRY + R)
        await done(ea, half)
        (run,) = await ea.got("modify")
        assert (run["tp"], "sl" in run) == (0, False)
        await done(ea, run)
        # The terminal shows the stop of old all the while: nothing is concluded from that.
        assert (book_of(target).holdings[5].sl, book_of(target).holdings[5].tp) == (ENTRY, 0.0)
        # 2 ATR behind the price, a quarter of one beyond the stop.
        await at(ea, ENTRY + 0.00224, after_ms=2_000)
        assert await ea.got("modify") == []
        await at(ea, ENTRY + 0.00225, after_ms=3_000)
        (trail,) = await ea.got("modify")
        assert (trail["sl"], "tp" in trail) == (1.10033, False)
        await done(ea, trail)
        steps = [each.care for each in journaled(target, Intent) if each.care]
        assert steps == ["break_even", "half", "runner", "trail"]
        assert (book_of(target).holdings[5].sl, book_of(target).holdings[5].tp) == (1.10033, 0.0)


async def test_what_a_killed_hub_intended_is_not_done_again_under_another_id(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE, facts=earned(100)) as target:
        ea = Ea(target)
        fire = await opened(ea)
        await at(ea, ENTRY + R)
        (modify,) = await ea.got("modify")
        n = ea.next_event
    async with hub(tmp_path, mock_clock, users=ONE, patterns=()) as target:
        ea = Ea(target, next_event=n)
        await ea.hello()
        await ea.say("spec")
        held = {"ticket": 5, "fire_id": fire["id"], "magic": fire["magic"], "sl": ENTRY, "tp": fire["tp"], "lot": 1.0}
        await ea.say("snapshot", next_event=ea.next_event, positions=[held])
        await ea.say("ready")
        (query,) = await ea.got("query")
        assert query["id"] == modify["id"]
        await done(ea, modify, again=True)
        await ea.telemetry(positions=[held])
        await target.advance(1_000)
        await at(ea, ENTRY + 1.5 * R, after_ms=60_000)
        await target.advance(2_000)
        assert await ea.got("modify") == []
        assert len([each for each in journaled(target, Intent) if each.care]) == 1


@pytest.mark.parametrize(("retcode", "again"), [(10018, True), (10013, False)])
async def test_a_refused_step_is_told_and_tried_again_where_that_can_help(
    retcode: int, again: bool, tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE, facts=earned(100)) as target:
        ea = Ea(target)
        await opened(ea)
        await at(ea, ENTRY + R)
        (first,) = await ea.got("modify")
        await done(ea, first, status="rejected", retcode=retcode, message="market closed")
        await at(ea, ENTRY + R, after_ms=5_999)
        await target.advance(1_000)
        assert await ea.got("modify") == []
        await at(ea, ENTRY + R, after_ms=6_000)
        await target.advance(1_000)
        second = await ea.got("modify")
        assert len(second) == again
        assert all(each["id"] != first["id"] for each in second)
        told = f"paper care break_even of 5: market closed: {'tried again later' if again else 'not tried again'}"
        assert any(told in line for line in log_lines)


@pytest.mark.parametrize("state", [TradingState.REDUCING, TradingState.HALTED])
async def test_a_halt_lets_stops_tighten(state: TradingState, tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE, facts=earned(100)) as target:
        ea = Ea(target)
        await opened(ea)
        target.hub.desk.act(SetTrading(user="", state=state, why="news", who="op"))
        await at(ea, ENTRY + R)
        assert len(await ea.got("modify")) == 1


async def test_between_triggers_a_tick_wakes_nobody(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE, facts=earned(100)) as target:
        ea = Ea(target)
        await opened(ea)
        await target.advance(1_000)
        before = received(target)
        for pip in range(9):
            await at(ea, round(ENTRY + pip * 0.0001, 5), after_ms=2_000 + pip)
        assert received(target) == before
        await at(ea, ENTRY + R, after_ms=3_000)
        assert received(target) == before + 1


def received(target: HubTarget) -> int:
    """Messages that care was sent so far."""
    counts = attrs.asdict(target.hub.carer.mailbox.statistics())
    return int(counts["received"])
