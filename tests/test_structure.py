"""Strict structuring: types are taken as they are, ranges are kept, and every mistake is told at once."""

from collections.abc import Mapping
from enum import StrEnum

import attrs
import pytest

from bitten.settings import setting
from bitten.structure import problems_of, structure
from bitten.units import Account


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@attrs.frozen
class Section:
    count: int = setting(3, "How many.", ge=1, le=5)
    ratio: float = setting(0.5, "How much.", gt=0, le=1)
    on: bool = setting(False, "Whether.")
    name: str = setting("a", "Which.", choices=("a", "b"))
    names: tuple[str, ...] = ()
    colour: Colour = Colour.RED
    account: Account | None = None


@attrs.frozen
class Whole:
    section: Section = attrs.Factory(Section)
    users: Mapping[str, Section] = attrs.field(factory=dict)


def problems(tables: Mapping[str, object]) -> list[str]:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is, `problems_of` must know it
        structure(tables, Whole)
    return problems_of(caught.value)


def test_an_empty_file_is_all_defaults() -> None:
    assert structure({}, Whole) == Whole()


def test_values_and_nested_tables_are_taken() -> None:
    tables = {
        "section": {"count": 5, "ratio": 1, "on": True, "names": ["x"], "colour": "blue"},
        "users": {"al": {"account": {"server": "s", "login": 7}}},
    }
    assert structure(tables, Whole) == Whole(
        Section(count=5, ratio=1.0, on=True, names=("x",), colour=Colour.BLUE),
        {"al": Section(account=Account("s", 7))},
    )


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"count": True}, "section.count = True: must be a whole number"),
        ({"count": 3.9}, "section.count = 3.9: must be a whole number"),
        ({"count": "3"}, "section.count = '3': must be a whole number"),
        ({"count": 6}, "section: count = 6: must be at least 1, at most 5"),
        ({"count": 0}, "section: count = 0: must be at least 1, at most 5"),
        ({"ratio": float("nan")}, "section.ratio = nan: must be a finite number"),
        ({"ratio": float("inf")}, "section.ratio = inf: must be a finite number"),
        ({"ratio": 0}, "section: ratio = 0: must be above 0, at most 1"),
        ({"on": "false"}, "section.on = 'false': must be true or false"),
        ({"on": 1}, "section.on = 1: must be true or false"),
        ({"name": "c"}, "section: name = 'c': must be one of a, b"),
        ({"names": "x"}, "section.names = 'x': must be a list of strings"),
        ({"names": [1]}, "section.names = [1]: must be a list of strings"),
        ({"colour": "green"}, "section.colour = 'green': must be one of red, blue"),
        ({"cuont": 3}, "section: unknown key 'cuont': did you mean 'count'?"),
        ({"account": {"server": "s"}}, "section.account.login: login is missing"),
    ],
)
def test_a_mistake_names_file_key_value_and_what_is_allowed(table: dict[str, object], says: str) -> None:
    assert problems({"section": table}) == [says]


def test_a_section_that_is_no_table_is_refused() -> None:
    assert problems({"section": 3}) == ["section = 3: must be a table"]


def test_every_mistake_is_told_at_once() -> None:
    found = problems({"section": {"count": 9, "ratio": "x", "zz": 1}, "users": {"al": {"on": 2}}, "wrong": {}})
    assert len(found) == 5
