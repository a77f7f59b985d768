"""Fault 39: the EA's ledger is lost, rolled back, or copied to a second terminal; the account is what it was.

With real processes, and a ledger that is damaged, it is tried in `test_ledger_processes`.
"""

import shutil
from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.paper.ea_values import State
from bitten.paper.market import MarketTick
from bitten.rules.facts import Closing, Confirmed, Intent
from bitten.rules.fire import Life
from bitten.wire.desk import Release, Settle, SettleAnswer
from bitten.wire.events import SettledAs
from tests.actors.bench import AUTO, book_of, hub, journaled
from tests.actors.conftest import log_lines as log_lines
from tests.faults.paper import BID, SPREAD, PaperEa, agree, opened, paper, the_fire
from tests.scenarios.live import HubTarget

ONE = {"paper": AUTO}
ONCE = ("Once",)
TARGET = BID + 0.002
"""Above the target of what was fired at `BID`."""


async def filled(ea: PaperEa) -> str:
    """The session is live, and its one fire is filled and told."""
    await ea.live()
    await ea.tick()
    assert len(ea.broker.positions()) == 1
    return the_fire(ea).id


def trading(target: HubTarget) -> tuple[str, str]:
    """The state of the user's session, and why."""
    (session,) = target.hub.desk.status().sessions
    return session.trading.value, session.reason


def numbers(target: HubTarget, name: str) -> list[int]:
    """The event numbers of a ledger that the journal holds, in order."""
    facts: list[Confirmed | Closing] = [*journaled(target, Confirmed), *journaled(target, Closing)]
    return sorted(fact.event.n for fact in facts if fact.ea == name)


def release(target: HubTarget) -> None:
    """The operator lets another ledger in at once."""
    target.hub.desk.act(Release(user="paper", who="op"))


async def ends_well(ea: PaperEa, id_: str) -> None:
    """The position reaches its target under whatever ledger is there, is counted once, and both books agree."""
    await ea.tick(TARGET)
    target = ea.target
    assert book_of(target).holdings == {}
    agree(ea)
    assert [intent.id for intent in journaled(target, Intent)] == [id_]
    assert numbers(target, ea.ledger.ea) == list(range(1, ea.ledger.next_event))
    await ea.wait(1_000)
    assert (ea.ledger.unacked, target.hub.scribe.ledger.standing("paper").xp > 0) == (0, True)


async def test_fault_39_lost_with_a_position_open(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target) as first, opened(None) as fresh:
            id_ = await filled(first)
            release(target)
            second = first.successor(fresh, "b2")
            await second.live()
            assert fresh.ea != first.ledger.ea
            assert trading(target) == ("active", "")
            await ends_well(second, id_)


async def test_fault_39_lost_before_the_fill_was_told(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target) as first, opened(None) as fresh:
            await first.live()
            first.quote()
            await first.last_turn()
            (intent,) = journaled(target, Intent)
            assert (len(first.broker.positions()), journaled(target, Confirmed)) == (1, [])
            release(target)
            second = first.successor(fresh, "b2")
            await second.live()
            assert book_of(target).commands[intent.id].life is Life.FILLED
            assert trading(target) == ("active", "")
            assert any(f"came of {intent.id}" in line for line in log_lines)
            await ends_well(second, intent.id)


async def test_fault_39_lost_and_the_order_is_carried_out_later(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target) as first, opened(None) as fresh:
            first.misbehave(timeout=1.0)
            await first.live()
            await first.tick()
            (intent,) = journaled(target, Intent)
            first.misbehave()
            release(target)
            second = first.successor(fresh, "b2")
            await second.live()
            state, why = trading(target)
            assert (state, intent.id in why, second.broker.positions()) == ("reducing", True, ())
            await second.tick()  # Now the broker carries it out; the new ledger does not know what it is.
            await second.wait(5_000)
            assert book_of(target).commands[intent.id].life is Life.FILLED
            assert trading(target) == ("active", "")
            await ends_well(second, intent.id)


async def test_fault_39_lost_and_the_command_never_arrived(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target) as first, opened(None) as fresh:
            await first.live()
            target.deafen("b1 1")
            first.quote()
            await first.last_turn()
            (intent,) = journaled(target, Intent)
            release(target)
            second = first.successor(fresh, "b2")
            await second.live()
            state, why = trading(target)
            assert (state, intent.id in why) == ("reducing", True)
            # No ledger can answer for the one that is gone, however long it is waited for.
            await second.wait(70_000)
            assert book_of(target).commands[intent.id].life is Life.SENT
            settle = Settle(user="", id=intent.id, outcome=SettledAs.NEVER_SEEN, why="not at the broker", who="op")
            assert isinstance(target.hub.desk.act(settle), SettleAnswer)
            await second.wait(100)
            assert trading(target) == ("active", "")
            agree(second)


