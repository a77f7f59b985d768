"""The snapshot: a start from it has the same ledger as one from the facts alone, or it is not used."""

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import get_args, get_type_hints

import apsw
import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.history import ROUND, history
from bitten import snapshot
from bitten.errors import JournalDamaged
from bitten.journal import Journal, JournalReader
from bitten.rules.facts import Denial, Draft, Fact, Requested, TradingSet, digest
from bitten.rules.ledger import Ledger
from bitten.units import TradingState
from bitten.wire.events import FireRequest, SettledAs, Status
from tests.rules.test_audit import STORY
from tests.rules.test_ledger import ALICE, INTENT, closing, confirmed, settled

ROUNDS = 5
PRESS = FireRequest(session="s1", n=9, signal_id="S2", expires=9_000)
FACTS: tuple[Fact, ...] = (
    *STORY,
    INTENT,
    attrs.evolve(INTENT, id="F2", signal_id="S2", magic=8),
    attrs.evolve(INTENT, id="M1", action="modify", ticket=55, sl=1.1, magic=0),
    confirmed(4, Status.PARTIAL, lot=0.1),
    confirmed(5, Status.NEVER_SEEN, id_="F2", ticket=0),
    confirmed(6, Status.UNKNOWN),
    confirmed(7, Status.DONE, id_="M1"),
    closing(8, 100, 0.1),
    closing(10, 101, 0.2),
    Requested(user="alice", account=ALICE, ea="ea1", digest=digest(PRESS), event=PRESS),
    Denial(user="alice", signal_id="S9", code="repeated", message="again and again"),
    settled(SettledAs.REJECTED),
    TradingSet(user="", state=TradingState.HALTED, why="news", who="op"),
    TradingSet(user="alice", state=TradingState.ACTIVE, why="over", who="op"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal with a past and no snapshot."""
    path = tmp_path / "journal.sqlite"
    journal = Journal.open(path)
    for drafts in history(ROUNDS):
        journal.append(*drafts)
    journal.close()
    return path


def take(path: Path, *, whole: bool = False) -> None:
    with JournalReader.open(path) as reader:
        reader.take_snapshot(whole=whole)


def opened(path: Path) -> tuple[Ledger, int]:
    """What a start finds, and how much of it came from a snapshot."""
    journal = Journal.open(path)
    journal.close()
    return journal.ledger, journal.snapshot


@given(st.lists(st.sampled_from(FACTS), max_size=30), st.integers(0, 30))
def test_a_ledger_that_was_kept_goes_on_as_if_nothing_had_been(facts: list[Fact], cut: int) -> None:
    whole, kept = Ledger(), Ledger()
    for seq, fact in enumerate(facts, 1):
        if seq == cut + 1:
            kept = msgspec.msgpack.decode(msgspec.msgpack.encode(kept), type=Ledger)
        for ledger in (whole, kept):
            ledger.apply(Draft("test", seq * 10, fact).entry(seq))
    assert kept == whole
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(kept), type=Ledger) == whole


def classes(hint: object) -> Iterator[type]:
    """The attrs classes that a type is made of."""
    if isinstance(hint, type) and attrs.has(hint):
        yield hint
        for each in get_type_hints(hint).values():
            yield from classes(each)
    elif isinstance(hint, UnionType) or get_args(hint):
        for each in get_args(hint):
            yield from classes(each)


def test_nothing_in_a_ledger_is_private() -> None:
    """Such a field would be left out of the snapshot without a word."""
    found = set(classes(Ledger))
    assert len(found) > 10
    assert [f"{cls}.{each.name}" for cls in found for each in attrs.fields(cls) if each.name.startswith("_")] == []


def test_a_start_from_a_snapshot_has_the_same_ledger(path: Path) -> None:
    without, used = opened(path)
    assert used == 0
    take(path)
    assert opened(path) == (without, ROUNDS * ROUND + 1)
    journal = Journal.open(path)
    journal.append(*next(iter(history(0))))
    assert journal.entries == ROUNDS * ROUND + 2
    journal.close()
    ledger, used = opened(path)
    assert (ledger, used) == (journal.ledger, ROUNDS * ROUND + 1)
    take(path)
    assert opened(path) == (journal.ledger, ROUNDS * ROUND + 2)


def test_a_snapshot_that_is_not_whole_is_not_used(path: Path) -> None:
    take(path)
    kept, (good, _) = snapshot.snapshot_path(path), opened(path)
    raw = kept.read_bytes()
    chosen = random.Random(5)
    for _ in range(60):
        damaged = bytearray(raw)
        damaged[chosen.randrange(len(raw))] ^= 1 << chosen.randrange(8)
        kept.write_bytes(damaged)
        assert opened(path) == (good, 0)
        kept.write_bytes(raw[: chosen.randrange(len(raw))])
        assert opened(path) == (good, 0)


def test_a_snapshot_of_a_journal_that_went_on_otherwise_is_not_used(path: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite"
    with JournalReader.open(path) as reader:
        reader.backup(backup)
    journal = Journal.open(path)
    journal.append(Draft("test", 1, FACTS[-1]))
    journal.close()
    take(path)
    snapshot.snapshot_path(path).rename(snapshot.snapshot_path(backup))
    ledger, used = opened(backup)
    assert (used, ledger.trading) == (0, {})
    journal = Journal.open(backup)
    journal.append(Draft("test", 1, FACTS[-2]))
    journal.close()
    assert opened(backup)[0].trading_of("alice").state is TradingState.HALTED


def test_a_snapshot_of_other_rules_is_not_used(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(path)
    assert opened(path)[1]
    monkeypatch.setattr(snapshot, "rules_digest", lambda: "of another version")
    assert opened(path)[1] == 0


def damage(path: Path) -> None:
    """Change an old fact behind the journal's back, where only its checksum tells."""
    with contextlib.closing(apsw.Connection(str(path))) as connection:
        connection.execute("UPDATE facts SET time = time + 1 WHERE seq = 5")


def test_fault_05_damage_that_a_quick_start_passed_over_is_found_by_the_whole_look(path: Path) -> None:
    take(path)
    damage(path)
    assert opened(path)[1]
    take(path)  # Only what is new is looked at.
    with pytest.raises(JournalDamaged, match=r"damaged \(entry \d+ is not what was written\)"):
        take(path, whole=True)
    with pytest.raises(JournalDamaged, match=r"damaged \(entry \d+ is not what was written\)"):
        opened(path)
