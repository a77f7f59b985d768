"""A field in which Alice's EA trades all the time: waiting for what it does, and judging its journal."""

import signal

from bitten.rules.facts import Confirmed, Entry, EventFact, Garbled, Greeted, Intent, SessionChanged
from bitten.rules.ledger import Ledger
from bitten.units import TradingState
from bitten.wire.desk import SetTrading
from tests.faults.kill import agree
from tests.storm.field import Field


def fold(entries: list[Entry]) -> Ledger:
    """The state that a journal tells."""
    ledger = Ledger()
    for entry in entries:
        ledger.apply(entry)
    return ledger


def unresolved(field: Field) -> set[str]:
    """Alice's commands without an outcome, now."""
    book = fold(field.entries()).book_of("alice")
    assert book is not None
    return set(book.unresolved)


def filled(field: Field) -> int:
    """How many of her fires were filled by now."""
    found = [entry.fact.event for entry in field.entries() if isinstance(entry.fact, Confirmed)]
    return sum(event.status == "filled" for event in found)


def trades(field: Field) -> None:
    """Wait until two more of her fires are filled."""
    before = filled(field)
    field.until("alice trades", lambda: filled(field) >= before + 2)


def state(field: Field) -> tuple[str, int]:
    """Of her session: how it is, and its epoch."""
    session = field.hub.session("alice")
    return ("none", 0) if session is None else (session.state, session.epoch)


def back(field: Field) -> bool:
    """A session after the first is live."""
    now, epoch = state(field)
    return now == "live" and epoch >= 2


def finish(field: Field) -> tuple[list[Entry], Ledger]:
    """No more fires; when every outcome is known EA and hub end, and both books tell the same."""
    field.hub.ask(SetTrading(user="", state=TradingState.HALTED, why="the end", who="test"))
    field.until("every outcome is known", lambda: not unresolved(field))
    for each in (field.ea("alice"), field.hub):
        each.process.send_signal(signal.SIGTERM)
        assert each.end() == 0
    entries = field.entries()
    ledger = fold(entries)
    agree(entries, ledger, field.report("alice"))
    return entries, ledger


def orders(field: Field, id_: str) -> int:
    """How many orders the broker opened for a fire."""
    return sum(deal.fire_id == id_ for deal in field.report("alice").opened)


def numbers_go_on(entries: list[Entry]) -> None:
    """The journal holds every event of the one EA, each once, in the order of their numbers."""
    told = [entry.fact for entry in entries if isinstance(entry.fact, EventFact)]
    assert len({fact.ea for fact in told}) == 1
    numbers = [fact.n if isinstance(fact, Garbled) else fact.event.n for fact in told]
    assert numbers == list(range(1, len(numbers) + 1))


def reconciled_before_each_fire(entries: list[Entry]) -> None:
    """A fire was decided only while the newest session was live."""
    live = False
    # By time, not by number: an intent is written at once, and overtakes a change of state that waits for its group.
    for fact in (entry.fact for entry in sorted(entries, key=lambda entry: entry.time)):
        if isinstance(fact, Greeted):
            live = False
        elif isinstance(fact, SessionChanged):
            live = fact.state == "live"
        elif isinstance(fact, Intent) and fact.action == "fire":
            assert live, fact.id
