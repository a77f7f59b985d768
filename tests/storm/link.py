"""A TCP link between an EA and its hub that can be cut, left half open, and made to say what the EA does not."""

import socket
import threading
from collections.abc import Iterable
from contextlib import suppress

import attrs

from tests.storm.frames import Frames

LOOPBACK = "127.0.0.1"


@attrs.define(eq=False)
class _Connection:
    """One connection, both ways. While it does not flow, what was read waits."""

    near: socket.socket
    far: socket.socket
    flowing: threading.Event = attrs.field(factory=threading.Event)
    smuggled: Iterable[bytes] = ()
    """What is said to the hub next, between two frames of the EA's."""

    def start(self) -> None:
        self.flowing.set()
        for pump in (self._pump_out, self._pump_back):
            threading.Thread(target=pump, daemon=True).start()

    def end(self) -> None:
        self.flowing.set()
        for end in (self.near, self.far):
            with suppress(OSError):  # The other thread, or the peer, was faster.
                end.shutdown(socket.SHUT_RDWR)

    def _pump_out(self) -> None:
        frames = Frames()
        with suppress(OSError):  # A connection that is reset has ended.
            while data := self.near.recv(65_536):
                self.flowing.wait()
                end = frames.last_end(data)
                if end is not None and self.smuggled:
                    self.far.sendall(data[:end])
                    data, smuggled, self.smuggled = data[end:], self.smuggled, ()
                    for chunk in smuggled:
                        self.far.sendall(chunk)
                self.far.sendall(data)
        self.end()

    def _pump_back(self) -> None:
        with suppress(OSError):  # As above.
            while data := self.far.recv(65_536):
                self.flowing.wait()
                self.near.sendall(data)
        self.end()


class Link:
    """Passes connections on to a port of this machine. `port` is where it listens."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port = int(self._listener.getsockname()[1])
        self._cut = False
        self._connections: list[_Connection] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection; new ones end at once, until `mend`."""
        self._cut = True
        for connection in self._connections:
            connection.end()

    def stall(self) -> None:
        """What is on its way stays on its way, until `mend`: both ends believe in it. New connections flow."""
        for connection in list(self._connections):
            connection.flowing.clear()

    def smuggle(self, chunks: Iterable[bytes]) -> None:
        """Say this to the hub between two frames of the newest connection, as far as it listens."""
        self._connections[-1].smuggled = chunks

    def mend(self) -> None:
        """Let everything flow again; what waited arrives late."""
        self._cut = False
        for connection in list(self._connections):
            connection.flowing.set()

    def close(self) -> None:
        """End it all."""
        self.cut()
        with suppress(
            OSError
        ):  # It was never connected, which is what shutdown complains of; accept returns all the same.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._connections:
            connection.near.close()
            connection.far.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return  # Closed.
            try:
                far = socket.create_connection((LOOPBACK, self._to))
            except OSError:
                near.close()  # The hub is away.
                continue
            connection = _Connection(near, far)
            self._connections.append(connection)
            if self._cut:
                connection.end()
            else:
                connection.start()
