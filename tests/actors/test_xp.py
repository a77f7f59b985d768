"""From a closing deal to points, and from points to what may be fired next."""

from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.actors.xp import XpActor
from bitten.rules.facts import Closing, XpAwarded
from bitten.units import DAY_MS, HOUR_MS
from tests.actors.bench import AUTO, Ea, entries, full_disk, hub, journaled
from tests.scenarios.script import START, Json

ONE = {"paper": AUTO}
DAY = START // DAY_MS


async def round_trip(ea: Ea, number: int, profit: float) -> Json:
    """A fire, its fill and its closing; returns the fire."""
    await ea.tick(after_ms=number * 1_000)
    (fire,) = await ea.got("fire")
    await ea.filled(fire, ticket=number)
    await ea.closed(fire, profit, ticket=number, time=START + number * 1_000)
    return fire


async def test_a_closing_deal_earns_xp_and_the_chart_shows_it(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        (rank,) = await ea.got("rank")
        assert (rank["xp"], rank["rank"], rank["next_rank_at"], rank["shots_left"]) == (0, "RECRUIT", 1_000, 20)
        await round_trip(ea, 1, 100.0)
        closing, award = entries(target, Closing, XpAwarded)
        assert isinstance(award.fact, XpAwarded)
        assert (award.causes, award.actor, award.fact.points, award.fact.reasons) == (
            (closing.seq,),
            "xp",
            100,
            ("target",),
        )
        (rank,) = await ea.got("rank")
        assert (rank["xp"], rank["streak"], rank["shots_left"]) == (100, 1, 19)
        assert any(line.startswith("paper XP +100 (target)") for line in log_lines)


async def test_a_closing_that_is_told_twice_earns_once(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        fire = await round_trip(ea, 1, 100.0)
        await ea.closed(fire, 100.0, ticket=1, time=START + 1_000)  # A new event that tells of the same deal.
        assert len(journaled(target, Closing)) == 2
        assert len(journaled(target, XpAwarded)) == 1
        assert target.hub.scribe.ledger.standing("paper").xp == 100
        assert target.hub.scribe.ledger.unjudged == {}


async def test_three_losses_in_a_row_halve_the_next_lot(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        lots = [(await round_trip(ea, number, -100.0))["lot"] for number in (1, 2, 3)]
        assert lots == [1.0, 1.0, 1.0]
        assert (await ea.got("rank"))[-1]["reason"] == "3 losses in a row"
        await ea.tick(after_ms=4_000)
        (fire,) = await ea.got("fire")
        assert fire["lot"] == 0.5


async def test_four_losses_in_a_row_lock_and_the_denial_says_until_when_and_why(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        for number in (1, 2, 3, 4):
            await round_trip(ea, number, -100.0)
        rank = (await ea.got("rank"))[-1]
        assert (rank["locked_until"], rank["reason"]) == (START + 4_000 + HOUR_MS, "4 losses in a row")
        await ea.tick(after_ms=4_000 + HOUR_MS // 2 - 1)  # It closes bars, of which nobody has seen the whole.
        await ea.tick(after_ms=4_000 + HOUR_MS // 2)
        (denial,) = await ea.got("denied")
        assert denial["code"] == "locked"
        assert denial["message"] == "locked for 30.0 more minutes of market time: 4 losses in a row"
        assert any(line.startswith(f"paper locked until {START + 4_000 + HOUR_MS}") for line in log_lines)
        await ea.tick(after_ms=4_000 + HOUR_MS - 1)
        await ea.tick(after_ms=4_000 + HOUR_MS)
        assert len(await ea.got("fire")) == 1


async def test_a_win_ends_the_halved_risk(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        lots = [
            (await round_trip(ea, number, profit))["lot"]
            for number, profit in enumerate((-100.0, -100.0, -100.0, 50.0, 100.0), 1)
        ]
        assert lots == [1.0, 1.0, 1.0, 0.5, 1.0]


def left_over(deal: int) -> tuple[str, Json]:
    """A closing that an earlier hub journaled, whose award it did not live to write."""
    event = {"type": "closed", "session": "S", "n": deal, "ticket": deal, "deal": deal, "fire_id": "F1"}
    event |= {"symbol": "EURUSD", "direction": "BUY", "lot": 0.1, "price": 1.101, "profit": 10.0, "commission": 0.0}
    event |= {"swap": 0.0, "reason": "close", "time": START}
    account = {"server": "Broker", "login": 100}
    fact = {"user": "paper", "account": account, "ea": "L-paper", "digest": f"d{deal}", "day": DAY, "utc_offset": 0}
    return "closed", {**fact, "event": event}


async def test_what_a_crash_left_without_an_award_is_made_up_at_the_start(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, facts=(left_over(1), left_over(2))) as target:
        assert [(award.deal, award.streak) for award in journaled(target, XpAwarded)] == [(1, 1), (2, 2)]
        assert target.hub.scribe.ledger.unjudged == {}
        ea = Ea(target)
        await ea.go_live()
        (rank,) = await ea.got("rank")
        assert rank["xp"] == target.hub.scribe.ledger.standing("paper").xp > 0


async def test_a_crash_of_the_actor_between_closing_and_award_costs_no_award(
    tmp_path: Path, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        faults = iter([ZeroDivisionError("a fault of ours")])
        tier = XpActor._tier

        def faulty(actor: XpActor, user: str) -> object:
            for fault in faults:
                raise fault
            return tier(actor, user)

        monkeypatch.setattr(XpActor, "_tier", faulty)
        await round_trip(ea, 1, 100.0)
        assert journaled(target, XpAwarded) == []
        await target.advance(5_000)
        assert [award.deal for award in journaled(target, XpAwarded)] == [2_001]
        (xp,) = [child for child in target.hub.brains.statistics().children if child.name == "xp"]
        assert (xp.lives, xp.restarts) == (2, 1)


async def test_what_cannot_be_written_is_awarded_when_it_can(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        (fire,) = await ea.got("fire")
        await ea.filled(fire)
        with full_disk(tmp_path):
            await ea.closed(fire, 100.0)
            await target.advance(2_000)
            assert target.hub.scribe.ledger.standing("paper").xp == 0
        await target.advance(2_000)
        assert target.hub.scribe.ledger.standing("paper").xp == 100
        (xp,) = [child for child in target.hub.brains.statistics().children if child.name == "xp"]
        assert xp.restarts == 0


async def test_a_position_that_is_not_ours_earns_nothing(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.event("closed", fire_id="")
        assert len(journaled(target, Closing)) == 1
        assert journaled(target, XpAwarded) == []
