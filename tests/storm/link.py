"""A TCP link between an EA and its hub that can be cut, and left half open."""

import socket
import threading
from contextlib import suppress

import attrs

LOOPBACK = "127.0.0.1"


@attrs.define(eq=False)
class _Connection:
    """One connection, both ways. While it does not flow, what was read waits."""

    near: socket.socket
    far: socket.socket
    flowing: threading.Event = attrs.field(factory=threading.Event)

    def start(self) -> None:
        self.flowing.set()
        for source, sink in ((self.near, self.far), (self.far, self.near)):
            threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def end(self) -> None:
        self.flowing.set()
        for end in (self.near, self.far):
            with suppress(OSError):  # The other thread, or the peer, was faster.
                end.shutdown(socket.SHUT_RDWR)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):  # A connection that is reset has ended.
            while data := source.recv(65_536):
                self.flowing.wait()
                sink.sendall(data)
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
