"""Fault 3: killed in mid-commit, and power lost. What was to be written is wholly there or not at all.

`process` promises that what was appended survives the death of the process; `power`, that it survives the loss of
power too. Of what neither promises, nothing may be half there.
"""

from pathlib import Path
from random import Random

import attrs
import pytest

from bitten.journal import Durability, Journal
from bitten.rules.facts import Denial, Draft, Entry
from tests.faults.disk import Disk, faulty_disk

BATCHES = (1, 3, 1, 40, 2, 1)
"""Facts a commit; the log is moved into the file in their middle."""


@attrs.frozen
class Image:
    """What is left on the disk at a moment, and what had been promised by then."""

    folder: Path
    promised: int
    """Facts whose append had returned."""


def denials(first: int, count: int) -> list[Draft]:
    """Facts that can be told apart, of a size that crosses pages."""
    names = (f"S{number}" for number in range(first, first + count))
    return [Draft("test", 1, Denial(user="alice", signal_id=each, code="test", message="x" * 300)) for each in names]


def live(disk: Disk, path: Path, durability: Durability, images: list[Image], loss: Random | None) -> list[Entry]:
    """Write everything, and keep an image after each operation of the disk; `loss` None: the process is killed."""
    journal = Journal.open(path, durability)
    entries: list[Entry] = []

    def keep() -> None:
        image = Image(path.parent.parent / f"image{len(images)}", len(entries))
        images.append(image)
        disk.killed(image.folder) if loss is None else disk.powerless(image.folder, loss)

    disk.after_each = keep
    for index, count in enumerate(BATCHES):
        entries += journal.append(*denials(len(entries), count))
        if index == 2:
            journal.checkpoint()
    disk.after_each = lambda: None
    journal.close()
    return entries


def found(image: Image, name: str) -> list[Entry]:
    """What a start after the fault finds."""
    journal = Journal.open(image.folder / name)
    entries = list(journal.read())
    journal.close()
    return entries


def whole_commits() -> set[int]:
    """How many facts there may be."""
    return {sum(BATCHES[:count]) for count in range(len(BATCHES) + 1)}


@pytest.mark.parametrize("durability", Durability)
@pytest.mark.parametrize("fault", ["3-killed", "3-power-lost-1", "3-power-lost-2"])
def test_fault_03_a_commit_is_whole_or_absent(tmp_path: Path, fault: str, durability: Durability) -> None:
    images: list[Image] = []
    loss = None if fault == "3-killed" else Random(fault)
    with faulty_disk() as disk:
        entries = live(disk, tmp_path / "state" / "journal.sqlite", durability, images, loss)
    assert len(images) > 30
    kept = loss is None or durability is Durability.POWER
    for image in images:
        left = found(image, "journal.sqlite")
        assert left == entries[: len(left)]
        assert len(left) in whole_commits()
        if kept:
            assert len(left) >= image.promised
    if not kept:
        # The weaker promise is indeed weaker: else nobody should pay for the stronger one.
        assert any(len(found(image, "journal.sqlite")) < image.promised for image in images)


def test_a_journal_whose_creation_was_cut_short_is_created_again(tmp_path: Path) -> None:
    folders: list[Path] = []
    with faulty_disk() as disk:
        random = Random(3)

        def keep() -> None:
            folders.append(tmp_path / f"image{len(folders)}")
            disk.powerless(folders[-1], random)

        disk.after_each = keep
        Journal.open(tmp_path / "state" / "journal.sqlite").close()
        disk.after_each = lambda: None
    assert len(folders) > 5
    for folder in folders:
        journal = Journal.open(folder / "journal.sqlite")
        assert journal.append(*denials(0, 1))[0].seq == 1
        journal.close()
