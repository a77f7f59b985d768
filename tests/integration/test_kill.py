"""The loop with a process killed in its middle: what was durable stays, and nothing is lost or made twice."""

import re
from collections import Counter

import pytest

from bitten.demo.summary import duplicated, lost
from bitten.rules.facts import Entry, Intent, XpAwarded
from bitten.rules.fire import Life
from bitten.rules.ledger import Ledger
from bitten.units import Account
from tests.integration.processes import Bench, Hub, Running, until

pytestmark = pytest.mark.process

TOLD = re.compile(r"alice XP [+-]\d+ \(.*\), now (-?\d+)")


def agree(ledger: Ledger, *papers: Running) -> None:
    """The brokers' own books and the journal tell the same, and something is in them."""
    for each in papers:
        report = each.report()
        book = ledger.books[Account(report.server, report.login)]
        assert report.opened
        assert report.closed
        assert (lost(ledger, report), duplicated(report), report.unacked) == (0, 0, 0)
        assert book.deals == {deal.deal for deal in report.closed}
        assert book.holdings.keys() == {position.ticket for position in report.positions}
        assert book.unresolved == {}


def earned_once(entries: list[Entry]) -> None:
    """Each closing deal has earned its XP once."""
    awards = Counter((e.fact.account, e.fact.deal) for e in entries if isinstance(e.fact, XpAwarded))
    assert set(awards.values()) == {1}


def has_traded(hub: Hub) -> bool:
    """At least one whole round, and a fire beyond it."""
    return hub.count("xp") >= 1 and hub.count("confirmations") >= 2


def test_a_killed_hub_goes_on_from_its_journal(bench: Bench) -> None:
    killed = bench.hub(bench.configure(telemetry_ms=500))
    ports = killed.ports
    alice = bench.paper("alice", ports)
    until(lambda: has_traded(killed))
    killed.process.kill()
    killed.end()
    entries, before = bench.read()

    hub = bench.hub(bench.configure(telemetry_ms=500, ports=ports))
    assert hub.said(f"({len(entries)} facts)")
    until(lambda: hub.live("alice", epoch=2))
    assert hub.said("alice reconnected: session 2")
    until(lambda: hub.count("xp") >= 1 and hub.count("confirmations") >= 1)
    assert alice.stop() == 0
    assert hub.stop() == 0

    after_entries, after = bench.read()
    assert after_entries[: len(entries)] == entries
    agree(after, alice)
    earned_once(after_entries)
    # What the second hub made of XP was added to what the first one had.
    points = [entry.fact.points for entry in after_entries if isinstance(entry.fact, XpAwarded)]
    first = sum(isinstance(entry.fact, XpAwarded) for entry in entries)
    assert before.standing("alice").xp == sum(points[:first])
    told = [int(found[1]) for line in hub.lines if (found := TOLD.search(line))]
    assert told == [sum(points[: count + 1]) for count in range(first, len(points))]
    assert after.standing("alice").xp == sum(points)


def test_a_fire_that_was_open_when_the_hub_was_killed_is_asked_about_and_counts(bench: Bench) -> None:
    killed = bench.hub(bench.configure(telemetry_ms=500, shots_a_day=1))
    ports = killed.ports
    alice = bench.paper("alice", ports, "--misbehave", "latency_ms=500")
    until(lambda: killed.count("fires"))
    killed.process.kill()
    killed.end()
    (before,) = bench.read()[1].books.values()
    (fire,) = before.unresolved.values()
    assert fire.life in (Life.INTENT, Life.SENT)  # That it was sent is journaled with the next group of facts.

    hub = bench.hub(bench.configure(telemetry_ms=500, shots_a_day=1, ports=ports))
    until(lambda: hub.said("alice denied: shots"))
    assert alice.stop() == 0
    assert hub.stop() == 0

    ledger, report = bench.read()[1], alice.report()
    book = ledger.books[Account(report.server, report.login)]
    assert book.commands[fire.intent.id].life.final
    assert book.unresolved == {}
    filled = [command.intent.id for command in book.commands.values() if command.life.filled]
    assert [deal.fire_id for deal in report.opened] == filled
    assert [day.shots for day in book.days.values()] == [1]
    assert (lost(ledger, report), duplicated(report)) == (0, 0)


def test_a_lock_outlives_a_killed_hub(bench: Bench) -> None:
    locks = "[xp]\nlock_losses = 1\nlock_minutes = 100000\n"
    killed = bench.hub(bench.configure(telemetry_ms=500, more=locks))
    ports = killed.ports
    alice = bench.paper("alice", ports)
    until(lambda: killed.said("alice denied: locked"))
    killed.process.kill()
    killed.end()
    before = bench.read()[1].standing("alice")
    assert before.locked_until

    hub = bench.hub(bench.configure(telemetry_ms=500, ports=ports, more=locks))
    until(lambda: hub.said("alice denied: locked"))
    assert alice.stop() == 0
    assert hub.stop() == 0
    entries, after = bench.read()
    assert after.standing("alice").locked_until >= before.locked_until
    locked = next(e.seq for e in entries if isinstance(e.fact, XpAwarded) and e.fact.locked_until)
    assert not [e for e in entries if e.seq > locked and isinstance(e.fact, Intent)]


def test_a_killed_ea_comes_back_as_the_same_account_and_disturbs_nobody(bench: Bench) -> None:
    hub = bench.hub(bench.configure(telemetry_ms=5_000))
    ports, state = hub.ports, str(bench.folder / "bob")
    alice, killed = bench.paper("alice", ports), bench.paper("bob", ports, "--state", state)
    until(lambda: hub.said("bob filled"))
    killed.process.kill()
    killed.end()
    bob = bench.paper("bob", ports, "--state", state)
    until(lambda: hub.said("bob reconnected: session 2"))
    fills = hub.count("confirmations")
    until(lambda: hub.count("confirmations") >= fills + 2 and hub.said("alice XP") and hub.said("bob XP"))

    status = hub.status()
    sessions = {each.user: (each.state, each.epoch) for each in status.sessions}
    assert sessions == {
        "alice": ("live", 1),
        "bob": ("live", 2),
    }
    assert {(each.name, each.restarts, each.last_error) for each in status.actors if each.restarts} == set()
    assert status.dead_letters == 0
    assert not any(f"alice {change}" in line for line in hub.lines for change in ("stale", "lost", "ended"))
    assert [each.stop() for each in (alice, bob)] == [0, 0]
    assert hub.stop() == 0

    entries, ledger = bench.read()
    agree(ledger, alice, bob)
    earned_once(entries)
    assert (alice.report().lives, bob.report().lives) == (1, 1)
