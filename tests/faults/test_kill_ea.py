"""Fault 34: EA and terminal are killed around `OrderSend`. A command is never run again, and is told once."""

import re
import signal
from pathlib import Path

import pytest

from bitten import failpoints
from bitten.paper.broker import Broker
from bitten.paper.broker_values import OrderRequest
from bitten.paper.ledger import Ledger as Memory
from bitten.paper.ledger_values import Stage
from bitten.paper.market import MarketTick, default_spec
from bitten.rules.facts import Confirmed, Entry
from bitten.rules.fire import Life
from bitten.units import Account
from bitten.wire.commands import Fire
from bitten.wire.events import Status
from tests.faults.kill import PACE_MS, agree, doomed_ea, fires
from tests.integration.conftest import bench as bench
from tests.integration.processes import Bench, Hub, until

FIRED = re.compile(r"alice fired: .*\((F\w+)\)")

pytestmark = pytest.mark.process


def first_told(entries: list[Entry], id_: str) -> list[tuple[Status, str]]:
    """What the EA said of a command of its own accord, in order: not the answers to questions."""
    told = [entry.fact.event for entry in entries if isinstance(entry.fact, Confirmed) and entry.fact.event.id == id_]
    return [(event.status, event.message) for event in told if not event.again]


def killed_at(bench: Bench, hub: Hub, place: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let Alice's EA die at `place`, over her first fire."""
    state = str(bench.folder / "alice")
    killed = doomed_ea(bench, hub.ports, state, place, monkeypatch)
    assert killed.end() == -signal.SIGKILL
    return state


def carry_out(state: str) -> None:
    """The broker carries out the order that the terminal had sent: of which this one's ledger knows but the entry."""
    memory = Memory.open(Path(state))
    (entry,) = memory.in_stage(Stage.STARTED)
    fire = entry.request
    assert isinstance(fire, Fire)
    book, anchor = memory.kept("book"), memory.kept("anchor")
    assert isinstance(anchor, dict)
    broker = Broker.from_state(book, {"EURUSD": default_spec("EURUSD", fire.entry)})
    broker.tick(MarketTick("EURUSD", fire.entry, fire.entry, anchor["market"]))
    result = broker.open(
        OrderRequest(
            symbol=fire.symbol,
            direction=fire.direction,
            kind="market",
            lot=fire.lot,
            entry=fire.entry,
            sl=fire.sl,
            tp=fire.tp,
            deviation=fire.deviation,
            magic=fire.magic,
            comment="rewritten by the broker",
        )
    )
    assert result.accepted, result
    memory.keep("book", broker.to_state())
    memory.close()


@pytest.mark.parametrize(
    ("place", "sent", "life", "message"),
    [
        pytest.param(failpoints.COMMAND_TAKEN, False, Life.NEVER_SEEN, "", id="34-before-the-entry"),
        pytest.param(failpoints.ENTRY_DURABLE, False, Life.REJECTED, "not_found", id="34-after-the-entry"),
        pytest.param(failpoints.ENTRY_DURABLE, True, Life.FILLED, "", id="34-after-the-order-was-sent"),
        pytest.param(failpoints.BROKER_ASKED, False, Life.REJECTED, "not_found", id="34-order-not-received"),
        pytest.param(failpoints.BROKER_ASKED, True, Life.FILLED, "", id="34-answer-not-stored"),
        pytest.param(failpoints.ANSWER_STORED, False, Life.FILLED, "", id="34-confirmation-not-sent"),
    ],
)
def test_fault_34_an_ea_killed_around_its_order(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, place: str, sent: bool, life: Life, message: str
) -> None:
    hub = bench.hub(bench.configure(telemetry_ms=PACE_MS, shots_a_day=1))
    state = killed_at(bench, hub, place, monkeypatch)
    if sent:
        carry_out(state)
    (id_,) = until(lambda: FIRED.findall("\n".join(hub.lines)))
    alice = bench.paper("alice", hub.ports, "--state", state)
    until(lambda: hub.said(f"alice {life}: {id_}"))
    assert alice.stop() == 0
    assert hub.stop() == 0

    entries, ledger = bench.read()
    report = alice.report()
    agree(entries, ledger, report)
    book = ledger.books[Account(report.server, report.login)]
    assert fires(entries)[0].id == id_
    assert (book.commands[id_].life, book.commands[id_].message) == (life, message)
    assert sum(deal.fire_id == id_ for deal in report.opened) == (life is Life.FILLED)
    assert first_told(entries, id_) == ([] if life is Life.NEVER_SEEN else [(Status(life), message)])