async def test_fault_39_rolled_back_behind_what_the_hub_holds(tmp_path: Path, mock_clock: MockClock) -> None:
    folder, older = tmp_path / "ea", tmp_path / "older"
    with opened(folder) as made:
        name = made.ea
    shutil.copytree(folder, older)
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target, folder) as first:
            id_ = await filled(first)
        release(target)
        with opened(older) as rolled_back:
            second = first.successor(rolled_back, "b2")
            await second.live()
            # It wrote fewer events than the hub holds of it: so it goes on under a new name.
            assert rolled_back.ea != name
            assert numbers(target, name) == [1]
            await ends_well(second, id_)


async def test_fault_39_rolled_back_behind_an_order_that_nobody_was_told_of(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    folder, older = tmp_path / "ea", tmp_path / "older"
    with opened(folder):
        pass
    shutil.copytree(folder, older)
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target, folder) as first:
            await first.live()
            first.quote()
            await first.last_turn()
        (intent,) = journaled(target, Intent)
        release(target)
        with opened(older) as rolled_back:
            second = first.successor(rolled_back, "b2")
            await second.turn()
            await second.wait(intent.expires - target.now + 61_000)
            # What is adopted must be seen after that answer: the next telemetry shows it.
            await second.wait(5_000)
            # Its word is that it never saw it, and it means it; the account says otherwise.
            assert second.ea.state is State.LIVE
            assert [fact.event.status for fact in journaled(target, Confirmed)] == ["never_seen"]
            assert book_of(target).commands[intent.id].life is Life.FILLED
            said = f"{intent.id} was never_seen, and position 1 has its magic"
            assert any(said in line for line in log_lines)
            await ends_well(second, intent.id)


async def test_fault_39_rolled_back_behind_an_order_that_is_over_by_now(tmp_path: Path, mock_clock: MockClock) -> None:
    folder, older = tmp_path / "ea", tmp_path / "older"
    with opened(folder):
        pass
    shutil.copytree(folder, older)
    async with hub(tmp_path, mock_clock, users=ONE, patterns=("OnceForAnHour",)) as target:
        with paper(target, folder) as first:
            await first.live()
            first.quote()
            await first.last_turn()
        (intent,) = journaled(target, Intent)
        # While no terminal is there the position reaches its target, and the price comes back.
        for after_ms, bid in enumerate((TARGET, BID), 1):
            first.broker.tick(MarketTick("EURUSD", bid, round(bid + SPREAD, 5), first.ea.market_time + after_ms))
        assert first.broker.positions() == ()
        release(target)
        with opened(older) as rolled_back:
            second = first.successor(rolled_back, "b2")
            await second.turn()
            await second.wait(intent.expires - target.now + 61_000)
            assert second.ea.state is State.LIVE
            assert [fact.event.status for fact in journaled(target, Confirmed)] == ["never_seen"]
            # Its signal is fresh still, but what this ledger never saw may have run: a leg would be a second order.
            await second.tick(after_ms=1_000)
            await second.wait(5_000)
            await second.tick(after_ms=1_000)
            assert journaled(target, Intent) == [intent]
            assert [deal.entry for deal in second.broker.deals_since(0)] == ["in", "out"]


@pytest.mark.parametrize("fires_first", [True, False], ids=["after-its-fire", "before-its-fire"])
async def test_fault_39_copied_to_a_second_terminal(tmp_path: Path, mock_clock: MockClock, fires_first: bool) -> None:
    folder, copy = tmp_path / "ea", tmp_path / "copy"
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target, folder) as first:
            await first.live()
            if fires_first:
                await first.tick()
            shutil.copytree(folder, copy)
            with opened(copy) as copied:
                second = first.successor(copied, "b2")
                await second.live()
                # The later opening of one and the same ledger is in the right; the first is told, and leaves.
                await first.turn()
                assert first.ea.refusal is not None
                assert (first.ea.refusal.reason, first.ea.state) == ("superseded", State.ENDED)
                if not fires_first:
                    await second.tick()
                (intent,) = journaled(target, Intent)
                assert len(second.broker.positions()) == 1
        # The second terminal is closed, and the first one opened anew, on its own ledger.
        release(target)
        with opened(folder) as own:
            third = first.successor(own, "b3")
            await third.live()
            await ends_well(third, intent.id)
