"""Faults 7 and 8 on the compiled EA: another ledger, another chart, another terminal for a session that lives."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitten.rules.acceptor import LOST_FOR_MS
from bitten.rules.facts import Greeted, SecurityEvent, SessionChanged
from bitten.rules.session import SessionSettings
from tests.faults.compiled import CompiledField, logged, needs_compiler
from tests.faults.trading import back, finish, numbers_go_on, state, trades
from tests.integration.processes import Running
from tests.storm.field import TELEMETRY_MS

pytestmark = [pytest.mark.process, needs_compiler]


@pytest.fixture
def field(tmp_path: Path) -> Iterator[CompiledField]:
    """A hub at a twentieth of the protocol's periods, and Alice's EA, which trades all the time."""
    made = CompiledField(tmp_path, ("alice",), market_seed=1)
    made.start_hub()
    made.start_ea("alice")
    trades(made)
    yield made
    made.close()
    print("\n".join(f"{path.name}: {path.read_text()}" for path in sorted(tmp_path.glob("*.err"))))


def rival(field: CompiledField, *lines: str) -> Running:
    """Another terminal that is logged in to Alice's account: the broker is the same, the files are not."""
    shutil.copytree(field.state("alice"), field.state("rival"), ignore=shutil.ignore_patterns("Common", "Files"))
    return field.run("alice", "rival", *lines)


def leave(field: CompiledField, ea: Running) -> None:
    """The rival is closed: nothing has changed for the first."""
    ea.process.send_signal(signal.SIGTERM)
    assert ea.end() == 0
    assert state(field) == ("live", 1)
    trades(field)
    numbers_go_on(finish(field)[0])


def test_fault_07_another_ledger_for_a_live_session(field: CompiledField) -> None:
    second = rival(field)
    field.until("it is refused", lambda: logged(second, "the hub said bye: already_connected"))
    leave(field, second)
    events = [entry.fact.what for entry in field.entries() if isinstance(entry.fact, SecurityEvent)]
    assert set(events) == {"already_connected"}
    assert field.hub.said("alice: already_connected: ")


def test_fault_07_two_charts_on_one_account(field: CompiledField) -> None:
    second = rival(field, f"common {field.state('alice') / 'Common'}")
    field.until("it finds the ledger in use", lambda: logged(second, "cannot be opened"))
    leave(field, second)
    assert not logged(second, "connected to")
    # Whoever was greeted, once or, on a busy machine, again, was the first one.
    greeted = [entry.fact for entry in field.entries() if isinstance(entry.fact, Greeted)]
    assert len({(fact.ea, fact.boot) for fact in greeted}) == 1


def test_fault_08_another_ledger_waits_until_the_old_one_is_lost_for_long(field: CompiledField) -> None:
    field.kill("alice")
    rival(field)
    field.until("it is let in", lambda: back(field))
    entries = field.entries()
    first, other = [entry for entry in entries if isinstance(entry.fact, Greeted)]
    assert isinstance(first.fact, Greeted)
    assert isinstance(other.fact, Greeted)
    assert first.fact.ea != other.fact.ea
    (lost,) = [entry for entry in entries if isinstance(entry.fact, SessionChanged) and entry.fact.state == "lost"]
    assert other.time - lost.time >= SessionSettings(telemetry_ms=TELEMETRY_MS).scaled(LOST_FOR_MS)
    trades(field)
