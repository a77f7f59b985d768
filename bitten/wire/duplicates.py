"""A field given twice: two readers of such a message may see two different ones, so it is none (protocol 1.3).

msgspec takes the last and does not tell. What tells at once is a count: each field needs a colon outside its strings.
A message that was decoded has its required fields once each at least; with no colon more than that, none is twice.
That is so for all that an honest peer sends but for texts with a colon in them, and costs a tick a twentieth of its
decoding. Whatever has more colons is read again by the standard library, which shows each field.
"""

import json
from collections import Counter
from math import isfinite

import attrs
from msgspec import inspect

from bitten.errors import Malformed

_ENVELOPE = ("type", "session", "n")


@attrs.frozen
class FieldCount:
    """The fewest fields that a message of one class has, with those of what it lists."""

    own: int
    """Required ones, `type` and those of nested objects with them."""
    listed: tuple[tuple[str, int], ...]
    """Attributes that are lists of objects, or mappings, and the fields that each of their items adds."""

    @classmethod
    def of(cls, message: type) -> "FieldCount":
        """Of a class of the wire."""
        own, listed = 0, []
        for field in _fields(inspect.type_info(message)):
            if not field.required and field.encode_name != "type":
                continue
            own += 1 + len([inner for inner in _fields(field.type) if inner.required])
            if each := _each(field.type):
                listed.append((field.name, each))
        return cls(own, tuple(listed))

    def least(self, message: object) -> int:
        """Of a message of that class."""
        return self.own + sum(each * len(getattr(message, name)) for name, each in self.listed)


def refuse_twice(raw: bytes) -> None:
    """Raise `Malformed` for an object with a field twice at any depth, and for what hides in fields that are unknown:
    text that is not UTF-8, numbers that no double or no program holds, depth without end.
    """
    try:
        json.loads(raw.decode(), object_pairs_hook=_once, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from None


def ambiguous(raw: bytes) -> bool:
    """It cannot be told whose message it is, or which: type, session or number stand in it twice."""
    try:
        fields = json.loads(raw.decode(errors="replace"), object_pairs_hook=list, parse_int=str)
    except (ValueError, RecursionError):
        return True
    names = [name for name, _ in fields]
    return any(names.count(name) > 1 for name in _ENVELOPE)


def _once(pairs: list[tuple[str, object]]) -> None:
    if len(dict(pairs)) == len(pairs):
        return
    twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
    raise Malformed(f"field {twice[:64]!r} is given twice")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise Malformed(f"number {text[:64]} is beyond what a double holds")
    return number


def _fields(kind: inspect.Type) -> tuple[inspect.Field, ...]:
    return kind.fields if isinstance(kind, inspect.DataclassType | inspect.StructType) else ()


def _each(kind: inspect.Type) -> int:
    """Fields that an item of a list adds; of a mapping, each item is one."""
    match kind:
        case inspect.DictType():
            return 1
        case inspect.VarTupleType(item_type=item):
            return len([field for field in _fields(item) if field.required])
        case _:
            return 0
