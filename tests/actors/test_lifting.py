"""What only a person lifts: the throttle of like fires and the lock of losses, over every restart."""

from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.rules.facts import Rearmed, Unlocked
from bitten.units import TradingState
from bitten.wire.desk import DeskRequest, Refusal, SetTrading
from bitten.wire.lately import LockStatus, RestraintsAnswer, RestraintsRequest
from bitten.wire.lifting import Rearm, RearmAnswer, Unlock, UnlockAnswer
from tests.actors.bench import AUTO, Ea, fired, full_disk, hub, journaled
from tests.scenarios.live import HubTarget
from tests.scenarios.script import START

ONE = {"paper": AUTO}
TOLD = "5 fires of BUY EURUSD in ten minutes, allowed are 5; `bitten rearm --user paper --why TEXT` ends it"


def rearm(target: HubTarget, user: str = "paper") -> RearmAnswer:
    answer = target.hub.desk.act(Rearm(user=user, why="looked at it", who="op"))
    assert isinstance(answer, RearmAnswer), answer
    return answer


def refused(target: HubTarget, request: DeskRequest) -> Refusal:
    answer = target.hub.desk.act(request)
    assert isinstance(answer, Refusal), answer
    return answer


async def trip(ea: Ea) -> None:
    """Five like fires, and the sixth is denied."""
    await ea.go_live()
    for second in range(5):
        await ea.tick(after_ms=second * 1_000)
        await ea.event(
            "confirmation", id=(await fired(ea))["id"], status="rejected", deal=0, ticket=0, lot=0.0, price=0.0
        )
    await ea.tick(after_ms=5_000)
    (denial,) = await ea.got("denied")
    assert (denial["code"], denial["message"]) == ("repeated", TOLD)


@pytest.mark.parametrize("user", ["paper", ""], ids=["the user", "everybody"])
async def test_only_rearm_ends_the_throttle_and_it_is_journaled(
    user: str, tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await trip(ea)
        target.hub.desk.act(SetTrading(user="paper", state=TradingState.ACTIVE, why="go", who="op"))
        await ea.tick(after_ms=700_000)  # Ten minutes later the five are no longer counted, and it holds all the same.
        assert await ea.got("fire") == []
        answer = rearm(target, user)
        assert (answer.scope, answer.tripped) == ("user paper" if user else "hub", {"paper": TOLD})
        assert journaled(target, Rearmed) == [Rearmed(user=user, why="looked at it", who="op")]
        await ea.tick(after_ms=701_000)
        assert len(await ea.got("fire")) == 1
        assert rearm(target, user).tripped == {}


@pytest.mark.parametrize("first", [True, False], ids=["tripped", "re-armed"])
async def test_it_holds_over_a_restart_and_so_does_its_end(first: bool, tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await trip(ea)
        if not first:
            rearm(target)
        n = ea.next_event
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target, next_event=n)
        await ea.go_live()
        await ea.tick(after_ms=10_000)
        fires = await ea.got("fire")
        assert len(fires) == (0 if first else 1), await ea.got("denied")


async def test_a_lock_is_ended_by_a_person_and_stays_ended(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        for number in range(4):
            await ea.tick(after_ms=number * 1_000)
            fire = await fired(ea)
            await ea.filled(fire, ticket=10 + number)
            await ea.closed(fire, -10.0, ticket=10 + number)
        standing = target.hub.scribe.ledger.standing("paper")
        assert (standing.streak, standing.locked_until > START) == (-4, True)
        await ea.tick(after_ms=5_000)
        assert [each["code"] for each in await ea.got("denied")] == ["locked"]
        kept = target.hub.desk.act(RestraintsRequest())
        assert isinstance(kept, RestraintsAnswer)
        left_ms = standing.locked_until - (START + 5_000)
        assert kept.locks == (LockStatus(user="paper", why=standing.lock_reason, left_ms=left_ms),)
        await ea.got("rank")
        answer = target.hub.desk.act(Unlock(user="paper", why="a broken feed", who="op"))
        assert isinstance(answer, UnlockAnswer)
        assert (answer.user, answer.until, answer.was) == ("paper", standing.locked_until, standing.lock_reason)
        assert journaled(target, Unlocked) == [Unlocked(user="paper", why="a broken feed", who="op")]
        assert [each["locked_until"] for each in await ea.got("rank")] == [0]
        await ea.tick(after_ms=6_000)
        assert len(await ea.got("fire")) == 1
        assert refused(target, Unlock(user="paper", why="", who="op")).message == "user 'paper' is not locked"
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        assert target.hub.scribe.ledger.standing("paper").locked_until == 0


async def test_what_cannot_be_lifted_is_refused(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        for request in (Rearm(user="nobody", why="", who="op"), Unlock(user="nobody", why="", who="op")):
            answer = refused(target, request)
            assert (answer.message, answer.exit_code) == ("user 'nobody' is not configured; known are paper", 2)
        with full_disk(tmp_path):
            assert "not done" in refused(target, Rearm(user="", why="", who="op")).message
        assert journaled(target, Rearmed) == []
