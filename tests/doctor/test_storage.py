"""Disks and the journal, judged."""

from pathlib import Path

import attrs
import pytest

from bitten.doctor.finding import Severity
from bitten.doctor.storage import JournalSeen, PlaceSeen, judge_journal, judge_place

PLACE = PlaceSeen("tape", Path("/var/tape"), free=5_000_000_000, free_files=10**6)
JOURNAL = JournalSeen(Path("/j"), exists=True, bytes=2_000_000, entries=30, looked_at=30, whole=True)


@pytest.mark.parametrize(
    ("seen", "severity", "said"),
    [
        (PLACE, Severity.OK, "can be written, 5.0 GB free"),
        (attrs.evolve(PLACE, free=1_000_000_000), Severity.OK, "1.0 GB free"),
        (attrs.evolve(PLACE, free=999_999_999), Severity.WARNING, "1,000.00 MB free"),
        (attrs.evolve(PLACE, free=100_000_000), Severity.WARNING, "100.00 MB free"),
        (attrs.evolve(PLACE, free=99_999_999), Severity.ERROR, "nothing is fired that cannot be journaled"),
        (attrs.evolve(PLACE, free_files=None), Severity.OK, "can be written"),
        (attrs.evolve(PLACE, free_files=3), Severity.ERROR, "room for 3 more files alone"),
        (attrs.evolve(PLACE, trouble="/var is mounted read-only"), Severity.ERROR, "/var is mounted read-only"),
    ],
)
def test_a_place(seen: PlaceSeen, severity: Severity, said: str) -> None:
    found = judge_place(seen)
    assert (found.severity, said in found.seen) == (severity, True), found
    assert bool(found.remedy) is (severity is not Severity.OK)


@pytest.mark.parametrize(
    ("seen", "hub_up", "failure", "severity", "said"),
    [
        (JOURNAL, True, "", Severity.OK, "30 entries, 2.00 MB: the file and all entries are as they were written"),
        (attrs.evolve(JOURNAL, held=True), True, "", Severity.OK, "as they were written"),
        (attrs.evolve(JOURNAL, held=True), False, "", Severity.ERROR, "not the hub at the configured desk"),
        (JournalSeen(Path("/j"), exists=False), False, "", Severity.OK, "the first start makes it"),
        (
            attrs.evolve(JOURNAL, whole=False, looked_at=10),
            False,
            "",
            Severity.OK,
            "2.00 MB: the newest 10 of them are as they were written; `bitten journal verify` looks at everything",
        ),
        (attrs.evolve(JOURNAL, trouble="damaged (cut off)"), False, "", Severity.ERROR, "damaged (cut off)"),
        (JOURNAL, True, "disk is full", Severity.ERROR, "the hub cannot write it: disk is full"),
    ],
)
def test_a_journal(seen: JournalSeen, hub_up: bool, failure: str, severity: Severity, said: str) -> None:
    found = judge_journal(seen, hub_up=hub_up, failure=failure)
    assert (found.severity, said in found.seen) == (severity, True), found
    assert bool(found.remedy) is (severity is not Severity.OK)
