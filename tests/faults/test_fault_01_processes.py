"""Fault 1 with a real death: SIGKILL when the intent is durable and the command is not sent; then the next leg.

What comes of every other answer of the EA's is in `test_fault_01_next_leg`.
"""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitten import failpoints
from bitten.paper.ledger import Ledger as Memory
from bitten.paper.ledger_values import Stage
from bitten.rules.facts import Confirmed, Intent, Sent
from bitten.rules.fire import Life
from bitten.rules.ledger import Ledger
from bitten.units import Account
from bitten.wire.events import Status
from tests.faults.kill import agree, fires
from tests.storm.field import Field

pytestmark = pytest.mark.process

PACE = 20
"""The market's: a signal stays fresh for half a minute, in which a hub can be started thrice."""


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    """A hub and Alice's EA, which trades all the time."""
    made = Field(tmp_path, ("alice",), market_seed=1, speed=PACE)
    yield made
    made.close()
    print("\n".join(f"{path.name}: {path.read_text()}" for path in sorted(tmp_path.glob("*.err"))))


def legs(field: Field, signal_id: str) -> list[Intent]:
    """Every leg of a signal, in order."""
    return [intent for intent in fires(field.entries()) if intent.signal_id == signal_id]


@pytest.mark.parametrize("deaths", [1, 2])
def test_fault_01_what_died_unsent_is_never_seen_and_its_fresh_signal_fired_as_the_next_leg(
    field: Field, deaths: int
) -> None:
    for death in range(deaths):
        field.start_hub(failpoints.INTENT_DURABLE)
        if not death:
            field.start_ea("alice")
        assert field.hub.end() == -signal.SIGKILL
    dead = fires(field.entries())
    (signal_id,) = {intent.signal_id for intent in dead}
    assert [intent.leg for intent in dead] == list(range(1, deaths + 1))
    assert not any(isinstance(entry.fact, Sent) for entry in field.entries())

    field.start_hub()
    field.until("the next leg has filled", lambda: field.hub.said(f"filled: {legs(field, signal_id)[-1].id}"))
    for running in (field.ea("alice"), field.hub):
        running.process.terminate()
        assert running.end() == 0

    entries, report, ledger = field.entries(), field.ea("alice").report(), Ledger()
    for entry in entries:
        ledger.apply(entry)
    agree(entries, ledger, report)
    *never, last = legs(field, signal_id)
    assert never == dead
    told = [entry.fact.event for entry in entries if isinstance(entry.fact, Confirmed)]
    assert [[event.status for event in told if event.id == intent.id] for intent in never] == [
        [Status.NEVER_SEEN]
    ] * deaths
    commands = ledger.books[Account(report.server, report.login)].commands
    assert [commands[intent.id].life for intent in (*never, last)] == [Life.NEVER_SEEN] * deaths + [Life.FILLED]
    assert [deal.fire_id for deal in report.opened if deal.magic in {intent.magic for intent in (*never, last)}] == [
        last.id
    ]
    # For ever: should the command of a dead leg arrive after all, the EA knows its id, and never runs one twice.
    memory = Memory.open(field.state("alice"))
    known = [memory.entry(intent.id) for intent in never]
    memory.close()
    assert [entry is not None and entry.stage for entry in known] == [Stage.FINAL] * deaths
