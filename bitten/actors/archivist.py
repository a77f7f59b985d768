"""The archivist: keeps the next start quick, and looks at what this one was too quick to look at.

Receives: nothing; it follows how the journal grows.
Sends: nothing.
Journals: a halt, where it finds that the journal is damaged.
Fails as: itself: without snapshots only a start takes longer.

The work is done by a process of its own (`bitten journal snapshot`): a ledger of a million facts takes seconds to read,
and the loop must not stand still for one of them.
"""

import sys
from functools import partial
from operator import le

import attrs
import msgspec
import trio
from loguru import logger

from bitten.actors.scribe import Scribe
from bitten.errors import ExitCode
from bitten.rules.facts import TradingSet
from bitten.units import TradingState

SNAPSHOT_FACTS = 10_000
"""Entries after which the next snapshot is taken: a start folds as many in a tenth of a second."""


@attrs.frozen
class _Report:
    """What the command prints."""

    entries: int
    damage: str


@attrs.define(eq=False)
class Archivist:
    """Has snapshots taken, one at a time."""

    scribe: Scribe

    async def run(self) -> None:
        """Have the whole journal looked at where a snapshot spared the start that; then follow its growth for ever."""
        taken = self.scribe.journal.snapshot
        if taken:
            await self._take("--whole")
        while True:
            due = taken + SNAPSHOT_FACTS
            taken = await self.scribe.grown.wait_value(partial(le, due))
            await self._take()

    async def _take(self, *options: str) -> None:
        path = self.scribe.journal.path
        command = [sys.executable, "-m", "bitten", "journal", "snapshot", "--json", "--journal", str(path), *options]
        done = await trio.run_process(command, capture_stdout=True, capture_stderr=True, check=False)
        try:
            report = msgspec.json.decode(done.stdout, type=_Report)
        except msgspec.DecodeError:
            said = done.stderr.decode(errors="replace").strip()
            logger.warning("no snapshot of the journal (exit {}): {}", done.returncode, said)
            return
        if report.damage:
            logger.error("halted: {}", report.damage)
            halt = TradingSet(user="", state=TradingState.HALTED, why=report.damage, who="hub")
            self.scribe.hold("archivist", halt)
            self.scribe.on_change()
        elif done.returncode == ExitCode.OK:
            logger.debug("a snapshot of the journal, {} entries", report.entries)
