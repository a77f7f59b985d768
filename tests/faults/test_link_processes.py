"""Faults 6, 8, 9 and 14 with a real hub, a real EA, and a TCP link between them that is cut or left half open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bitten.rules.facts import Confirmed, Entry, Greeted
from bitten.rules.fire import Life
from tests.faults.compiled import CompiledField, needs_compiler
from tests.faults.kill import fires
from tests.faults.trading import (
    back,
    finish,
    numbers_go_on,
    orders,
    reconciled_before_each_fire,
    state,
    trades,
    unresolved,
)
from tests.storm.field import Field

pytestmark = pytest.mark.process


@pytest.fixture(params=["paper", pytest.param("compiled", marks=needs_compiler)])
def field(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Field]:
    """A hub and Alice's EA at a twentieth of the protocol's periods, which trades all the time."""
    kind = CompiledField if request.param == "compiled" else Field
    made = kind(tmp_path, ("alice",), market_seed=1)
    made.start_hub()
    yield made
    made.close()
    print("\n".join(f"{path.name}: {path.read_text()}" for path in sorted(tmp_path.glob("*.err"))))


def fenced(field: Field) -> int:
    """Events and market data of a session that is no more: dropped and counted."""
    return next(each.counts["malformed"] for each in field.hub.status().sockets if each.name == "feedback")


def taken(field: Field, id_: str) -> bool:
    """The EA has written the command into its ledger, which it does before it asks the broker (protocol 5.1)."""
    try:
        return any(id_.encode() in path.read_bytes() for path in field.state("alice").rglob("*") if path.is_file())
    except FileNotFoundError:  # It was replaced between the two looks; there is a next one.
        return False


def first_greeted_again(entries: list[Entry]) -> int:
    """The place in the journal at which the second session begins."""
    return [entry.seq for entry in entries if isinstance(entry.fact, Greeted)][1]


def test_fault_06_ea_reconnects(field: Field) -> None:
    field.start_ea("alice")
    trades(field)
    for link in field.links("alice"):
        link.cut()
    field.until("alice is lost", lambda: state(field)[0] == "lost")
    for link in field.links("alice"):
        link.mend()
    field.until("alice is back", lambda: back(field))
    trades(field)

    entries, _ = finish(field)
    greeted = [entry.fact for entry in entries if isinstance(entry.fact, Greeted)]
    assert [each.epoch for each in greeted] == list(range(1, len(greeted) + 1))
    assert len(greeted) >= 2
    assert len({(each.ea, each.boot, each.life) for each in greeted}) == 1
    numbers_go_on(entries)
    reconciled_before_each_fire(entries)


def test_fault_08_old_link_half_open_ea_returns(field: Field) -> None:
    field.start_ea("alice")
    trades(field)
    for link in field.links("alice"):
        link.stall()
    field.until("alice is back", lambda: back(field))
    trades(field)
    before = fenced(field)
    for link in field.links("alice"):
        link.mend()
    field.until("what waited in the old link arrives", lambda: fenced(field) > before)
    trades(field)
    entries, _ = finish(field)
    numbers_go_on(entries)
    reconciled_before_each_fire(entries)
    assert field.report("alice").foreign == 0


def test_fault_09_link_cut_confirmation_late(field: Field) -> None:
    field.start_ea("alice", "latency_ms=400")
    trades(field)
    # Cut before the EA has taken it, it would never be seen there.
    field.until("a fire is at the broker", lambda: any(taken(field, id_) for id_ in unresolved(field)))
    for link in field.links("alice"):
        link.cut()
    field.until("alice is lost", lambda: state(field)[0] == "lost")
    late = unresolved(field)
    assert late
    for link in field.links("alice"):
        link.mend()
    field.until("alice is back", lambda: back(field))
    trades(field)

    entries, ledger = finish(field)
    (book,) = ledger.books.values()
    outcomes = {id_: book.commands[id_].life for id_ in late}
    assert Life.FILLED in outcomes.values()
    assert {id_: orders(field, id_) for id_ in late} == {id_: life.filled for id_, life in outcomes.items()}
    again = first_greeted_again(entries)
    told = {entry.fact.event.id: entry.seq for entry in reversed(entries) if isinstance(entry.fact, Confirmed)}
    assert all(told[id_] > again for id_ in late)
    numbers_go_on(entries)
    reconciled_before_each_fire(entries)


def test_fault_14_commands_queued_in_a_dead_link_over_a_hub_restart(field: Field) -> None:
    field.start_ea("alice")
    trades(field)
    command, _ = field.links("alice")
    command.stall()
    stalled = field.entries()[-1].seq

    def queued() -> list[str]:
        late = [entry for entry in field.entries() if entry.seq > stalled]
        return [intent.id for intent in fires(late)]

    field.until("fires wait in the link", lambda: bool(queued()))
    field.hub.process.kill()
    field.hub.end()
    waiting = queued()
    field.start_hub()
    field.refused(field.knock("alice", "another account"), "wrong_account")
    field.until("alice is back", lambda: back(field))
    command.mend()
    trades(field)

    entries, ledger = finish(field)
    (book,) = ledger.books.values()
    assert {id_: book.commands[id_].life for id_ in waiting} == dict.fromkeys(waiting, Life.NEVER_SEEN)
    assert {id_: orders(field, id_) for id_ in waiting} == dict.fromkeys(waiting, 0)
    numbers_go_on(entries)
    reconciled_before_each_fire(entries)


@pytest.mark.parametrize("channel", [0, 1], ids=["commands", "feedback"])
def test_fault_09_one_channel_cut_alone(field: Field, channel: int) -> None:
    field.start_ea("alice")
    trades(field)
    link = field.links("alice")[channel]
    link.cut()
    link.mend()
    field.until("alice is back", lambda: back(field), within_s=10)
    trades(field)
    entries, _ = finish(field)
    numbers_go_on(entries)
    reconciled_before_each_fire(entries)
