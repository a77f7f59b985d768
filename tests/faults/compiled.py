"""The EA's own source, compiled, in the place of the paper EA: as a field's EA, and moved by hand."""

import shutil
import signal

import attrs
import pytest

from bitten.demo.hosted import RUNNER, HostReport, read_report
from tests.integration.processes import Running, until
from tests.storm.field import SPEED, TELEMETRY_MS, Field

needs_compiler = pytest.mark.skipif(shutil.which("g++") is None, reason="g++ compiles the EA")

PACE = f"input InpTelemetryMs={TELEMETRY_MS}"
"""The EA's periods before a welcome names them."""
_LINES = {"": (), "latency_ms=400": ("fault before=400 count=1000000",)}
"""The paper EA's misbehaviour in the words of the host's broker."""


@attrs.define
class CompiledField(Field):
    """A field whose EAs are compiled ones."""

    def knock(self, user: str, state: str, misbehaviour: str = "", failpoint: str = "") -> Running:
        assert not failpoint
        command, feedback = self.links(user)
        lines = (PACE, *_LINES[misbehaviour])
        arguments = [
            *("--user", user, "--state", str(self.state(state)), "--seed", str(self.market_seed)),
            *("--command-port", str(command.port), "--feedback-port", str(feedback.port)),
            *("--speed", str(SPEED), "--wait-live", *(f"--line={line}" for line in lines)),
        ]
        return self.launch("compiled", [str(RUNNER), *arguments])

    def refused(self, ea: Running, reason: str) -> None:
        """It stays on its chart, and says why."""
        until(lambda: f"refused by the hub ({reason}" in ea.out.read_text(encoding="utf-8"))
        ea.process.send_signal(signal.SIGTERM)
        assert ea.end() == 0

    def report(self, user: str) -> HostReport:
        return read_report(user, self.ea(user).out.read_bytes())
