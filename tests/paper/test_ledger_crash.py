"""Whenever the process dies, what is on disk is true: book, outcomes and events agree, and no id runs again."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from bitten.paper.broker_values import Retcode
from bitten.wire.commands import Cancel, Close, Modify, Query
from bitten.wire.events import Closed, Confirmation, Status
from tests.paper.ea_bench import Bench
from tests.paper.wire_samples import SESSION, fire

FOR_EVER = 2**50
COMMANDS = (
    fire(id="F1", magic=1),
    fire(id="F1", magic=1),
    fire(id="F2", magic=2, kind="limit", entry=1.095, sl=1.08),
    fire(id="F3", magic=3, kind="stop", entry=1.105, sl=1.08),
    fire(id="F4", magic=4, lot=0.015),
    fire(id="F5", magic=5),
    Query(session=SESSION, id="F6"),
    Close(session=SESSION, id="C1", expires=FOR_EVER, ticket=1, lot=0.04, if_lot=0.1),
    Modify(session=SESSION, id="M1", expires=FOR_EVER, ticket=1, tp=0),
    Cancel(session=SESSION, id="X1", expires=FOR_EVER, ticket=3),
)


@pytest.fixture
def copies(tmp_path: Path) -> Iterator[list[Path]]:
    """A copy of the files at each commit, before it: a death there leaves what the last one wrote."""
    taken: list[Path] = []

    def copy() -> bool:
        to = tmp_path / f"copy{len(taken)}"
        shutil.copytree(tmp_path / "state", to)
        taken.append(to)
        return False

    def watch(database: apsw.Connection) -> None:
        if Path(database.filename).parent == tmp_path / "state":
            database.set_commit_hook(copy)

    apsw.connection_hooks.append(watch)
    yield taken
    apsw.connection_hooks.remove(watch)


def live_through_everything(state: Path) -> None:
    """Fills, a pending order that fills and one that is cancelled, an ambiguous answer, a part, a stop."""
    bench = Bench(state)
    bench.tick()
    bench.go_live()
    for command in COMMANDS:
        if command.id == "F5":
            bench.dealer.answers = [Retcode.TIMEOUT]
        bench.hear(command)
        bench.tick()
    bench.tick(bid=1.0948, ask=1.095)
    bench.tick(bid=1.08, ask=1.0802)
    bench.wait()
    bench.close()


def test_between_all_commits_the_ledger_is_true(tmp_path: Path, copies: list[Path]) -> None:
    live_through_everything(tmp_path / "state")
    assert len(copies) > 20
    for copy in copies:
        bench = Bench(copy)
        _check_agreement(bench)
        _check_nothing_runs_again(bench)
        bench.close()


def _check_agreement(bench: Bench) -> None:
    events = bench.ledger.events(1, 1000)
    assert [event.n for event in events] == list(range(1, bench.ledger.next_event))
    deals = bench.broker.deals_since(0)
    fills = {event.deal for event in events if isinstance(event, Confirmation) and event.status is Status.FILLED}
    assert fills == {deal.deal for deal in deals if deal.entry == "in"}
    assert [event.deal for event in events if isinstance(event, Closed)] == [
        deal.deal for deal in deals if deal.entry == "out"
    ]
    standing = {order.magic for order in bench.broker.orders()}
    assert all(bench.ledger.fire_of(magic) for magic in standing)


def _check_nothing_runs_again(bench: Bench) -> None:
    known = {command.id for command in COMMANDS if bench.ledger.entry(command.id)}
    deals = bench.broker.deals_since(0)
    bench.tick(after=1)
    bench.go_live()
    for command in COMMANDS:
        if command.id in known:
            bench.hear(command)
    assert bench.dealer.asked == 0
    new = bench.broker.deals_since(0)[len(deals) :]
    assert all(deal.reason in ("sl", "tp") or deal.magic in (2, 3) for deal in new)
