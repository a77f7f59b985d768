"""The page on the wire agrees with the wire: its examples decode, its tables name the fields and words that exist."""

import json
import re
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest
from msgspec import inspect

from bitten import units
from bitten.rules.fire import magic_of
from bitten.units import TradingState
from bitten.wire import account, base, market, session
from bitten.wire.codec import (
    Decoder,
    FromEa,
    FromEaOnCommand,
    FromEaOnFeedback,
    FromHub,
    NumberedEvent,
    ea_on_command,
    ea_on_feedback,
    encode,
    hub_on_command,
)
from bitten.wire.commands import Fire
from bitten.wire.events import CloseReason, Status
from bitten.wire.session import AccountInfo, BarsWanted, ByeReason

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
LAST_CLAUSES = (8, 11, 3, 2, 8, 8, 4, 3)
CLAUSES = [f"{section}.{n}" for section, last in enumerate(LAST_CLAUSES, start=1) for n in range(1, last + 1)]
Decoders = tuple[Decoder[FromEaOnCommand] | Decoder[FromEaOnFeedback] | Decoder[FromHub], ...]
SENT_BY: dict[str, Decoders] = {
    "ea": (ea_on_command, ea_on_feedback),
    "hub": (hub_on_command,),
}
EXAMPLES: list[tuple[str, str]] = re.findall(r"^```json ?(.*)\n((?s:.*?))^```$", PAGE, re.MULTILINE)
"""Who sends it, and the message."""
CLASSES: dict[str, type] = {
    get_args(cls.__annotations__["type"])[0]: cls for union in (FromEa, FromHub) for cls in get_args(union)
}
"""Every message by the value of its `type`."""
NESTED: dict[str, type] = {
    "account": AccountInfo,
    "bars wanted": BarsWanted,
    "position": base.Position,
    "order": base.Order,
}
WORDS: dict[str, type[StrEnum]] = {
    "status": Status,
    "close reason": CloseReason,
    "bye reason": ByeReason,
    "trading state": TradingState,
}
UNSTATED = {"type", "session"}
"""Fields that the page explains once for all messages."""


def named(cell: str) -> str:
    """What stands in backticks in a cell."""
    return cell.strip("`")


def tables() -> dict[str, list[list[str]]]:
    """The rows of each table, by the first cell of its heading, without backticks."""
    found: dict[str, list[list[str]]] = {}
    for block in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE):
        heading, _, *rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in block.splitlines()]
        name = named(heading[0])
        assert name not in found, f"two tables begin with {name!r}"
        found[name] = rows
    return found


TABLES = tables()


def decode(sender: str, raw: str) -> FromEa | FromHub:
    """The message of an example, by the decoder of the channel that its type belongs to."""
    decoders = [decoder for decoder in SENT_BY[sender] if json.loads(raw)["type"] in decoder.types]
    assert len(decoders) == 1, raw
    return decoders[0].decode(raw.encode())


def fields_of(cls: type) -> dict[str, inspect.Field]:
    """A class's fields by their names on the wire, but for the unstated."""
    info = inspect.type_info(cls)
    assert isinstance(info, inspect.DataclassType | inspect.StructType)
    return {field.encode_name: field for field in info.fields if field.encode_name not in UNSTATED}


@pytest.mark.parametrize(("sender", "raw"), EXAMPLES, ids=[json.loads(raw)["type"] for _, raw in EXAMPLES])
def test_an_example_is_a_message_and_has_no_field_that_is_not_read(sender: str, raw: str) -> None:
    message = decode(sender, raw)
    assert json.loads(raw).items() <= json.loads(encode(message)).items()


@pytest.mark.parametrize(("sender", "decoders"), SENT_BY.items())
def test_every_message_has_an_example_in_each_direction(sender: str, decoders: Decoders) -> None:
    shown = {json.loads(raw)["type"] for side, raw in EXAMPLES if side == sender}
    assert shown == frozenset[str]().union(*(decoder.types for decoder in decoders))


