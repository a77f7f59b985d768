"""Ports and firewalls, judged."""

import pytest

from bitten.doctor.finding import Severity
from bitten.doctor.network import Bound, FirewallSeen, PortSeen, judge_firewall, judge_port

FREE = PortSeen("command_port", "127.0.0.1", 5555)
CHOSEN = PortSeen("command_port", "127.0.0.1", 0)
STRANGER = PortSeen("command_port", "127.0.0.1", 5555, "Address already in use", "process 7 (python3)", 7)
UNSEEN = PortSeen("command_port", "127.0.0.1", 5555, "Address already in use")
ELSEWHERE = PortSeen("command_port", "10.9.9.9", 5555, "Cannot assign requested address")
ROOTS = PortSeen("command_port", "127.0.0.1", 80, "Permission denied")


@pytest.mark.parametrize(
    ("seen", "hub", "severity", "said", "remedy"),
    [
        (FREE, None, Severity.OK, "free at 127.0.0.1", ""),
        (STRANGER, Bound(7, 5555), Severity.OK, "held by our hub, process 7", ""),
        (STRANGER, Bound(7, None), Severity.OK, "held by our hub, process 7", ""),
        (STRANGER, Bound(8, None), Severity.ERROR, "held by process 7 (python3), which is not the hub", "stop it, or"),
        (STRANGER, None, Severity.ERROR, "held by process 7 (python3), which is not the hub", "[sockets] command_port"),
        (UNSEEN, None, Severity.ERROR, "127.0.0.1: Address already in use", "`ss -ltnp`"),
        (ELSEWHERE, None, Severity.ERROR, "10.9.9.9: Cannot assign", "an address of this machine"),
        (ROOTS, None, Severity.ERROR, "Permission denied", "from 1024 on"),
        (FREE, Bound(7, 6000), Severity.WARNING, "our hub, process 7, has 6000 instead", "restart the hub"),
        (CHOSEN, None, Severity.WARNING, "the system chooses one", "an EA must know it"),
        (CHOSEN, Bound(7, 40_001), Severity.WARNING, "our hub, has 40001", "an EA must know it"),
        (FREE, Bound(7, None), Severity.OK, "free at 127.0.0.1", ""),
    ],
)
def test_a_port(seen: PortSeen, hub: Bound | None, severity: Severity, said: str, remedy: str) -> None:
    found = judge_port(seen, hub)
    assert (found.severity, said in found.seen, remedy in found.remedy) == (severity, True, True), found
    assert bool(found.remedy) is (severity is not Severity.OK)


@pytest.mark.parametrize(
    ("active", "ports", "loopback", "severity", "said", "remedy"),
    [
        (("ufw",), (5555, 5556), True, Severity.OK, "reached from this machine alone", ""),
        ((), (5555, 5556), False, Severity.OK, "the provider's own must let TCP 5555 and 5556 in", ""),
        (("ufw",), (5555, 5556), False, Severity.WARNING, "ufw is on", "`ufw allow 5555:5556/tcp`"),
        (("ufw",), (7000, 5556), False, Severity.WARNING, "TCP 5556 and 7000", "`ufw allow 5556,7000/tcp`"),
        (("firewalld",), (5555, 5556), False, Severity.WARNING, "firewalld is on", "--add-port=5555-5556/tcp &&"),
        (("firewalld",), (5555, 7000), False, Severity.WARNING, "", "--add-port={5555,7000}/tcp"),
    ],
)
def test_a_firewall(
    active: tuple[str, ...], ports: tuple[int, int], loopback: bool, severity: Severity, said: str, remedy: str
) -> None:
    found = judge_firewall(FirewallSeen(active), "0.0.0.0", ports, loopback=loopback)
    assert (found.severity, said in found.seen, remedy in found.remedy) == (severity, True, True), found
