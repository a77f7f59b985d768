"""The operator's commands against a running hub."""

import attrs
import pytest

from bitten.rules.facts import Denial, TradingSet
from bitten.units import TradingState
from bitten.wire.desk import HubStatus, SetTrading
from tests.integration.processes import Bench, command, one_object, until

pytestmark = pytest.mark.process


def test_status_is_one_object_with_the_documented_keys(bench: Bench) -> None:
    config = bench.configure()
    hub = bench.hub(config)
    bench.paper("alice", hub.ports)
    until(lambda: hub.live("alice") and hub.count("ticks"))
    asked = command("status", "--json", "--config", str(config))
    assert (asked.returncode, asked.stderr) == (0, "")
    status = one_object(asked.stdout)
    assert list(status) == [field.name for field in attrs.fields(HubStatus)]
    assert (status["pid"], status["active_users"], status["trading"]) == (hub.process.pid, 1, "active")
    shown = command("status", "--config", str(config))
    assert shown.returncode == 0
    assert "alice" in shown.stdout
    assert f"pid {hub.process.pid}" in shown.stdout


def test_a_user_that_nobody_configured(bench: Bench) -> None:
    config = bench.configure()
    hub = bench.hub(config)
    asked = command("halt", "--user", "nobody", "--why", "who is that", "--config", str(config))
    assert (asked.returncode, asked.stdout) == (2, "")
    assert asked.stderr == "bitten: user 'nobody' is not configured; known are alice, bob\n"
    assert hub.status().trading is TradingState.ACTIVE


def test_a_halt_outlives_a_killed_hub_and_denies_fires_until_it_is_taken_back(bench: Bench) -> None:
    config = bench.configure()
    killed = bench.hub(config)
    halted = command("halt", "--why", "news at noon", "--json", "--config", str(config))
    assert halted.returncode == 0
    answer = one_object(halted.stdout)
    assert (answer["scope"], answer["before"], answer["after"], answer["told"]) == ("hub", "active", "halted", [])
    killed.process.kill()
    killed.end()

    hub = bench.hub(config)
    assert (hub.status().trading, hub.status().trading_why) == (TradingState.HALTED, "news at noon")
    ea = bench.paper("alice", hub.ports)
    until(lambda: hub.said("alice denied: halted"))
    assert hub.count("fires") == 0
    hub.ask(SetTrading(user="", state=TradingState.ACTIVE, why="news is over", who="test"))
    until(lambda: hub.count("confirmations"))
    assert ea.stop() == 0
    assert hub.stop() == 0

    facts = [entry.fact for entry in bench.read()[0]]
    assert [fact.state for fact in facts if isinstance(fact, TradingSet)] == ["halted", "active"]
    denied = [fact for fact in facts if isinstance(fact, Denial)]
    assert {fact.code for fact in denied} == {"halted"}
    assert "news at noon" in denied[0].message
    assert ea.report().denied["halted"] == len(denied)


def test_a_users_own_halt_leaves_the_other_trading(bench: Bench) -> None:
    config = bench.configure()
    hub = bench.hub(config)
    halted = command("halt", "--user", "bob", "--why", "on holiday", "--config", str(config))
    assert (halted.returncode, halted.stderr) == (0, "")
    assert halted.stdout == "user bob: active -> halted; no EA is connected to be told\n"
    for user in ("alice", "bob"):
        bench.paper(user, hub.ports)
    until(lambda: hub.live("alice") and hub.live("bob"))
    until(lambda: hub.said("alice filled") and hub.said("bob denied: halted"))
    assert not hub.said("bob fired")
    assert hub.status().trading is TradingState.ACTIVE
    bob = hub.session("bob")
    assert bob is not None
    assert bob.trading is TradingState.HALTED
