"""The record of signals, and the table of what was kept out: each row by hand, and that none counts a signal twice."""

from collections import Counter
from itertools import permutations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.messages import FollowedTo, Part, ShieldClass, Verdict
from bitten.rules.citadel.record import Case, Record
from bitten.rules.citadel.table import Row, decisive, table
from bitten.rules.facts import Denial, Entry, Fact, Followed, VerdictGiven
from bitten.rules.risk import DenialCode
from tests.rules.citadel.scenes import signal
from tests.rules.test_ledger import INTENT


def verdict(id_: str = "S1", parts: dict[str, float] | None = None, vetoes: tuple[str, ...] = ()) -> Verdict:
    """Of base 5 and least 4."""
    given = tuple(Part(name=name, points=points, sentence=name) for name, points in (parts or {}).items())
    return Verdict(
        signal=attrs.evolve(signal(), id=id_),
        score=5 + sum((parts or {}).values()),
        shield=ShieldClass.UNVERIFIED,
        size=0.0 if vetoes else 0.5,
        parts=given,
        vetoes=tuple(Part(name=name, points=0.0, sentence=name) for name in vetoes),
    )


def denial(code: str, user: str = "u", signal_id: str = "S1") -> Denial:
    return Denial(user=user, signal_id=signal_id, code=code, message="m")


def ended(r: float | None, signal_id: str = "S1") -> Followed:
    end = FollowedTo.UNKNOWN if r is None else FollowedTo.TARGET if r > 0 else FollowedTo.STOP
    return Followed(signal_id=signal_id, end=end, at=1, price=1.0, r=r)


def record(*facts: Fact) -> Record:
    return Record.of(
        Entry(seq=n, time=1_000 * n, actor="a", causes=(), fact=fact) for n, fact in enumerate(facts, start=1)
    )


def case(given: Verdict, r: float | None = 0.0, *codes: str) -> Case:
    denials = tuple(denial(code, signal_id=given.signal.id) for code in codes)
    return Case(given, 0, denials, followed=ended(r, given.signal.id))


def test_a_record_is_what_the_facts_tell() -> None:
    fire = attrs.evolve(INTENT, id="F1", signal_id="S1", user="amy")
    facts: tuple[Fact, ...] = (VerdictGiven(verdict=verdict()), denial("locked"), fire, ended(1.5))
    found = record(*facts)
    (of,) = found.cases()
    assert (of.given, [each.code for each in of.denials], of.followed) == (1_000, ["locked"], ended(1.5))
    assert [(each.user, each.id, each.lot) for each in of.fires] == [("amy", "F1", fire.lot)]
    assert found.find("S1") == found.find("F1") == of
    assert found.find("S2") is None
    for order in permutations(facts):  # a fire does not wait for the record of its verdict
        (same,) = record(*order).cases()
        assert attrs.evolve(same, given=1_000) == of


def test_what_is_told_of_an_unknown_signal_tells_nothing() -> None:
    assert list(record(denial("locked"), ended(1.0), INTENT).cases()) == []


@pytest.mark.parametrize(
    ("parts", "vetoes", "names"),
    [
        ({"trap": -1.5}, ("score",), ("trap",)),
        ({"trap": -1.5, "news": -2.0}, ("score",), ()),  # neither alone would have saved it
        ({"trap": -1.5, "news": -2.0, "sweep": 0.99}, ("score",), ("news",)),
        ({"trap": -1.5, "off_session": -0.5}, ("score",), ("trap",)),  # 3.5 would not do
        ({"trap": -1.5}, ("score", "weekend"), ()),  # it was not the score alone
        ({"trap": -1.5}, ("weekend",), ()),
        ({"reward": 1.0}, (), ()),
    ],
)
def test_a_part_is_decisive_where_the_signal_would_have_passed_without_it(
    parts: dict[str, float], vetoes: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert decisive(verdict(parts=parts, vetoes=vetoes)) == names


def test_the_table() -> None:
    bad = {"trap": -1.5}
    rows = table(
        [
            case(verdict("a"), 1.5),
            case(verdict("b"), -1.0, "locked"),
            case(verdict("c"), None, "locked", "locked", "shots"),
            case(verdict("d", bad, ("score",)), -1.25),
            case(verdict("e", bad, ("score", "weekend")), 0.0),
            Case(verdict("f", bad, ("score",)), 0),
        ]
    )
    assert rows == (
        Row(group="passed", name="", signals=3, won=1, lost=1, unknown=1, r=0.5),
        Row(group="vetoed", name="", signals=3, lost=1, even=1, open=1, r=-1.25),
        Row(group="veto", name="score", signals=3, lost=1, even=1, open=1, r=-1.25),
        Row(group="veto", name="weekend", signals=1, even=1),
        Row(group="part", name="trap", signals=2, lost=1, open=1, r=-1.25),
        Row(group="denied", name="locked", signals=2, lost=1, unknown=1, r=-1.0),
        Row(group="denied", name="shots", signals=1, unknown=1),
    )
    assert [row.mean_r for row in rows] == [0.25, -0.625, -0.625, 0.0, -1.25, -1.0, None]


codes = st.lists(st.sampled_from([code.value for code in DenialCode]), max_size=4)
ends = st.none() | st.floats(-3, 3)
cases = st.lists(st.tuples(st.sampled_from(((), ("score",), ("weekend", "score"))), codes, ends), max_size=30)


@given(found=cases)
def test_every_signal_is_in_one_half_and_once_in_a_row(
    found: list[tuple[tuple[str, ...], list[str], float | None]],
) -> None:
    rows = table(case(verdict(str(n), {"trap": -1.5}, v), r, *c) for n, (v, c, r) in enumerate(found))
    by_group = Counter({row.group: row.signals for row in rows if not row.name})
    assert by_group["passed"] + by_group["vetoed"] == len(found)
    for row in rows:
        assert row.won + row.lost + row.even + row.unknown + row.open == row.signals <= len(found)
        assert row.group != "denied" or row.signals == sum(row.name in c for _, c, _ in found)
