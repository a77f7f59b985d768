"""Processes for tests. A module of Python is forked from a server that has loaded it: one of its own in every other
way, with its own memory, files and death. Anything else is started by the operating system.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import IO, Protocol

import attrs

from bitten import failpoints

PRELOADED = "tests.integration.preloaded"


class Process(Protocol):
    """What tests do with a process, as `subprocess.Popen` has it."""

    @property
    def pid(self) -> int:
        """Its number."""

    @property
    def returncode(self) -> int | None:
        """Its exit code as far as was looked, negative for a signal."""

    @property
    def stdin(self) -> IO[bytes] | None:
        """Where it reads."""

    def poll(self) -> int | None:
        """Its exit code, once it has ended."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. Raises `subprocess.TimeoutExpired` after `timeout` seconds."""

    def send_signal(self, sig: int) -> None:
        """A signal, if it has not ended."""

    def terminate(self) -> None:
        """SIGTERM, if it has not ended."""

    def kill(self) -> None:
        """SIGKILL, if it has not ended."""


@attrs.frozen
class Forked:
    """A process that the server has forked."""

    _process: ForkServerProcess
    stdin: None = None

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, once it has ended; negative for a signal."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Its exit code, once it has ended; negative for a signal."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. Raises `subprocess.TimeoutExpired` after `timeout` seconds."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return code

    def send_signal(self, sig: int) -> None:
        """A signal, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def terminate(self) -> None:
        """SIGTERM, if it has not ended."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL, if it has not ended."""
        self.send_signal(signal.SIGKILL)


def start(arguments: list[str], *, folder: Path, out: Path, err: Path, **environment: str) -> Process:
    """Start Python with `arguments` in `folder`. Its output goes to files: a pipe that nobody reads would stop it."""
    variables = {**os.environ, "NO_COLOR": "1", **environment}
    for path in (out, err):
        path.write_bytes(b"")  # Whoever looks before the process has begun finds nothing said yet, and no missing file.
    if arguments[0] == "-m":
        process = _context().Process(target=_run, args=(arguments[1:], folder, out, err, variables), daemon=True)
        process.start()
        return Forked(process)
    with out.open("wb") as to_out, err.open("wb") as to_err:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=to_out,
            stderr=to_err,
            env=variables,
        )


@cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    return context


def _run(arguments: list[str], folder: Path, out: Path, err: Path, variables: dict[str, str]) -> None:
    """Be `python -m` with `arguments`, in the forked process."""
    for path, descriptor in ((out, 1), (err, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(file, descriptor)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    # As in a terminal: where the tests run in the background, a shell has had Ctrl-C ignored from the beginning.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    failpoints.arm(variables.get(failpoints.VARIABLE, ""))
    sys.argv = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
