"""Faults 13 and 14 at the EA's end of the wire: a command that comes twice, and one of a session that is no more."""

from collections.abc import Iterator

import pytest

from bitten.wire.account import Telemetry
from bitten.wire.commands import Close, Query
from bitten.wire.events import Closed, Confirmation
from bitten.wire.session import Bye, ByeReason, Hello, Live, Ping
from tests.paper.ea_bench import MARKET
from tests.paper.scripted_hub import ScriptedHub
from tests.paper.test_terminal import feed, options, running
from tests.paper.wire_samples import SESSION, fire, welcome

RESTARTED = "S-2"
"""The session after the hub's restart."""


@pytest.fixture
def hub() -> Iterator[ScriptedHub]:
    """A hub whose words the test chooses."""
    scripted = ScriptedHub()
    yield scripted
    scripted.close()


def has_quotes(hub: ScriptedHub) -> None:
    """Wait until the broker has a price to fill at."""
    while hub.expect(Telemetry).time <= MARKET:
        pass


def test_fault_13_command_delivered_twice(hub: ScriptedHub) -> None:
    with running(options(hub, feed((0, 1.1)))) as terminal:
        hub.go_live(telemetry_ms=500)
        has_quotes(hub)
        hub.send(fire())
        hub.send(fire())
        told = [hub.expect(Confirmation), hub.expect(Confirmation)]
        while told[-1].status != "filled" or not told[-1].again:
            hub.send(fire())
            told.append(hub.expect(Confirmation))
        first = next(each for each in told if each.status == "filled")
        assert (told[-1].ticket, told[-1].deal, told[-1].price) == (first.ticket, first.deal, first.price)
        assert [each.n for each in told] == list(range(1, len(told) + 1))
        close = Close(session=SESSION, id="C1", expires=2**50, ticket=first.ticket, lot=0.0, if_lot=0.1)
        hub.send(close)
        hub.send(close)
        assert hub.expect(Closed).ticket == first.ticket
        done = [hub.expect(Confirmation), hub.expect(Confirmation)]
        report = terminal.stop()
    assert [(each.id, each.status.value, each.again) for each in done] == [("C1", "done", False), ("C1", "done", True)]
    assert [deal.fire_id for deal in report.opened] == ["F1"]
    assert [deal.fire_id for deal in report.closed] == ["F1"]


def test_fault_14_command_of_a_dead_session_arrives_after_a_hub_restart(hub: ScriptedHub) -> None:
    with running(options(hub, feed((0, 1.1)))) as terminal:
        hub.go_live(telemetry_ms=500)
        has_quotes(hub)
        before = len(hub.heard)
        hub.send(Bye(session=SESSION, reason=ByeReason.SHUTDOWN, message=""))
        hello = hub.expect(Hello)
        # A ping that was on its way when the session ended is answered; the EA may hear that before it hangs up.
        pings = sum(isinstance(said, Ping) for said in hub.heard[before:])
        hub.send(welcome(session=RESTARTED, time=hello.time, echo=hello.time, telemetry_ms=500))
        hub.send(Live(session=RESTARTED))
        hub.send(fire(id="late"))
        hub.send(Close(session=SESSION, id="C-late", expires=2**50, ticket=1, lot=0.0, if_lot=0.1))
        for id_ in ("late", "C-late"):
            hub.send(Query(session=RESTARTED, id=id_))
        answers = [hub.expect(Confirmation), hub.expect(Confirmation)]
        hub.send(fire(session=RESTARTED, id="new", magic=2))
        filled = hub.expect(Confirmation)
        report = terminal.stop()
    assert [(each.id, each.status.value) for each in answers] == [("late", "never_seen"), ("C-late", "never_seen")]
    assert (filled.id, filled.status) == ("new", "filled")
    assert [deal.fire_id for deal in report.opened] == ["new"]
    assert 2 <= report.foreign <= 2 + pings
