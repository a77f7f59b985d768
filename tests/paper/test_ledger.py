"""The paper EA's memory: identity, events, commands, and who may open it."""

from pathlib import Path

import attrs
import pytest

from bitten.paper.ledger import BROKER_FILE, FILE, Ledger, LedgerError
from bitten.paper.ledger_values import Entry, Stage
from bitten.wire.events import Confirmation
from tests.paper.wire_samples import confirmation, fire


def test_a_new_ledger_is_empty_and_lives_once() -> None:
    ledger = Ledger.open(None)
    assert (ledger.life, ledger.first_event, ledger.next_event, ledger.unacked) == (1, 1, 1, 0)
    assert Ledger.open(None).ea != ledger.ea


def test_a_reopened_ledger_is_the_same_with_a_life_more(tmp_path: Path) -> None:
    first = Ledger.open(tmp_path)
    ea = first.ea
    first.append(confirmation(id="F1"))
    first.put(Entry(id="F1", stage=Stage.FINAL, request=fire(id="F1", magic=7), outcome=confirmation(id="F1")))
    first.mark_passed("S1")
    first.keep("book", {"balance": 1.5})
    first.close()
    again = Ledger.open(tmp_path)
    assert (again.ea, again.life, again.first_event, again.next_event) == (ea, 2, 1, 2)
    entry = again.entry("F1")
    assert entry is not None
    assert entry.stage is Stage.FINAL
    assert entry.outcome is not None
    assert entry.outcome.id == "F1"
    assert again.fire_of(7) == "F1"
    assert again.fire_of(8) == ""
    assert again.passed("S1")
    assert not again.passed("S2")
    assert again.kept("book") == {"balance": 1.5}


def test_a_second_opener_is_refused(tmp_path: Path) -> None:
    holder = Ledger.open(tmp_path)
    with pytest.raises(LedgerError, match="in use by another terminal"):
        Ledger.open(tmp_path)
    holder.close()
    assert Ledger.open(tmp_path).life == 2


NO_DATABASE = b"not a database, but long enough to be looked at" * 100


def _spoil(path: Path, how: str) -> None:
    whole = path.read_bytes()
    match how:
        case "no database":
            path.write_bytes(NO_DATABASE)
        case "cut off":
            path.write_bytes(whole[: len(whole) // 2])
        case "a page of zeroes":
            path.write_bytes(whole[:4096] + bytes(4096) + whole[8192:])
        case "an event that is none":
            path.write_bytes(whole.replace(b'"id":"F1"', b'"id":{F1"'))


@pytest.mark.parametrize("how", ["no database", "cut off", "a page of zeroes", "an event that is none"])
def test_a_damaged_ledger_is_set_aside_and_the_account_stays(how: str, tmp_path: Path) -> None:
    first = Ledger.open(tmp_path)
    ea = first.ea
    first.put(Entry(id="F1", stage=Stage.FINAL, request=fire(id="F1", magic=7), outcome=confirmation(id="F1")))
    first.keep("book", {"balance": 1.5})
    first.close()
    _spoil(tmp_path / FILE, how)
    again = Ledger.open(tmp_path)
    assert again.ea != ea
    assert (again.life, again.next_event, again.entry("F1")) == (1, 1, None)
    assert again.kept("book") == {"balance": 1.5}
    again.close()
    assert sorted(each.name for each in tmp_path.iterdir() if "damaged" in each.name) == [f"{FILE}.damaged-1"]


def test_a_ledger_that_is_lost_begins_anew_and_the_account_stays(tmp_path: Path) -> None:
    first = Ledger.open(tmp_path)
    ea = first.ea
    first.keep("book", {"balance": 1.5})
    first.close()
    (tmp_path / FILE).unlink()
    again = Ledger.open(tmp_path)
    assert again.ea != ea
    assert again.kept("book") == {"balance": 1.5}


def test_a_broker_s_book_that_is_damaged_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / BROKER_FILE).write_bytes(NO_DATABASE)
    with pytest.raises(LedgerError, match=r"broker\.db is damaged; choose another --state") as error:
        Ledger.open(tmp_path)
    assert "\n" not in str(error.value)


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="cannot be opened"):
        Ledger.open(tmp_path / "file" / "state")


def test_events_are_numbered_without_gaps_and_kept_until_acked() -> None:
    ledger = Ledger.open(None)
    numbers = [ledger.append(confirmation(id=f"F{i}", n=99)).n for i in range(5)]
    assert numbers == [1, 2, 3, 4, 5]
    ledger.forget(2)
    assert (ledger.first_event, ledger.next_event, ledger.unacked) == (3, 6, 3)
    assert [event.n for event in ledger.events(1, 2)] == [3, 4]
    ledger.forget(5)
    assert (ledger.first_event, ledger.next_event) == (6, 6)
    assert ledger.append(confirmation()).n == 6


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)

    def die_half_way() -> None:
        with ledger.transaction():
            ledger.append(confirmation())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die_half_way()
    assert (ledger.next_event, ledger.unacked) == (1, 0)


def test_a_rolled_back_ledger_becomes_another_and_keeps_what_was_not_acked() -> None:
    ledger = Ledger.open(None)
    for i in range(3):
        ledger.append(confirmation(id=f"F{i}"))
    ledger.put(Entry(id="F0", stage=Stage.FINAL, outcome=confirmation(id="F0")))
    ledger.forget(1)
    old = ledger.ea
    ledger.renew()
    assert ledger.ea != old
    assert ledger.life == 1
    kept = ledger.events(1, 9)
    assert [(event.n, event.id) for event in kept if isinstance(event, Confirmation)] == [(1, "F1"), (2, "F2")]
    assert ledger.entry("F0") is not None


def test_commands_are_found_by_stage() -> None:
    ledger = Ledger.open(None)
    entry = Entry(id="F1", stage=Stage.STARTED, request=fire(id="F1"))
    ledger.put(entry)
    assert ledger.in_stage(Stage.STARTED, Stage.UNKNOWN) == (entry,)
    ledger.put(attrs.evolve(entry, stage=Stage.FINAL))
    assert ledger.in_stage(Stage.STARTED, Stage.UNKNOWN) == ()
