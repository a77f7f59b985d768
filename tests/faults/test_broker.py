"""Faults 26 to 29: a broker that fills a part, requotes, leaves in doubt what it did, or refuses."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import attrs
import pytest
from trio.testing import MockClock

from bitten.paper.broker_values import OrderRequest, Retcode
from bitten.rules.facts import Confirmed, Intent
from bitten.rules.fire import Life
from bitten.rules.risk.gather import open_risk as open_risk_of
from bitten.units import Direction
from bitten.wire.events import Status
from tests.actors.bench import AUTO, book_of, hub, journaled
from tests.actors.conftest import log_lines as log_lines
from tests.faults.paper import BID, SPEC, SPREAD, PaperEa, agree, paper, the_fire, told
from tests.scenarios.live import HubTarget

ONE = {"paper": AUTO}
ONCE = ("Once",)
"""One signal alone: what follows it is not another's doing."""
SOON_CLOSED = attrs.evolve(SPEC, hours=((21 * 60, 2 * 1_440 + 22 * 60 + 14),))
"""The market closes on Tuesday at 22:14, less than a minute after the test begins."""
LAST_TICK_MS = 39_900


async def fired(ea: PaperEa) -> str:
    """The session is live, and the signal of its first tick is fired; returns the fire's id."""
    await ea.live()
    await ea.tick()
    return the_fire(ea).id


async def test_fault_26_partial_fill(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target, commission=3.0) as ea:
            ea.misbehave(partial=1.0)
            id_ = await fired(ea)
            command, (holding,) = book_of(target).commands[id_], book_of(target).holdings.values()
            assert told(target, id_) == [(Status.PARTIAL, "")]
            assert (command.life, command.intent.lot, holding.lot, holding.left) == (Life.PARTIAL, 1.0, 0.5, 0.5)
            agree(ea)
            # The next fire's gate counts the stop's loss on what was filled, not on what was asked for.
            await ea.wait(5_000)
            assert open_risk(target) == pytest.approx(command.intent.risk / 2, rel=0.01)
            # Asked again, the EA tells the same; the remainder is not ordered again.
            await ea.tick(BID + 0.002, after_ms=1_000)
            (closing,) = [deal for deal in ea.broker.deals_since(0) if deal.entry == "out"]
            assert (closing.lot, closing.reason.value) == (0.5, "tp")
            agree(ea)
            assert len(journaled(target, Intent)) == 1


def open_risk(target: HubTarget) -> float:
    """What the user's account loses if every stop hits, as the gate sees it."""
    session = target.hub.around.roster.of("paper")
    assert session is not None
    return open_risk_of(session.view, book_of(target))


async def test_fault_27_requotes_end_with_a_fill_under_the_same_id(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target) as ea:
            ea.misbehave(requote=1.0)
            id_ = await fired(ea)
            await ea.wait(500)
            assert (told(target, id_), ea.broker.positions()) == ([], ())
            ea.misbehave()
            await ea.wait(200)
            assert told(target, id_) == [(Status.FILLED, "")]
            assert [intent.id for intent in journaled(target, Intent)] == [id_]
            agree(ea)


async def test_fault_27_price_changed_is_filled_only_within_the_deviation(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target) as ea:
            ea.misbehave(requote=1.0)
            id_ = await fired(ea)
            fire = the_fire(ea)
            away = (fire.deviation + 1) * SPEC.point
            ea.misbehave()
            await ea.tick(round(BID + away, 5), after_ms=1)  # Now it is the broker itself that requotes.
            await ea.wait(1_000)
            assert (told(target, id_), ea.broker.positions()) == ([], ())
            await ea.tick(BID, after_ms=1)
            await ea.wait(200)
            assert told(target, id_) == [(Status.FILLED, "")]
            (position,) = ea.broker.positions()
            assert abs(position.open_price - fire.entry) <= fire.deviation * SPEC.point
            agree(ea)


async def test_fault_27_requotes_end_with_the_expiry(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target) as ea:
            ea.misbehave(requote=1.0)
            id_ = await fired(ea)
            await ea.wait(the_fire(ea).expires - target.now)
            assert told(target, id_) == [(Status.REJECTED, "requote")]
            ea.misbehave()
            await ea.tick(after_ms=1)
            await ea.wait(1_000)
            assert ea.broker.deals_since(0) == ()
            assert book_of(target).commands[id_].life is Life.REJECTED
            agree(ea)


