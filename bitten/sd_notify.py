"""Words to the service manager, as sd_notify(3) has them: one datagram to the socket that NOTIFY_SOCKET names."""

import socket
from collections.abc import Mapping

import attrs

from bitten.units import one_line


@attrs.frozen
class ServiceManager:
    """Where it listens, and how often it wants to hear that the hub is alive."""

    address: str
    watchdog_s: float | None = None
    """Seconds without a word after which it ends the process; None: it does not look."""

    @classmethod
    def of(cls, environment: Mapping[str, str], pid: int) -> "ServiceManager | None":
        """The service manager that started this process; None: none that wants to be told."""
        address = environment.get("NOTIFY_SOCKET", "")
        if not address.startswith(("/", "@")):
            return None
        microseconds = environment.get("WATCHDOG_USEC", "")
        meant = environment.get("WATCHDOG_PID", str(pid)) == str(pid)
        return cls(address, int(microseconds) / 1e6 if meant and microseconds.isdecimal() else None)

    def tell(self, status: str, **words: int) -> None:
        """Send a status line and words like READY=1. Never waits. Raises OSError where it cannot be sent."""
        lines = [*(f"{word}={value}" for word, value in words.items()), f"STATUS={one_line(status)}"]
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.setblocking(False)
            # A name that begins with @ is in the abstract namespace.
            channel.connect("\0" + self.address[1:] if self.address.startswith("@") else self.address)
            channel.send("\n".join(lines).encode())
