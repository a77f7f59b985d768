"""What an operator asks at night, against a running hub: how it is, whether an EA answers, what the log says."""

import json
import signal

import pytest

from tests.integration.processes import Bench, until
from tests.test_cli import Bitten
from tests.test_cli import bitten as bitten

pytestmark = pytest.mark.process


def test_the_doctor_a_ping_and_the_log(bench: Bench, bitten: Bitten) -> None:
    config = bench.configure()
    hub = bench.hub(config)
    following = bench.start("logs", "-f", "--json", "--user", "alice", "--config", str(config))
    ea = bench.paper("alice", hub.ports, "--press", "none")
    until(lambda: hub.live("alice"))

    answered = bitten("ping", "alice", "--count", "1", "--json", "--config", str(config))
    found = json.loads(answered.out)
    assert (answered.code, found["answered"], found["session"]) == (0, 1, "live")
    assert found["round_trips_ms"][0] >= 0
    absent = bitten("ping", "bob", "--config", str(config))
    assert (absent.code, absent.out) == (1, "")
    assert "user 'bob' has no session" in absent.err
    assert absent.err.endswith("live: alice\n")

    findings = json.loads(bitten("doctor", "--json", "--config", str(config)).out)
    seen = {(each["group"], each["about"]): each for each in findings}
    assert seen["hub", "hub"]["severity"] == "ok"
    assert seen["clock", "hub clock"]["severity"] == "ok"
    assert seen["terminals", "alice"]["seen"].startswith("live, build 5200")
    assert {each["severity"] for each in findings if each["group"] == "stages"} <= {"ok", "warning"}

    shown = bitten("logs", "--user", "alice", "--config", str(config))
    assert "alice live: session 1" in shown.out
    until(lambda: "alice live: session 1" in following.out.read_text(encoding="utf-8"))
    assert (ea.stop(), hub.stop()) == (0, 0)
    until(lambda: following.said("waiting for it"))
    following.process.send_signal(signal.SIGINT)
    assert following.end() == 0
    last = bitten("logs", "--lines", "1", "--config", str(config))
    assert (last.code, last.out.split()[2:]) == (0, ["INFO", "stopped"])
