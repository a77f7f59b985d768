"""A halt that flattens: everything of BITTEN's is closed, until it is confirmed, whatever stands in the way."""

from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.rules.facts import Intent, TradingSet
from bitten.units import TradingState
from bitten.wire.book import PositionsAnswer, PositionsRequest
from bitten.wire.desk import Refusal, SetTrading, TradingAnswer
from tests.actors.bench import AUTO, Ea, fired, full_disk, hub, journaled
from tests.scenarios.live import HubTarget
from tests.scenarios.script import Json

ONE = {"paper": AUTO}
TWO = {"alice": AUTO, "bob": AUTO}


async def flatten(target: HubTarget, user: str = "", *, flat: bool = True) -> None:
    """Halted, and what follows from it has happened."""
    request = SetTrading(user=user, state=TradingState.HALTED, why="news", who="op", flatten=flat)
    assert isinstance(target.hub.desk.act(request), TradingAnswer)
    await target.advance(0)


async def opened(ea: Ea, *tickets: int) -> list[Json]:
    """Live, with such positions of ours; their fires."""
    await ea.go_live()
    fires = []
    for number, ticket in enumerate(tickets):
        await ea.tick(after_ms=number * 1_000)
        fires.append(await fired(ea))
        await ea.filled(fires[-1], ticket=ticket)
    return fires


def shown(target: HubTarget, user: str = "") -> PositionsAnswer:
    answer = target.hub.desk.act(PositionsRequest(user=user))
    assert isinstance(answer, PositionsAnswer)
    return answer


async def test_every_position_is_closed_in_the_operators_name_and_reported(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        fires = await opened(ea, 5, 6)
        assert [each.under_way for each in shown(target).positions] == ["", ""]
        await flatten(target)
        closes = await ea.got("close")
        assert {(each["ticket"], each["if_lot"], each["lot"]) for each in closes} == {(5, 1.0, 0.0), (6, 1.0, 0.0)}
        assert [each.under_way.split()[0] for each in shown(target).positions] == ["close", "close"]
        assert {(each.who, each.why) for each in journaled(target, Intent) if each.action == "close"} == {
            ("op", "flatten: news")
        }
        await ea.closed(fires[0], -5.0, ticket=5)
        await ea.event("confirmation", id=closes[0]["id"], status="done", ticket=5)
        assert [each.ticket for each in shown(target).positions] == [6]
        # A round later nothing is sent twice.
        await target.advance(1_000)
        assert await ea.got("close") == []
        await ea.closed(fires[1], -5.0, ticket=6)
        await ea.event("confirmation", id=closes[1]["id"], status="done", ticket=6)
        assert shown(target) == PositionsAnswer(positions=(), commands=())


async def test_a_halt_alone_closes_nothing_and_ends_a_flatten(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await opened(ea, 5)
        await flatten(target, flat=False)
        await target.advance(2_000)
        assert await ea.got("close") == []
        await flatten(target)
        (close,) = await ea.got("close")
        await flatten(target, flat=False)
        await ea.event("confirmation", id=close["id"], status="rejected", deal=0, lot=0.0, price=0.0)
        await target.advance(5_000)
        assert await ea.got("close") == []


async def test_what_is_filled_later_is_closed_too(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        fire = await fired(ea)
        await flatten(target)
        assert [each.action for each in shown(target).commands] == ["fire"]
        await ea.filled(fire)
        await target.advance(1_000)
        assert [each["ticket"] for each in await ea.got("close")] == [5]


async def test_a_refused_close_is_tried_again_each_time_later(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await opened(ea, 5)
        await flatten(target)
        seconds: list[int] = []
        for second in range(16):
            for close in await ea.got("close"):
                seconds.append(second)
                await ea.event("confirmation", id=close["id"], status="rejected", deal=0, lot=0.0, price=0.0)
            await ea.telemetry()
            await target.advance(1_000)
        assert seconds == [0, 1, 3, 7, 15]


@pytest.mark.parametrize("restart", [False, True])
async def test_what_comes_back_is_closed(restart: bool, tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        (fire,) = await opened(ea, 5)
        open_now: Json = {
            "positions": [{"ticket": 5, "lot": fire["lot"], "fire_id": fire["id"], "magic": fire["magic"]}]
        }
        await target.advance(13_000)  # Lost.
        await flatten(target)
        assert await ea.got("close") == []
        if not restart:
            await back(ea, open_now)
            await target.advance(1_000)
            assert len(await ea.got("close")) == 1
        n = ea.next_event
    if restart:
        async with hub(tmp_path, mock_clock, users=ONE) as target:
            ea = Ea(target, next_event=n)
            await back(ea, open_now)
            await target.advance(1_000)
            assert len(await ea.got("close")) == 1


async def back(ea: Ea, holding: Json) -> None:
    """The EA says hello anew, and shows what it holds."""
    await ea.hello()
    await ea.say("spec")
    await ea.say("snapshot", next_event=ea.next_event, **holding)
    await ea.say("ready")
    assert await ea.got("live")


async def test_a_pending_order_is_cancelled(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        fire = await fired(ea)
        await ea.event("confirmation", id=fire["id"], status="placed", ticket=9, deal=0, lot=fire["lot"])
        await flatten(target)
        assert [each["ticket"] for each in await ea.got("cancel")] == [9]
        await target.advance(1_000)
        assert (await ea.got("cancel"), await ea.got("close")) == ([], [])
        await ea.event("confirmation", id=fire["id"], status="cancelled", ticket=9, deal=0, lot=0.0, price=0.0)
        assert [each.action for each in shown(target).commands] == ["cancel"]


async def test_a_users_flatten_closes_nobody_elses(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",)) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        await bob.go_live()
        await bob.tick()
        (fire,) = await opened(alice, 5)
        await bob.filled(await fired(bob), ticket=7)
        assert fire["symbol"] == "EURUSD"
        await flatten(target, "bob")
        assert ([each["ticket"] for each in await bob.got("close")], await alice.got("close")) == ([7], [])
        assert [each.user for each in shown(target, "bob").positions] == ["bob"]


@pytest.mark.parametrize("halted", [False, True])
async def test_it_works_while_nothing_can_be_journaled(halted: bool, tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await opened(ea, 5)
        if halted:
            await flatten(target, flat=False)
        with full_disk(tmp_path):
            await flatten(target)
            assert len(await ea.got("close")) == 1
        await target.advance(1_000)
        fact = journaled(target, TradingSet)[-1]
        assert (fact.state, fact.flatten) == (TradingState.HALTED, True)


async def test_only_a_halt_flattens(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        for state in (TradingState.ACTIVE, TradingState.REDUCING):
            answer = target.hub.desk.act(SetTrading(user="", state=state, why="", who="op", flatten=True))
            assert isinstance(answer, Refusal)
            assert (answer.message, answer.exit_code) == (f"{state}: only a halt flattens", 2)
        assert journaled(target, TradingSet) == []