def test_an_example_of_a_fire_has_the_magic_of_its_id() -> None:
    fires = [message for message in (decode(*example) for example in EXAMPLES) if isinstance(message, Fire)]
    assert [fire.magic for fire in fires] == [magic_of(fire.id) for fire in fires] != []


@pytest.mark.parametrize(("name", "cls"), [*CLASSES.items(), *NESTED.items()])
def test_a_table_names_each_field_with_its_type(name: str, cls: type) -> None:
    fields = fields_of(cls)
    stated = {named(field): kind for field, kind, *_ in TABLES.get(name, [])}
    assert stated.keys() == fields.keys()
    assert {field: kind for field, kind in stated.items() if not fits(kind, fields[field].type)} == {}


def fits(kind: str, declared: inspect.Type) -> bool:
    """The field is of the type that its table says; a type that has no name is told in words, which say its JSON."""
    if kind.startswith("`"):
        return inspect.type_info(type_named(named(kind))) == declared
    return isinstance(declared, JSON_TYPES[kind.split()[0]])


JSON_TYPES: dict[str, type[inspect.Type] | tuple[type[inspect.Type], ...]] = {
    "integer": inspect.IntType,
    "number": inspect.FloatType,
    "boolean": inspect.BoolType,
    "string": (inspect.StrType, inspect.EnumType, inspect.LiteralType),
    "array": inspect.VarTupleType,
    "object": (inspect.DataclassType, inspect.DictType),
}


def type_named(name: str) -> object:
    """The declared type behind a name in the page's table of types."""
    assert name in {named(row[0]) for row in TABLES["type"]}, name
    for module in (units, base, account, market, session):
        if (found := getattr(module, name, None)) is not None:
            return found
    raise AssertionError(f"no module of the wire declares {name}")


@pytest.mark.parametrize("row", TABLES["type"], ids=lambda row: named(row[0]))
def test_a_type_has_the_range_that_is_declared(row: list[str]) -> None:
    name, kind, least, most, _ = row
    declared = inspect.type_info(type_named(named(name)))
    assert isinstance(declared, JSON_TYPES[kind])
    limits = dict(limit.split() for limit in (least, most) if limit)
    if isinstance(declared, inspect.IntType | inspect.FloatType):
        found = {">": declared.gt, ">=": declared.ge, "<": declared.lt, "<=": declared.le}
        assert {sign: number(text) for sign, text in limits.items()} == {
            k: v for k, v in found.items() if v is not None
        }
    else:
        assert limits == {}


def number(text: str) -> float:
    """A limit as the page writes it: 0, -5, 10^9, -10^15, 10^-12, 2^63-1."""
    power = re.fullmatch(r"(-?)(\d+)\^(-?\d+)(-1)?", text)
    if power is None:
        return int(text)
    sign, mantissa, exponent, less = power.groups()
    magnitude: float = int(mantissa) ** int(exponent)
    return int(f"{sign}1") * magnitude + int(less or 0)


@pytest.mark.parametrize(("name", "words"), WORDS.items())
def test_every_word_is_explained(name: str, words: type[StrEnum]) -> None:
    explained = {named(row[0]): row[-1] for row in TABLES[name]}
    assert explained.keys() == set(words)
    assert all(explained.values())


def test_every_clause_has_its_heading_in_order() -> None:
    assert re.findall(r"^### (\d+\.\d+) \w", PAGE, re.MULTILINE) == CLAUSES


def test_every_clause_that_the_code_cites_exists() -> None:
    sources = [path for part in ("bitten", "tests") for path in (ROOT / part).rglob("*.py")]
    cited = {
        clause for path in sources for clause in re.findall(r"protocol (\d+\.\d+)", path.read_text(encoding="utf-8"))
    }
    assert cited <= set(CLAUSES)


def test_only_events_are_numbered_on_the_page() -> None:
    numbered = {name for name in CLASSES if "n" in {named(row[0]) for row in TABLES.get(name, [])}}
    events = {get_args(cls.__annotations__["type"])[0] for cls in get_args(NumberedEvent)}
    assert numbered == events | {"ack"}
