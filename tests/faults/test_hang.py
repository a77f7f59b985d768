"""Fault 32: an actor hangs without a checkpoint while a fire is under way; the watchdog ends the process in time."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitten.failpoints import COMMAND_SENT
from bitten.rules.facts import Entry
from bitten.rules.ledger import Ledger
from bitten.units import TradingState
from bitten.wire.desk import SetTrading
from tests.faults.kill import agree, fires
from tests.storm.field import Field

pytestmark = pytest.mark.process

LIMIT_S = 1.5


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    """A hub at a twentieth of the protocol's periods, which hangs for a minute once its first command is sent."""
    made = Field(tmp_path, ("alice",), market_seed=1, watchdog_s=LIMIT_S)
    made.start_hub(f"{COMMAND_SENT}@60")
    made.start_ea("alice")
    yield made
    made.close()
    print("\n".join(f"{path.name}: {path.read_text()}" for path in sorted(tmp_path.glob("*.err"))))


def fold(entries: list[Entry]) -> Ledger:
    """The state that a journal tells."""
    ledger = Ledger()
    for entry in entries:
        ledger.apply(entry)
    return ledger


def in_flight(field: Field) -> list[str]:
    """Alice's commands without an outcome, now."""
    book = fold(field.entries()).book_of("alice")
    return [] if book is None else list(book.unresolved)


def test_fault_32_a_hub_that_hangs_with_a_fire_in_flight_is_ended_and_reconciles(field: Field) -> None:
    field.until("a fire is under way", lambda: bool(in_flight(field)))
    began = time.monotonic()
    assert field.hub.end() == 1
    assert time.monotonic() - began < LIMIT_S * 3
    assert field.hub.said("fire_router")  # Its last words name the actor that hung.
    (fire,) = in_flight(field)

    field.start_hub()
    field.until("alice is fired at again", lambda: len(fires(field.entries())) > 1)
    field.hub.ask(SetTrading(user="", state=TradingState.HALTED, why="the end", who="test"))
    field.until("every outcome is known", lambda: not in_flight(field))
    for each in (field.ea("alice"), field.hub):
        each.process.send_signal(signal.SIGTERM)
        assert each.end() == 0
    entries, report = field.entries(), field.ea("alice").report()
    ledger = fold(entries)
    agree(entries, ledger, report)
    (book,) = ledger.books.values()
    opened = [deal.fire_id for deal in report.opened]
    assert opened.count(fire) == book.commands[fire].life.filled
