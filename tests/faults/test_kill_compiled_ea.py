"""Fault 34 on the compiled EA: its terminal is killed around `OrderSend`. A command is never run again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bitten.rules.facts import Confirmed, Entry
from bitten.rules.fire import Life
from bitten.wire.events import Status
from tests.faults.compiled import KILLED, CompiledField, needs_compiler
from tests.faults.kill import fires
from tests.faults.trading import finish, numbers_go_on, orders, reconciled_before_each_fire, trades, unresolved

pytestmark = [pytest.mark.process, needs_compiler]

UNSURE = (Status.UNKNOWN, "the broker's deal has not shown yet")


@pytest.fixture
def field(tmp_path: Path) -> Iterator[CompiledField]:
    """A hub at a twentieth of the protocol's periods, which fires all the time."""
    made = CompiledField(tmp_path, ("alice",), market_seed=1)
    made.start_hub()
    yield made
    made.close()
    print("\n".join(f"{path.name}: {path.read_text()}" for path in sorted(tmp_path.glob("*.err"))))


def told(entries: list[Entry], id_: str) -> list[tuple[Status, str]]:
    """What the EA said of a command of its own accord, in order: not the answers to questions."""
    events = [entry.fact.event for entry in entries if isinstance(entry.fact, Confirmed) and entry.fact.event.id == id_]
    return [(event.status, event.message) for event in events if not event.again]


@pytest.mark.parametrize(
    ("place", "life", "said"),
    [
        pytest.param('write "t":"entry"', Life.NEVER_SEEN, [], id="34-before-the-entry"),
        pytest.param('written "t":"entry"', Life.REJECTED, [(Status.REJECTED, "not_found")], id="34-after-the-entry"),
        pytest.param("order", Life.REJECTED, [(Status.REJECTED, "not_found")], id="34-before-the-order-is-sent"),
        pytest.param("ordered", Life.FILLED, [(Status.FILLED, "")], id="34-after-the-order-was-sent"),
        pytest.param('write "confirmation"', Life.FILLED, [(Status.FILLED, "")], id="34-answer-not-stored"),
        pytest.param('written "confirmation"', Life.FILLED, [(Status.FILLED, "")], id="34-confirmation-not-sent"),
    ],
)
def test_fault_34_killed_around_its_order(
    field: CompiledField, place: str, life: Life, said: list[tuple[Status, str]]
) -> None:
    field.start_ea("alice", failpoint=place)
    assert field.ea("alice").end() == KILLED
    (id_,) = unresolved(field)
    field.start_ea("alice")
    field.until("its outcome is known", lambda: id_ not in unresolved(field))
    trades(field)

    entries, ledger = finish(field)
    (book,) = ledger.books.values()
    assert (fires(entries)[0].id, book.commands[id_].life) == (id_, life)
    assert orders(field, id_) == (life is Life.FILLED)
    assert [each for each in told(entries, id_) if each != UNSURE] == said
    numbers_go_on(entries)
    reconciled_before_each_fire(entries)
