"""`ea/host/run`: the EA's source, built and run with a simulated terminal and broker against a hub."""

import argparse
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from types import FrameType

import attrs
import zmq

from bitten.errors import BittenError
from bitten.paper.feed import Feed, made_up, recorded_bars, recorded_ticks
from ea.host.build import HERE, build
from ea.host.feed import pour, symbol_line

_EA = HERE.parent / "BITTEN.mq5"
_START = 1_709_535_600_000
"""Monday 2024-03-04 07:00 UTC, where the built-in market begins."""
_AFTER_MS = 1_000
"""From the market's end to the terminal's: what happened last must still be told."""
_LIVE = b"BITTEN: live"
"""What the EA says when the hub may fire."""


@attrs.frozen(kw_only=True)
class HostOptions:
    """How the host is run."""

    inputs: dict[str, str]
    """Inputs of the EA by name."""
    feed: Feed
    state: Path
    speed: float = 1.0
    """Times the market's own pace, above 0."""
    sanitize: bool = False
    wait_live: bool = False
    """The market begins when the EA is live, else at once."""
    lines: Sequence[str] = ()
    """Commands of the terminal's, carried out before the EA starts."""
    controlled: bool = False
    """The market begins with the line `begin` on standard input, the end comes with `quit` or its close."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until the market's end, or a signal; the host's own exit code, 1 where it could not be built."""
    told = _parser().parse_args(arguments)
    try:
        if told.build:
            print(program(sanitize=told.sanitize))
            return 0
        with tempfile.TemporaryDirectory(prefix="bitten-ea-") as scratch:
            return _exit_code(run(_options(told, Path(scratch))))
    except BittenError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _exit_code(ended: int) -> int:
    """As a shell tells it: 128 and the signal's number for one that a signal ended."""
    return ended if ended >= 0 else 128 - ended


def _options(told: argparse.Namespace, scratch: Path) -> HostOptions:
    feed = _feed(told)
    return HostOptions(
        inputs={**(_read_set(told.set) if told.set else {}), **_inputs(told)},
        feed=feed if told.seconds is None else _until(feed, feed.start + told.seconds * told.speed * 1000),
        state=(told.state or scratch).absolute(),
        speed=told.speed,
        sanitize=told.sanitize,
        wait_live=told.wait_live,
        lines=told.line,
        controlled=told.controlled,
    )


def _feed(told: argparse.Namespace) -> Feed:
    if told.ticks:
        return recorded_ticks(told.ticks, told.symbol)
    if told.bars:
        bid, ask = told.bars
        return recorded_bars(bid, ask, told.symbol)
    return made_up(told.seed, [told.symbol or "EURUSD"], _START)


def _until(feed: Feed, time: float) -> Feed:
    """The market up to that time of its own."""
    return attrs.evolve(feed, ticks=lambda: takewhile(lambda tick: tick.time <= time, feed.ticks()))


def program(*, sanitize: bool = False) -> Path:
    """The EA as a program, built unless it is there. Raises BittenError where it cannot be built."""
    return build(_EA, [HERE.parent / "Include"], sanitize=sanitize)


def run(options: HostOptions) -> int:
    """Build the host and run it; its lines are standard input and output. Raises BittenError where that fails."""
    built = program(sanitize=options.sanitize)
    zmq_library, sodium = libraries()
    options.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    setup = options.state / "setup"
    setup.write_text("".join(f"{line}\n" for line in _setup(options)), encoding="utf-8")
    reads, writes = os.pipe()
    command = [str(built), str(setup), str(reads), str(zmq_library), str(sodium)]
    process = subprocess.Popen(
        command if options.controlled else [*command, str(_AFTER_MS)],
        stdin=None if options.controlled else subprocess.PIPE,
        stdout=subprocess.PIPE if options.wait_live else None,
        pass_fds=[reads],
    )
    os.close(reads)
    _pass_signals_on(process)
    threading.Thread(target=pour, args=(options.feed, writes), daemon=True).start()
    _begin(process)
    return process.wait()


def _begin(process: "subprocess.Popen[bytes]") -> None:
    """Let the market begin: when the EA is live where its lines are read here, else at once, unless a test does."""
    for line in process.stdout or ():
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        if _LIVE in line:
            _send_begin(process)
    if process.stdout is None:
        _send_begin(process)


