"""From the start of a hub's process to its first live session: on a journal with little past, and on one with much."""

import tempfile
import time
from pathlib import Path
from statistics import median

import attrs
import zmq

from benchmarks.configuration import configure
from benchmarks.ea import Ea, Endpoints
from benchmarks.history import ROUND, history
from bitten.actors.archivist import SNAPSHOT_FACTS
from bitten.demo.processes import hub
from bitten.journal import Journal, JournalReader

BATCH = 100
"""Rounds of history in one commit."""


@attrs.frozen(kw_only=True)
class Start:
    """Facts in either journal, seconds from start to live (medians over the rounds), and large to small."""

    small_facts: int
    large_facts: int
    small_s: float
    large_s: float
    ratio: float


def measure(rounds: int, small: int, large: int) -> Start:
    """Both journals in turn, `rounds` times. Raises `NoAnswer`."""
    with tempfile.TemporaryDirectory(prefix="bitten-benchmark-") as name:
        few, many = (_past(Path(name) / str(facts), facts) for facts in (small, large))
        took: tuple[list[float], list[float]] = ([], [])
        for _ in range(rounds):
            for folder, seconds in zip((few, many), took, strict=True):
                seconds.append(_start(folder))
    small_s, large_s = (median(each) for each in took)
    return Start(
        small_facts=small,
        large_facts=large,
        small_s=round(small_s, 3),
        large_s=round(large_s, 3),
        ratio=round(large_s / small_s, 3),
    )


def _past(folder: Path, facts: int) -> Path:
    """A folder with a journal as a hub leaves it at the worst moment: just before its next snapshot was due."""
    folder.mkdir(mode=0o700)
    path = folder / "journal.sqlite"
    rounds, kept = facts // ROUND, (facts - SNAPSHOT_FACTS) // ROUND
    journal = Journal.open(path)
    batch = []
    for number, drafts in enumerate(history(rounds)):
        batch += drafts
        if number % BATCH == 0 or number in (kept, rounds):
            journal.append(*batch)
            batch = []
        if number == kept > 0:
            journal.checkpoint()
            with JournalReader.open(path) as reader:
                reader.take_snapshot(whole=False)
    journal.checkpoint()
    journal.close()
    return folder


def _start(folder: Path) -> float:
    began = time.monotonic()
    with zmq.Context() as context, hub(folder, configure(folder, "start", 1)) as running:
        listening = {each.name: each.endpoint for each in running.status().sockets}
        ea = Ea(context, Endpoints(listening["command"], listening["feedback"]), 0)
        ea.prepare(ea.greet())
        took = time.monotonic() - began
        ea.close()
    return took