async def test_fault_28_timeout_and_a_fill_after_it(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target) as ea:
            ea.misbehave(timeout=1.0)
            id_ = await fired(ea)
            book = book_of(target)
            assert told(target, id_) == [(Status.UNKNOWN, "timeout")]
            assert (book.commands[id_].life, book.open_count(), book.holdings) == (Life.UNKNOWN, 1, {})
            # Until the truth is known its whole risk counts.
            assert open_risk(target) == book.commands[id_].intent.risk
            await ea.wait(3_000)
            assert book.commands[id_].life is Life.UNKNOWN
            await ea.tick()
            assert told(target, id_) == [(Status.UNKNOWN, "timeout"), (Status.FILLED, "")]
            assert (book.commands[id_].life, book.open_count(), len(journaled(target, Intent))) == (Life.FILLED, 1, 1)
            agree(ea)


async def test_fault_28_timeout_and_no_fill(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target) as ea:
            ea.misbehave(timeout=1.0)
            id_ = await fired(ea)
            await ea.wait(59_900)
            assert told(target, id_) == [(Status.UNKNOWN, "timeout")]
            await ea.wait(200)
            assert told(target, id_) == [(Status.UNKNOWN, "timeout"), (Status.REJECTED, "not_found")]
            assert book_of(target).unresolved == {}


async def test_fault_34_a_deal_after_not_found_overrides_it_and_the_operator_is_told(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target) as ea:
            ea.misbehave(timeout=1.0)
            id_ = await fired(ea)
            await ea.wait(61_000)
            assert told(target, id_)[-1] == (Status.REJECTED, "not_found")
            assert target.hub.desk.status().conflicts == ()
            await ea.tick()  # The broker carries it out after all.
            assert told(target, id_)[-1] == (Status.FILLED, "")
            assert (book_of(target).commands[id_].life, len(ea.broker.positions())) == (Life.FILLED, 1)
            (conflict,) = target.hub.desk.status().conflicts
            assert conflict == f"paper: {id_} was rejected (not_found), and is filled after all"
            assert any(conflict in line for line in log_lines)
            agree(ea)


@pytest.mark.parametrize(
    ("happens", "message", "retcode"),
    [
        ("market-closed", "the market of EURUSD is closed", Retcode.MARKET_CLOSED),
        ("unknown-symbol", "symbol EURUSD is not known here", Retcode.INVALID),
        ("no-money", "lots of EURUSD need", Retcode.NO_MONEY),
        ("rejected", "reject", Retcode.REJECT),
    ],
)
async def test_fault_29_a_refusal_is_typed_and_not_tried_again(
    tmp_path: Path, mock_clock: MockClock, happens: str, message: str, retcode: Retcode
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target, spec=SOON_CLOSED) as ea:
            await ea.live()
            ea.quote(after_ms=LAST_TICK_MS)
            undo = befall(ea, happens)
            await ea.turn()
            id_ = the_fire(ea).id
            (confirmed,) = [fact.event for fact in journaled(target, Confirmed)]
            assert (confirmed.id, confirmed.status, confirmed.retcode) == (id_, Status.REJECTED, retcode)
            assert message in confirmed.message
            assert book_of(target).commands[id_].life is Life.REJECTED
            undo()
            await ea.wait(10_000)
            await ea.tick()
            assert len(told(target, id_)) == len(journaled(target, Intent)) == 1
            assert [deal for deal in ea.broker.deals_since(0) if deal.magic] == []
            agree(ea)


def befall(ea: PaperEa, what: str) -> Callable[[], object]:
    """What happens at the broker that the hub has not heard of when it fires. Returns what ends it, if it ends."""
    match what:
        case "market-closed":
            ea.broker.advance(ea.broker.time + 200)
        case "no-money":
            by_hand = OrderRequest(
                symbol="EURUSD", direction=Direction.BUY, kind="market", lot=9.0, entry=BID + SPREAD, deviation=10
            )
            assert ea.broker.open(by_hand).accepted
        case "unknown-symbol":
            specs = ea.broker.specs
            assert isinstance(specs, dict)
            return partial(specs.update, {"EURUSD": specs.pop("EURUSD")})
        case _:
            ea.misbehave(reject=1.0)
    return ea.misbehave
