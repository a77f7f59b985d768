"""Faults 26 to 29 on the compiled EA: its broker fills a part, requotes, leaves in doubt what it did, or refuses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bitten.rules.book import Command
from bitten.rules.facts import Confirmed, Entry
from bitten.rules.fire import Life
from bitten.units import TradingState
from bitten.wire.desk import SetTrading
from bitten.wire.events import Status
from tests.faults.compiled import CompiledField, needs_compiler
from tests.faults.kill import fires
from tests.faults.trading import finish, fold, numbers_go_on

pytestmark = [pytest.mark.process, needs_compiler]

REQUOTE, REJECT, TIMEOUT, INVALID, DISABLED, CLOSED, NO_MONEY, CHANGED = (
    *(10004, 10006, 10012, 10013),
    *(10017, 10018, 10019, 10020),
)
SECOND = 600_000
"""Of market time, in milliseconds."""
IN_DOUBT = (Status.UNKNOWN, "the broker did not answer in time: whether it was done is not known yet (scripted)")
NOT_FOUND = (Status.REJECTED, "not_found")
FILLED = (Status.FILLED, "")


@pytest.fixture
def field(tmp_path: Path) -> Iterator[CompiledField]:
    """A hub at a twentieth of the protocol's periods, which fires once."""
    made = CompiledField(tmp_path, ("alice",), market_seed=1, pattern="tests.actors.patterns:FirstBar")
    made.state("alice").mkdir()
    (made.state("alice") / "account").write_text("server=Paper-1 login=100 deposit=100000", encoding="utf-8")
    made.start_hub()
    yield made
    made.close()
    print("\n".join(f"{path.name}: {path.read_text()}" for path in sorted(tmp_path.glob("*.err"))))


def told(entries: list[Entry]) -> list[tuple[Status, str]]:
    """What the EA said of its one fire, in order."""
    events = [entry.fact.event for entry in entries if isinstance(entry.fact, Confirmed)]
    return [(event.status, event.message) for event in events]


def the_end(field: CompiledField) -> tuple[list[Entry], Command]:
    """Both books tell the same, and there was one fire; returns the journal and what became of it."""
    entries, ledger = finish(field)
    (intent,), (book,) = fires(entries), ledger.books.values()
    numbers_go_on(entries)
    return entries, book.commands[intent.id]


def came_to(field: CompiledField, *said: tuple[Status, str]) -> Command:
    """Wait until the EA has said so much of the fire; it says nothing else, and both books tell the same."""
    field.until(f"{said}", lambda: len(told(field.entries())) >= len(said))
    entries, command = the_end(field)
    assert told(entries) == list(said)
    return command


def opened(field: CompiledField) -> list[str]:
    """The broker's orders of ours, by fire."""
    return [deal.fire_id for deal in field.report("alice").opened]


def test_fault_26_partial_fill(field: CompiledField) -> None:
    field.start_with("symbol EURUSD filling=2", "fault part=0.5 action=1")
    field.until("a part is filled", lambda: bool(told(field.entries())))
    (holding,) = fold(field.entries()).books.popitem()[1].holdings.values()
    command = came_to(field, (Status.PARTIAL, ""))
    assert command.life is Life.PARTIAL
    assert holding.lot == pytest.approx(command.intent.lot / 2, abs=0.01)
    assert opened(field) == [command.intent.id]


@pytest.mark.parametrize("retcode", [REQUOTE, CHANGED])
def test_fault_27_tries_again_end_with_a_fill_under_the_same_id(field: CompiledField, retcode: int) -> None:
    field.start_with(f"fault retcode={retcode} count=3 action=1")
    command = came_to(field, FILLED)
    assert opened(field) == [command.intent.id]


def test_fault_27_requotes_end_with_the_expiry(field: CompiledField) -> None:
    field.start_with(f"fault retcode={REQUOTE} count=1000000 action=1")
    command = came_to(field, (Status.REJECTED, "the price moved (scripted)"))
    assert (command.life, opened(field)) == (Life.REJECTED, [])


def test_fault_28_timeout_and_a_fill_at_once(field: CompiledField) -> None:
    field.start_with(f"fault retcode={TIMEOUT} executed=1 action=1")
    command = came_to(field, IN_DOUBT, FILLED)
    assert opened(field) == [command.intent.id]


def test_fault_28_timeout_and_a_fill_after_it(field: CompiledField) -> None:
    field.start_with(f"fault retcode={TIMEOUT} late={SECOND} action=1")
    field.until("it is in doubt", lambda: bool(told(field.entries())))
    assert opened_risk(field) == 1
    command = came_to(field, IN_DOUBT, FILLED)
    assert opened(field) == [command.intent.id]


def opened_risk(field: CompiledField) -> int:
    """Positions and fires that count as open."""
    (book,) = fold(field.entries()).books.values()
    return book.open_count()


def test_fault_28_timeout_and_no_fill(field: CompiledField) -> None:
    field.start_with(f"fault retcode={TIMEOUT} action=1")
    command = came_to(field, IN_DOUBT, NOT_FOUND)
    assert (command.life, opened(field)) == (Life.REJECTED, [])


def test_fault_34_a_deal_after_not_found_overrides_it_and_the_operator_is_told(field: CompiledField) -> None:
    field.start_with(f"fault retcode={TIMEOUT} late={5 * SECOND} action=1")
    field.until("it is filled after all", lambda: told(field.entries())[-1:] == [FILLED])
    (conflict,) = field.hub.status().conflicts
    command = came_to(field, IN_DOUBT, NOT_FOUND, FILLED)
    assert conflict == f"alice: {command.intent.id} was rejected (not_found), and is filled after all"
    assert (command.life, opened(field)) == (Life.FILLED, [command.intent.id])


@pytest.mark.parametrize(
    ("retcode", "message"),
    [
        (CLOSED, "the market is closed"),
        (NO_MONEY, "not enough money"),
        (DISABLED, "trading is disabled"),
        (INVALID, f"retcode {INVALID}"),
        (REJECT, "the broker rejected it"),
    ],
)
def test_fault_29_a_refusal_is_typed_and_not_tried_again(field: CompiledField, retcode: int, message: str) -> None:
    field.start_with(f"fault retcode={retcode} action=1")
    field.until("it is refused", lambda: bool(told(field.entries())))
    field.hub.ask(SetTrading(user="", state=TradingState.ACTIVE, why="nothing else comes of it", who="test"))
    command = came_to(field, (Status.REJECTED, f"{message} (scripted)"))
    entries = [entry.fact.event for entry in field.entries() if isinstance(entry.fact, Confirmed)]
    assert [event.retcode for event in entries] == [retcode]
    assert (command.life, opened(field)) == (Life.REJECTED, [])
