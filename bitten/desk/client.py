"""The operator's end of the desk socket: ask a running hub, get its answer or a clear reason why there is none."""

import sys
from pathlib import Path

import msgspec
import zmq

from bitten import config
from bitten.errors import BittenError, ConfigError, ExitCode, HubNotRunning, HubTimeout
from bitten.lock import is_held
from bitten.wire.desk import DeskAnswer, DeskRequest, Refusal, SlowRequest, desk_answers

TIMEOUT_MS = 5_000


def hub_of(config_path: Path | None) -> Path:
    """The desk of the hub that a configuration describes, also of one that was broken since the hub read it.

    So that a mistake in a file keeps nobody from a halt. Raises `ConfigError` where no hub is at the desk of a broken
    one either; else what is wrong stands on standard error.
    """
    path = config.find(config_path)
    try:
        return config.load(path).desk_path
    except ConfigError as error:
        desk = config.desk_path_in(path)
        if desk is None or not is_held(lock_of(desk)):
            raise
        print(f"bitten: {error.problems[0]}: the hub at {desk} is asked all the same", file=sys.stderr)
        return desk


class Refused(BittenError):
    """The hub answered that it did not do it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.exit_code = ExitCode(refusal.exit_code)


def ask(path: Path, request: DeskRequest | SlowRequest, timeout_ms: int = TIMEOUT_MS) -> DeskAnswer:
    """The hub's answer to one request.

    Raises `HubNotRunning`, `HubTimeout` after `timeout_ms`, and `Refused` with the hub's own reason.
    """
    if not is_held(lock_of(path)):
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


def lock_of(desk: Path) -> Path:
    """What the hub at a desk holds, and nobody else."""
    return desk.with_name(desk.name + ".lock")
