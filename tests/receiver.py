"""A service on loopback that takes what Apprise sends to it: a real HTTP server that may refuse, or not answer."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import attrs


@attrs.define
class Receiver:
    """What came, and how it answers."""

    port: int
    status: int = 200
    """What it answers with: 500 refuses."""
    taken: list[str] = attrs.field(factory=list)
    """Title and body of what it took."""
    refused: int = 0
    hanging: int = 0
    """Requests that it has not answered."""
    answers: threading.Event = attrs.field(factory=threading.Event)
    """While it is not set nobody is answered."""

    @property
    def url(self) -> str:
        """For Apprise; the token in it must be shown nowhere."""
        return f"json://127.0.0.1:{self.port}/sekrit-token"

    def take(self, body: bytes) -> int:
        """A message came; the status to answer with."""
        self.hanging += 1
        self.answers.wait()
        self.hanging -= 1
        if self.status == 200:
            said = json.loads(body)
            self.taken.append(f"{said['title']}\n{said['message']}")
        else:
            self.refused += 1
        return self.status


@contextmanager
def receiver() -> Iterator[Receiver]:
    """One that answers at once, on a port that the system chose."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status = service.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = Receiver(server.server_port)
    service.answers.set()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        service.answers.set()
        server.shutdown()
        thread.join()
        server.server_close()
