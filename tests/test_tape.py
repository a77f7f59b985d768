"""The tape beside the journal: nothing waits for it, it takes no more room than it may, and says what it lacks."""

import os
from pathlib import Path

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from bitten import tape
from bitten.errors import BittenError
from bitten.rules import taped
from bitten.rules.taped import Beat, Dropped, Gone, Ticked
from bitten.tape import Tape, TapeSettings, open_tape
from tests.actors.conftest import log_lines as log_lines

SETTINGS = TapeSettings()


def written(folder: Path, *records: tuple[object, ...]) -> Path:
    with open_tape(folder / "journal.sqlite", SETTINGS) as kept:
        assert kept is not None
        for record in records:
            kept.put(record)
    return kept.path


@given(
    st.lists(
        st.tuples(
            st.just("tick"),
            st.sampled_from(["alice", "bob"]),
            st.sampled_from(["EURUSD", "#AAPL"]),
            st.integers(0, 2**52),
            st.floats(1e-9, 1e9),
            st.floats(1e-9, 1e9),
        )
    )
)
def test_what_is_encoded_comes_back(ticks: list[tuple[object, ...]]) -> None:
    assert taped.decode(taped.encode(ticks)) == [Ticked(*each[1:]) for each in ticks]  # type: ignore[arg-type]


def test_records_come_back_in_their_order_whoever_wrote_them(tmp_path: Path) -> None:
    written(tmp_path, *(("beat", "alice", time) for time in range(5_000)))
    written(tmp_path, ("gone", "alice"))
    first, second = tape.tapes(tmp_path / "journal.sqlite")
    assert list(tape.read(first)) == [Beat("alice", time) for time in range(5_000)]
    assert list(tape.read(second)) == [Gone("alice")]
    assert os.stat(first).st_mode & 0o077 == 0


@pytest.mark.usefixtures("autojump_clock")
async def test_it_is_written_while_the_hub_runs(tmp_path: Path) -> None:
    kept = Tape.begin(tmp_path / "journal.sqlite", SETTINGS)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(kept.run)
        kept.put(("gone", "alice"))
        await trio.sleep(2 * tape.FLUSH_S)
        # What the thread has begun to write it ends.
        nursery.cancel_scope.cancel()
    assert list(tape.read(kept.path)) == [Gone("alice")]


def test_what_finds_no_room_in_memory_is_counted_and_told(
    tmp_path: Path, log_lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tape, "MOST_WAITING", 3_000)
    kept = Tape.begin(tmp_path / "journal.sqlite", SETTINGS)
    for time in range(tape.MOST_WAITING + 3):
        kept.put(("beat", "alice", time))
    kept.close()
    *most, last = tape.read(kept.path)
    assert (len(most), last) == (tape.MOST_WAITING, Dropped(3))
    assert kept.dropped == 3
    assert any("tape: 3 records found no room" in line for line in log_lines)


def noise(count: int) -> list[tuple[object, ...]]:
    """Records that cannot be made much shorter, some 60 bytes each."""
    return [("gone", os.urandom(32).hex()) for _ in range(count)]


def test_the_oldest_tapes_make_room(tmp_path: Path) -> None:
    journal, small = tmp_path / "journal.sqlite", TapeSettings(max_mb=1)
    paths = []
    for _ in range(4):
        with open_tape(journal, small) as kept:
            assert kept is not None
            for record in noise(12_000):
                kept.put(record)
        paths.append(kept.path)
        assert sum(path.stat().st_size for path in tape.tapes(journal)) <= 1_000_000
    assert tape.tapes(journal) == paths[-2:]


def test_a_tape_that_alone_is_too_long_is_not_continued(tmp_path: Path, log_lines: list[str]) -> None:
    with open_tape(tmp_path / "journal.sqlite", TapeSettings(max_mb=1)) as kept:
        assert kept is not None
        for record in noise(40_000):
            kept.put(record)
    read = list(tape.read(kept.path))
    assert len(read) + kept.dropped == 40_000
    assert 0 < kept.path.stat().st_size <= 1_000_000
    assert sum("not continued: [tape] max_mb = 1 is full" in line for line in log_lines) == 1


def test_a_disk_that_takes_nothing_costs_the_tape_alone(tmp_path: Path, log_lines: list[str]) -> None:
    (tmp_path / "journal.sqlite.tape").write_text("in the way")
    with open_tape(tmp_path / "journal.sqlite", SETTINGS) as kept:
        assert kept is not None
        kept.put(("gone", "alice"))
    assert kept.dropped == 1
    assert any("not continued" in line for line in log_lines)


def test_where_the_writer_was_cut_off_the_tape_ends(tmp_path: Path) -> None:
    path = written(tmp_path, *(("beat", "alice", time) for time in range(3 * tape.AT_ONCE)))
    path.write_bytes(path.read_bytes()[:-5])
    assert len(list(tape.read(path))) == 2 * tape.AT_ONCE


def test_damage_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, ("gone", "alice"))
    body = bytearray(path.read_bytes())
    body[-1] ^= 1
    path.write_bytes(body)
    with pytest.raises(BittenError, match=r"tape .*00000001\.tape: damaged before byte \d+"):
        list(tape.read(path))


@pytest.mark.parametrize("record", [("nonsense",), ("gone",), ("gone", 7), ()])
def test_what_is_no_record_is_refused(tmp_path: Path, record: tuple[object, ...]) -> None:
    path = written(tmp_path, record)
    with pytest.raises(BittenError, match=r"tape .*: cannot be read"):
        list(tape.read(path))


def test_an_operator_may_want_none(tmp_path: Path) -> None:
    with open_tape(tmp_path / "journal.sqlite", TapeSettings(on=False)) as kept:
        assert kept is None
    assert tape.tapes(tmp_path / "journal.sqlite") == []
