"""Fault 3 with a real hub: power lost while it trades. `power` keeps its promise, and without it nothing is doubled."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bitten.journal import Durability
from bitten.paper.ledger import Ledger as Memory
from bitten.units import TradingState
from bitten.wire.desk import SetTrading
from tests.faults.kill import fires
from tests.storm.checker import BrokerBook, Kind, check
from tests.storm.field import Field
from tests.storm.run import unresolved
from tests.storm.unsynced import lose_power

pytestmark = pytest.mark.process

DEPOSIT = 10_000.0


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    """Where Alice's EA trades all the time."""
    made = Field(tmp_path, ("alice",), market_seed=1)
    yield made
    made.close()
    print("\n".join(f"{path.name}: {path.read_text()}" for path in sorted(tmp_path.glob("*.err"))))


def trades(field: Field) -> None:
    """More fires are decided, and some under way."""
    before = len(fires(field.entries()))
    field.until("alice is fired at", lambda: len(fires(field.entries())) >= before + 5)


def stop(field: Field) -> None:
    """Nothing is under way, and all leave."""
    field.hub.ask(SetTrading(user="", state=TradingState.HALTED, why="calm", who="test"))
    field.until("every command has its outcome", lambda: not unresolved(field.entries()))
    for running in (field.ea("alice"), field.hub):
        running.process.terminate()
        assert running.end() == 0


def counts(field: Field) -> Counter[Kind]:
    """What the storm's checker has found."""
    memory = Memory.open(field.state("alice"))
    book = BrokerBook(report=field.ea("alice").report(), next_event=memory.next_event, deposit=DEPOSIT)
    memory.close()
    return Counter(each.kind for each in check(field.entries(), [book]))


@pytest.mark.parametrize("durability", Durability)
def test_fault_03_power_is_lost_while_it_trades(field: Field, durability: Durability) -> None:
    field.start_hub(module=("tests.storm.unsynced",), durability=durability)
    field.start_ea("alice")
    trades(field)
    before = field.entries()
    field.hub.process.kill()
    field.hub.end()
    lose_power(field.journal, 0.0, Random(1))

    field.start_hub()
    after = field.entries()
    field.until("alice is back", field.all_live)
    trades(field)
    stop(field)
    found = counts(field)
    if durability is Durability.POWER:
        assert after[: len(before)] == before
        assert found == {}
    else:
        # What was lost is the price of the weaker promise, else the stronger were not worth its own.
        assert len(after) < len(before)
        assert found[Kind.WITHOUT_INTENT] > 0
        assert found[Kind.DUPLICATED] == 0
