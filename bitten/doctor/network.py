"""Judges of the two ports and of what may stand before them."""

import attrs

from bitten.doctor.finding import Finding, Group, error, ok, warning

LOWEST_FREE = 1_024
"""Below it a port is root's (ip(7))."""


@attrs.frozen
class PortSeen:
    """One of the two ports, tried and looked up."""

    key: str
    """In [sockets]: "command_port" or "feedback_port"."""
    host: str
    port: int
    """0: the system chooses."""
    trouble: str = ""
    """Why it cannot be bound now; "": it can, or the hub has it."""
    holder: str = ""
    """The program that listens there, as "process 801 (python3)"; "": not known."""
    holder_pid: int | None = None


@attrs.frozen
class Bound:
    """What is known of the hub at the configured desk."""

    pid: int
    port: int | None
    """That it says it has bound for this key; None: it does not answer."""


def judge_port(seen: PortSeen, hub: Bound | None) -> Finding:
    """Free, or held by the hub that is asked for."""
    about = f"{seen.key} {seen.port}"
    if hub is not None and (hub.port == seen.port or (hub.port is None and hub.pid == seen.holder_pid)):
        return ok(Group.NETWORK, about, f"held by our hub, process {hub.pid}")
    if hub is not None and hub.port is not None:
        if seen.port == 0:
            return _unfixed(seen, f"process {hub.pid}, our hub, has {hub.port}; after the next start it is another")
        return warning(
            Group.NETWORK,
            about,
            f"our hub, process {hub.pid}, has {hub.port} instead",
            "restart the hub: ports are taken at its start alone",
        )
    if seen.port == 0:
        return _unfixed(seen, "the system chooses one at each start")
    if not seen.trouble:
        return ok(Group.NETWORK, about, f"free at {seen.host}")
    if seen.holder:
        return error(
            Group.NETWORK,
            about,
            f"held by {seen.holder}, which is not the hub at the configured desk",
            f"stop it, or choose another [sockets] {seen.key} here and in the EAs",
        )
    return error(Group.NETWORK, about, f"{seen.host}: {seen.trouble}", _way_out(seen))


def _unfixed(seen: PortSeen, what: str) -> Finding:
    remedy = f"give [sockets] {seen.key} a number: an EA must know it"
    return warning(Group.NETWORK, f"{seen.key} {seen.port}", what, remedy)


def _way_out(seen: PortSeen) -> str:
    if 0 < seen.port < LOWEST_FREE:
        return f"choose a [sockets] {seen.key} from {LOWEST_FREE} on"
    return (
        f"set [sockets] host to an address of this machine, or free [sockets] {seen.key} (`ss -ltnp` names who has it)"
    )


@attrs.frozen
class FirewallSeen:
    """What of firewalls shows without their own tools."""

    active: tuple[str, ...]
    """Of "ufw" and "firewalld", those that are on."""


_OPEN = {
    "ufw": "`ufw allow {ports}/tcp`",
    "firewalld": "`firewall-cmd --permanent --add-port={dashed}/tcp && firewall-cmd --reload`",
}


def judge_firewall(seen: FirewallSeen, host: str, ports: tuple[int, int], *, loopback: bool) -> Finding:
    """A hint: what a firewall lets in only its own tools tell, and a provider's none."""
    low, high = sorted(ports)
    if loopback:
        return ok(Group.NETWORK, "firewall", f"{host} is reached from this machine alone: none stands before it")
    if not seen.active:
        return ok(
            Group.NETWORK,
            "firewall",
            f"neither {' nor '.join(_OPEN)} is on; the provider's own must let TCP {low} and {high} in",
        )
    opened = (f"{low}:{high}", f"{low}-{high}") if high == low + 1 else (f"{low},{high}", f"{{{low},{high}}}")
    how = " and ".join(_OPEN[name].format(ports=opened[0], dashed=opened[1]) for name in seen.active)
    return warning(
        Group.NETWORK,
        "firewall",
        f"{' and '.join(seen.active)} is on; whether TCP {low} and {high} come in is not seen from here",
        f"{how}, and the provider's own firewall likewise",
    )
