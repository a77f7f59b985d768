"""Processes that die at a named place, on the bench of the processes; and what both books then say."""

from collections import Counter

import pytest

from bitten.demo.summary import duplicated, lost
from bitten.failpoints import VARIABLE
from bitten.rules.facts import Entry, Intent
from bitten.rules.ledger import Ledger
from bitten.units import Account
from tests.integration.processes import Bench, Hub, Running, TerminalReport

PACE_MS = 250
"""`telemetry_ms` of these hubs: a twentieth of the protocol's periods (protocol 1.8)."""


def doomed_hub(bench: Bench, place: str, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A hub that dies when it reaches `place`."""
    with monkeypatch.context() as patch:
        patch.setenv(VARIABLE, place)
        return bench.hub(bench.configure(telemetry_ms=PACE_MS))


def doomed_ea(bench: Bench, ports: tuple[int, int], state: str, place: str, monkeypatch: pytest.MonkeyPatch) -> Running:
    """Alice's EA, which dies when it reaches `place`."""
    with monkeypatch.context() as patch:
        patch.setenv(VARIABLE, place)
        return bench.paper("alice", ports, "--state", state)


def fires(entries: list[Entry]) -> list[Intent]:
    """Every fire that was decided, in order."""
    return [entry.fact for entry in entries if isinstance(entry.fact, Intent) and entry.fact.action == "fire"]


def agree(entries: list[Entry], ledger: Ledger, report: TerminalReport) -> None:
    """Every order of the broker's has one intent, none has two orders, and both books tell the same."""
    book = ledger.books[Account(report.server, report.login)]
    assert (lost(ledger, report), duplicated(report), report.unacked) == (0, 0, 0)
    assert set(Counter(intent.id for intent in fires(entries)).values()) == {1}
    assert {deal.fire_id for deal in report.opened} <= book.commands.keys()
    assert book.deals == {deal.deal for deal in report.closed}
    assert book.holdings.keys() == {position.ticket for position in report.positions}
    assert book.unresolved == {}
