"""The operator's end of the desk socket: ask a running hub, get its answer or a clear reason why there is none."""

from pathlib import Path

import msgspec
import zmq

from bitten.errors import BittenError, ExitCode, HubNotRunning, HubTimeout
from bitten.lock import is_held
from bitten.wire.desk import DeskAnswer, DeskRequest, Refusal, desk_answers

TIMEOUT_MS = 5_000


class Refused(BittenError):
    """The hub answered that it did not do it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.exit_code = ExitCode(refusal.exit_code)


def ask(path: Path, request: DeskRequest, timeout_ms: int = TIMEOUT_MS) -> DeskAnswer:
    """The hub's answer to one request.

    Raises `HubNotRunning`, `HubTimeout` after `timeout_ms`, and `Refused` with the hub's own reason.
    """
    if not is_held(path.with_name(path.name + ".lock")):
        raise HubNotRunning(f"no hub at {path}: start one with `bitten run`, or name its configuration with --config")
    context = zmq.Context()
    socket = context.socket(zmq.DEALER)
    socket.linger = 0
    try:
        socket.connect(f"ipc://{path}")
        socket.send(msgspec.json.encode(request))
        if not socket.poll(timeout_ms):
            raise HubTimeout(f"the hub at {path} did not answer within {timeout_ms / 1000:g} s: see its log")
        answer = desk_answers.decode(socket.recv())
    finally:
        socket.close()
        context.term()
    if isinstance(answer, Refusal):
        raise Refused(answer)
    return answer
