"""Faults 9 to 12: what an EA tells comes late, twice, out of order, not at all, or contradicts itself."""

from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.rules.facts import Closing, Confirmed, Denial, EventFact, Intent, Passed, XpAwarded
from bitten.rules.fire import Life
from bitten.units import DAY_MS, MINUTE_MS
from tests.actors.bench import AUTO, OPEN, Ea, book_of, denied, entries, fired, hub, journaled
from tests.actors.conftest import log_lines as log_lines
from tests.scenarios.live import HubTarget
from tests.scenarios.script import START, Json

ONE = {"paper": AUTO}
TWO = {"alice": AUTO, "bob": AUTO}
LATE_MS = 5 * MINUTE_MS
"""Long after the session was lost, and after the fire's own expiry."""


async def a_fire(ea: Ea) -> Json:
    """The EA is live, and has been sent one fire."""
    await ea.go_live()
    await ea.tick()
    return await fired(ea)


def told(target: HubTarget, user: str) -> list[int]:
    """The numbers of the user's events that the journal holds, in its order."""
    found = [entry.fact for entry in entries(target) if isinstance(entry.fact, Confirmed | Closing | Passed)]
    return [fact.event.n for fact in found if fact.user == user]


async def come_back(ea: Ea, *, first_event: int, snapshot: Json | None = None) -> Json:
    """The same process on a new connection, with the events from `first_event` on in its outbox; returns the welcome.

    It shows its account, and is not ready yet.
    """
    ea.peer = f"{ea.peer} again"
    welcome = await ea.hello(first_event=first_event)
    await ea.say("spec")
    await ea.telemetry()
    await ea.say("snapshot", next_event=ea.next_event, **(snapshot or {}))
    return welcome


async def test_fault_09_link_cut_confirmation_late_by_minutes(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",)) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        await alice.go_live()
        await bob.go_live()
        await bob.tick()
        await alice.tick()
        fire = await fired(bob)
        await target.vanish("bob")
        await target.advance(LATE_MS)
        (session,) = [each for each in target.hub.around.roster if each.user == "bob"]
        assert session.machine.state == "lost"
        assert book_of(target, "bob").commands[str(fire["id"])].life is Life.SENT
        assert book_of(target, "bob").open_count() == 1  # It may be open: it counts.

        cut = bob.session
        position = {"ticket": 5, "lot": fire["lot"], "magic": fire["magic"], "fire_id": fire["id"]}
        bob.next_event = 2
        welcome = await come_back(bob, first_event=1, snapshot={"positions": [position]})
        assert (welcome["session"] != cut, welcome["ack"]) == (True, 0)
        bob.next_event = 1
        await bob.filled(fire)
        assert [ack["n"] for ack in await bob.got("ack")] == [1]
        await bob.say("ready")
        assert await bob.got("live")
        assert (await bob.got("query"), await bob.got("fire")) == ([], [])

        book = book_of(target, "bob")
        assert book.commands[str(fire["id"])].life is Life.FILLED
        assert ({ticket: each.left for ticket, each in book.holdings.items()}, book.open_count()) == ({5: 1.0}, 1)
        await bob.closed(fire, 100.0, time=START + LATE_MS)
        assert (book.open_count(), book.profit) == (0, 100.0)
        assert [(award.user, award.points) for award in journaled(target, XpAwarded)] == [("bob", 100)]
        assert book.day(START // DAY_MS).shots == 1
        assert [intent.id for intent in journaled(target, Intent) if intent.user == "bob"] == [fire["id"]]


async def test_fault_10_confirmation_doubled(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        fire = await a_fire(ea)
        outcome = {"id": fire["id"], "ticket": 5, "deal": 6, "price": fire["entry"], "lot": fire["lot"], "time": START}
        once = {**outcome, "commission": -1.5}
        await ea.say("confirmation", n=1, **once)
        await target.advance(100)
        await ea.say("confirmation", n=1, **once)
        assert [ack["n"] for ack in await ea.got("ack")] == [1, 1]
        assert told(target, "paper") == [1]
        await ea.say("confirmation", n=2, **once, again=True)  # The same outcome, told as another event.
        assert [ack["n"] for ack in await ea.got("ack")] == [2]

        book = book_of(target)
        assert (book.commands[str(fire["id"])].life, book.open_count()) == (Life.FILLED, 1)
        assert (book.holdings[5].left, book.profit) == (fire["lot"], -1.5)
        assert (book.day(START // DAY_MS).shots, book.day(START // DAY_MS).realised) == (1, -1.5)
        assert target.hub.scribe.ledger.conflicts == []


async def test_fault_11_events_out_of_order(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        fire = await a_fire(ea)
        ea.next_event = 2
        await ea.closed(fire, 100.0)
        assert [each["from"] for each in await ea.got("resend")] == [1]
        assert (await ea.got("ack"), journaled(target, Closing)) == ([], [])
        ea.next_event = 1
        await ea.filled(fire)
        assert [ack["n"] for ack in await ea.got("ack")] == [1]
        await ea.closed(fire, 100.0)
        assert [ack["n"] for ack in await ea.got("ack")] == [2]
        assert told(target, "paper") == [1, 2]
        assert (book_of(target).open_count(), book_of(target).profit) == (0, 100.0)
        assert [award.points for award in journaled(target, XpAwarded)] == [100]


@pytest.mark.parametrize("kind", ["heartbeat", "telemetry"])
async def test_fault_11_last_event_lost(tmp_path: Path, mock_clock: MockClock, kind: str) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        fire = await a_fire(ea)
        await ea.say(kind, next_event=2)  # The confirmation was lost; nothing follows that would skip it.
        await target.advance(2_000)
        await ea.say(kind, next_event=2)
        asked = [each["from"] for each in await ea.got("resend")]
        assert asked
        assert set(asked) == {1}
        await ea.filled(fire)
        assert [ack["n"] for ack in await ea.got("ack")] == [1]
        assert book_of(target).commands[str(fire["id"])].life is Life.FILLED
        await target.advance(4_000)
        await ea.say(kind, next_event=2)
        assert await ea.got("resend") == []


async def test_fault_12_number_reused_with_other_content(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, tier=OPEN) as target:
        ea = Ea(target)
        fire = await a_fire(ea)
        await ea.filled(fire)
        assert [ack["n"] for ack in await ea.got("ack")] == [1]
        before = [entry for entry in entries(target) if isinstance(entry.fact, EventFact)]
        await target.advance(100)
        ea.next_event = 1
        await ea.closed(fire, 100.0)  # Under the number of the fill.
        assert await ea.got("ack") == []
        assert [each["state"] for each in await ea.got("trading")] == ["reducing"]
        assert [entry for entry in entries(target) if isinstance(entry.fact, EventFact)] == before
        assert (book_of(target).open_count(), book_of(target).profit) == (1, 0.0)
        (session,) = target.hub.desk.status().sessions
        assert (session.trading, "event 1" in session.reason) == ("reducing", True)
        assert any("event 1" in line for line in log_lines)
        await ea.tick(after_ms=1_000)
        assert (await denied(ea))[0] == "reducing"
        assert [denial.code for denial in journaled(target, Denial)] == ["reducing"]
        await ea.closed(fire, 100.0)  # What comes under a number of its own is taken.
        assert (book_of(target).open_count(), book_of(target).profit) == (0, 100.0)