def _send_begin(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None and not process.stdin.closed:
        with suppress(BrokenPipeError):  # It has ended: its exit code says why.
            process.stdin.write(b"begin\n")
            process.stdin.close()


def libraries() -> tuple[Path, Path]:
    """libzmq and libsodium as the installed pyzmq brings them. Raises BittenError where it was built otherwise."""
    folder = Path(zmq.__file__).parent.parent / "pyzmq.libs"
    found = [next(folder.glob(f"{name}-*.so*"), None) for name in ("libzmq", "libsodium")]
    if found[0] is None or found[1] is None:
        raise BittenError(f"{folder}: no libzmq and libsodium there; install pyzmq from its wheel")
    return found[0], found[1]


def _setup(options: HostOptions) -> list[str]:
    files, common = options.state / "Files", options.state / "Common"
    for folder in (files, common):
        folder.mkdir(exist_ok=True)
    return [
        f"state {options.state}",
        f"files {files}",
        f"common {common}",
        f"setup speed={options.speed}",
        *(symbol_line(spec) for spec in options.feed.specs.values()),
        f"account {_account(options.state)}",
        *(f"input {name}={value}" for name, value in options.inputs.items()),
        *options.lines,
    ]


def _account(state: Path) -> str:
    """The account of this state: on a server of its own, as every paper account (protocol 5.6)."""
    path = state / "account"
    if not path.exists():
        server, login = f"Paper-{secrets.token_hex(4)}", 1 + secrets.randbelow(9_999_999)
        path.write_text(f"server={server} login={login}", encoding="utf-8")
    return path.read_text(encoding="utf-8")


def _pass_signals_on(process: "subprocess.Popen[bytes]") -> None:
    def pass_on(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, pass_on)


def _inputs(told: argparse.Namespace) -> dict[str, str]:
    return {
        "InpUser": told.user,
        "InpHost": told.host,
        "InpCommandPort": str(told.command_port),
        "InpFeedbackPort": str(told.feedback_port),
        "InpBrokerUtcHours": "0",
    }


def _read_set(path: Path) -> dict[str, str]:
    """The lines NAME=VALUE of a .set file, UTF-16 or UTF-8; what follows || is for MetaTrader's tester."""
    content = path.read_bytes()
    text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    lines = (line for line in text.splitlines() if "=" in line and not line.startswith(";"))
    pairs = (line.split("=", 1) for line in lines)
    return {name.strip(): value.split("||")[0] for name, value in pairs}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ea/host/run", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--user", help="whose EA this is, as the hub's configuration names it")
    what.add_argument("--build", action="store_true", help="build the program, print where it is, and end")
    parser.add_argument("--host", default="127.0.0.1", help="where the hub runs")
    parser.add_argument("--command-port", type=int, default=5555)
    parser.add_argument("--feedback-port", type=int, default=5556)
    market = parser.add_mutually_exclusive_group()
    market.add_argument("--ticks", type=Path, nargs="+", action="extend", help="tick files; none: the built-in market")
    market.add_argument("--bars", type=Path, nargs=2, metavar=("BID", "ASK"), help="one-minute bars, four ticks each")
    parser.add_argument("--symbol", help="whose ticks they are, where the files' names do not say it")
    parser.add_argument("--seed", type=int, default=1, help="of the built-in market")
    parser.add_argument("--speed", type=float, default=1.0, help="times the market's own pace")
    parser.add_argument("--seconds", type=float, help="wall time after which the market ends")
    parser.add_argument("--set", type=Path, help="inputs, a .set file of MetaTrader's")
    parser.add_argument(
        "--state", type=Path, help="folder of account, ledger and keys; none: another account each time"
    )
    parser.add_argument("--sanitize", action="store_true", help="build with address and undefined-behaviour sanitizers")
    parser.add_argument(
        "--line", action="append", default=[], help="a command of the terminal's before the EA starts; repeatable"
    )
    begins = parser.add_mutually_exclusive_group()
    begins.add_argument("--wait-live", action="store_true", help="the market begins when the EA is live, else at once")
    begins.add_argument(
        "--controlled", action="store_true", help="the market and the end come with commands on standard input"
    )
    return parser
