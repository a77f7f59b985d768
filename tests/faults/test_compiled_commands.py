"""Faults 13 and 14 on the compiled EA: a command that comes twice, and one of another session or account."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bitten.wire.commands import Close, Query
from bitten.wire.events import Closed, Confirmation, Event
from bitten.wire.market import Tick
from bitten.wire.session import Bye, ByeReason, Hello, Live
from tests.faults.compiled import Hosted, hosted, logged, needs_compiler
from tests.integration.processes import until
from tests.paper.scripted_hub import ScriptedHub
from tests.paper.wire_samples import SESSION, fire, welcome

pytestmark = [pytest.mark.process, needs_compiler]

QUOTE = "tick EURUSD bid=1.1 ask=1.1002"
RESTARTED = "S-2"
"""The session after the hub's restart."""


@pytest.fixture
def hub() -> Iterator[ScriptedHub]:
    """A hub whose words the test chooses."""
    scripted = ScriptedHub()
    yield scripted
    scripted.close()


@pytest.fixture
def ea(hub: ScriptedHub, tmp_path: Path) -> Iterator[Hosted]:
    """A live EA on account 1, with a quote to fill at."""
    account = "account server=Paper-1 login=1"
    with hosted(tmp_path, (hub.command_port, hub.feedback_port), account) as terminal:
        hub.go_live(telemetry_ms=500)
        terminal.say(QUOTE)
        hub.expect(Tick)
        yield terminal


def welcomed(hub: ScriptedHub, session: str) -> Hello:
    """The next EA that says hello is live in another session."""
    hello = hub.expect(Hello)
    hub.send(welcome(session=session, time=hello.time, echo=hello.time, telemetry_ms=500))
    hub.send(Live(session=session))
    return hello


def close(ticket: int) -> Close:
    """All of a position of 0.1 lots, under one id."""
    return Close(session=SESSION, id="C1", expires=2**50, ticket=ticket, lot=0.0, if_lot=0.1)


def test_fault_13_command_delivered_twice(hub: ScriptedHub, ea: Hosted) -> None:
    hub.send(fire())
    hub.send(fire())
    told = [hub.expect(Confirmation), hub.expect(Confirmation)]
    while told[-1].status != "filled" or not told[-1].again:
        hub.send(fire())
        told.append(hub.expect(Confirmation))
    first = next(each for each in told if each.status == "filled")
    assert (told[-1].ticket, told[-1].deal, told[-1].price) == (first.ticket, first.deal, first.price)
    assert [each.n for each in told] == list(range(1, len(told) + 1))
    hub.send(close(first.ticket))
    hub.send(close(first.ticket))
    events = [hub.expect(Event), hub.expect(Event), hub.expect(Event)]
    report = ea.finish()
    done = [(each.id, each.status.value, each.again) for each in events if isinstance(each, Confirmation)]
    assert done == [("C1", "done", False), ("C1", "done", True)]
    assert [each.ticket for each in events if isinstance(each, Closed)] == [first.ticket]
    assert [deal.fire_id for deal in report.opened] == ["F1"]
    assert [deal.fire_id for deal in report.closed] == ["F1"]


def test_fault_14_command_of_a_dead_session_arrives_after_a_hub_restart(hub: ScriptedHub, ea: Hosted) -> None:
    hub.send(Bye(session=SESSION, reason=ByeReason.SHUTDOWN, message=""))
    welcomed(hub, RESTARTED)
    hub.send(fire(id="late"))
    hub.send(close(1))
    for id_ in ("late", "C1"):
        hub.send(Query(session=RESTARTED, id=id_))
    answers = [hub.expect(Confirmation), hub.expect(Confirmation)]
    hub.send(fire(session=RESTARTED, id="new", magic=2))
    filled = hub.expect(Confirmation)
    report = ea.finish()
    assert [(each.id, each.status.value) for each in answers] == [("late", "never_seen"), ("C1", "never_seen")]
    assert (filled.id, filled.status) == ("new", "filled")
    assert [deal.fire_id for deal in report.opened] == ["new"]
    assert report.foreign == 2


def test_fault_14_the_account_is_switched_in_the_terminal_meanwhile(hub: ScriptedHub, ea: Hosted) -> None:
    first = hub.heard[0]
    ea.say("account server=Paper-1 login=2")
    other = hub.expect(Hello)
    hub.send(fire(id="late"))  # To this terminal, which it reaches on another account.
    hub.send(Bye(reason=ByeReason.WRONG_ACCOUNT, message=""))
    until(lambda: logged(ea, "refused by the hub (wrong_account"))
    ea.say("account server=Paper-1 login=1")
    again = welcomed(hub, RESTARTED)
    hub.send(Query(session=RESTARTED, id="late"))
    answer = hub.expect(Confirmation)
    report = ea.finish()
    assert isinstance(first, Hello)
    assert (other.account.login, other.ea != first.ea) == (2, True)
    assert (again.account.login, again.ea) == (1, first.ea)
    assert (answer.id, answer.status) == ("late", "never_seen")
    assert (report.login, report.opened) == (1, ())
