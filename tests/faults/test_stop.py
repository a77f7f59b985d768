"""Fault 33: SIGTERM while fires are under way, and a second one: out in time, and every outcome is known afterwards."""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitten.rules.facts import Entry
from bitten.rules.ledger import Ledger
from bitten.units import TradingState
from bitten.wire.desk import SetTrading
from tests.faults.kill import agree, fires
from tests.storm.field import Field

pytestmark = pytest.mark.process

STOPS_WITHIN_S = 5.0


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    """A hub at a twentieth of the protocol's periods, and Alice's EA, whose broker takes its time."""
    made = Field(tmp_path, ("alice",), market_seed=1)
    made.start_hub()
    made.start_ea("alice", "latency_ms=400")
    yield made
    made.close()
    print("\n".join(f"{path.name}: {path.read_text()}" for path in sorted(tmp_path.glob("*.err"))))


def fold(entries: list[Entry]) -> Ledger:
    """The state that a journal tells."""
    ledger = Ledger()
    for entry in entries:
        ledger.apply(entry)
    return ledger


def in_flight(field: Field) -> set[str]:
    """Alice's commands without an outcome, now."""
    book = fold(field.entries()).book_of("alice")
    return set() if book is None else set(book.unresolved)


@pytest.mark.parametrize(("signals", "codes"), [(1, {0}), (2, {0, -signal.SIGTERM})], ids=["once", "twice"])
def test_fault_33_sigterm_with_a_fire_in_flight(signals: int, codes: set[int], field: Field) -> None:
    field.until("a fire is under way", lambda: bool(in_flight(field)))
    began = time.monotonic()
    for _ in range(signals):
        field.hub.process.send_signal(signal.SIGTERM)
    assert field.hub.end(STOPS_WITHIN_S) in codes
    assert time.monotonic() - began < STOPS_WITHIN_S
    left = in_flight(field)
    decided = len(fires(field.entries()))

    field.start_hub()
    field.until("alice is fired at again", lambda: len(fires(field.entries())) > decided)
    field.hub.ask(SetTrading(user="", state=TradingState.HALTED, why="the end", who="test"))
    field.until("every outcome is known", lambda: not in_flight(field))
    for each in (field.ea("alice"), field.hub):
        each.process.send_signal(signal.SIGTERM)
        assert each.end() == 0
    entries = field.entries()
    ledger = fold(entries)
    agree(entries, ledger, field.ea("alice").report())
    (book,) = ledger.books.values()
    assert all(book.commands[id_].life.final for id_ in left)
    opened = Counter(deal.fire_id for deal in field.ea("alice").report().opened)
    assert all(opened[id_] == book.commands[id_].life.filled for id_ in left)
