"""Fault 39 with a real hub and a real EA: its ledger is gone, damaged or an older one; its account is what it was."""

import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bitten.demo.summary import duplicated, lost
from bitten.paper.ledger import FILE
from bitten.rules.facts import Closing, Entry, Greeted, Intent
from bitten.rules.ledger import Ledger
from bitten.units import Account, TradingState
from bitten.wire.desk import SetTrading
from tests.faults.kill import fires
from tests.storm.field import Field

pytestmark = pytest.mark.process


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    """A hub and Alice's EA at a twentieth of the protocol's periods, which trades all the time."""
    made = Field(tmp_path, ("alice",), market_seed=1)
    made.start_hub()
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


def trade(field: Field, state: TradingState) -> None:
    """The operator sets the trading state."""
    field.hub.ask(SetTrading(user="alice", state=state, why="a test", who="test"))


def trades(field: Field) -> None:
    """Three more fires are decided."""
    before = len(fires(field.entries()))
    field.until("alice is fired at", lambda: len(fires(field.entries())) >= before + 3)


def settled(field: Field) -> bool:
    """Every command has its outcome, and a position is open."""
    book = fold(field.entries()).book_of("alice")
    return book is not None and not book.unresolved and bool(book.holdings)


def closings(field: Field) -> int:
    """How many closing deals are in the journal."""
    return sum(isinstance(entry.fact, Closing) for entry in field.entries())


def held(field: Field) -> int:
    """How many positions are open."""
    book = fold(field.entries()).book_of("alice")
    return len(book.holdings) if book is not None else 0


def stop(field: Field) -> None:
    """The EA leaves when nothing is under way, with positions open."""
    trade(field, TradingState.HALTED)
    field.until("all is settled", lambda: settled(field))
    field.ea("alice").process.send_signal(signal.SIGTERM)
    assert field.ea("alice").end() == 0
    assert field.ea("alice").report().unacked == 0


def gone(ledger: Path, _older: Path) -> None:
    ledger.unlink()


def damaged(ledger: Path, _older: Path) -> None:
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[:4096] + bytes(4096) + whole[8192:])


def rolled_back(ledger: Path, older: Path) -> None:
    shutil.copy(older, ledger)


@pytest.mark.parametrize("what", [gone, damaged, rolled_back])
def test_fault_39_the_account_is_what_it_was_under_another_ledger(
    what: Callable[[Path, Path], None], field: Field, tmp_path: Path
) -> None:
    older = tmp_path / "older"
    trades(field)
    stop(field)
    shutil.copy(field.state("alice") / FILE, older)
    before = closings(field)
    field.start_ea("alice")
    trade(field, TradingState.ACTIVE)
    trades(field)
    field.until("more was closed than can be while it is away", lambda: closings(field) - before > held(field))
    stop(field)
    what(field.state("alice") / FILE, older)

    field.start_ea("alice")
    trade(field, TradingState.ACTIVE)
    trades(field)
    stop(field)
    field.hub.process.send_signal(signal.SIGTERM)
    assert field.hub.end() == 0
    entries, report = field.entries(), field.ea("alice").report()
    ledger = fold(entries)
    book = ledger.books[Account(report.server, report.login)]
    assert (lost(ledger, report), duplicated(report)) == (0, 0)
    assert len({entry.fact.ea for entry in entries if isinstance(entry.fact, Greeted)}) == 2
    assert set(Counter(entry.fact.id for entry in entries if isinstance(entry.fact, Intent)).values()) == {1}
    assert book.deals == {deal.deal for deal in report.closed}
    assert book.holdings.keys() == {position.ticket for position in report.positions}
