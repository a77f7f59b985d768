"""What becomes of a value where another type is wanted (Reference: Typecasting)."""

from enum import IntEnum

import attrs

from ea.host.translator.types import (
    BOOL,
    COLOR,
    DATETIME,
    INT,
    LONG,
    NULL,
    STRING,
    UINT,
    ULONG,
    UNKNOWN,
    ArrayType,
    Basic,
    EnumType,
    StructType,
    Type,
    is_floating,
    is_integer,
    limits,
)


class Cost(IntEnum):
    """How well a value fits: the less the better."""

    EXACT = 0
    SILENT = 1
    WARNED = 2
    IMPOSSIBLE = 3


@attrs.frozen
class Conversion:
    """What an implicit conversion costs, and under which number it is refused for what reason."""

    cost: Cost
    number: int = 0
    reason: str = ""


_EXACT, _SILENT = Conversion(Cost.EXACT), Conversion(Cost.SILENT)
_EXACT_DOUBLE = 1 << 53


def conversion(given: Type, wanted: Type, value: int | float | None = None) -> Conversion:
    """What it costs to put a `given`, of which a constant's value may be known, where a `wanted` belongs."""
    if UNKNOWN in (given, wanted) or given == wanted:
        return _EXACT
    if given == NULL:
        return _SILENT if wanted == STRING else _impossible(302, "NULL stands for a string alone in the subset")
    if isinstance(given, ArrayType | StructType) or isinstance(wanted, ArrayType | StructType):
        return _impossible(246, f"'{given}' does not become '{wanted}'")
    if STRING in (given, wanted):
        if wanted == STRING:
            return _impossible(181, f"implicit conversion of '{given}' to 'string'")
        return _impossible(180, f"implicit conversion of 'string' to '{wanted}'")
    if isinstance(wanted, EnumType):
        return _impossible(262, f"implicit conversion of '{given}' to the enumeration '{wanted}'")
    return _constant(given, wanted, value) if value is not None else _variable(given, wanted)


def _impossible(number: int, reason: str) -> Conversion:
    return Conversion(Cost.IMPOSSIBLE, number, reason)


def _loss(given: Type, wanted: Type, kind: str = "possible loss of data") -> Conversion:
    return Conversion(Cost.WARNED, 43, f"{kind} in the conversion of '{given}' to '{wanted}': cast it")


def _constant(given: Type, wanted: Basic, value: int | float) -> Conversion:
    if is_floating(wanted):
        fits = isinstance(value, float) or abs(value) <= _EXACT_DOUBLE
    elif is_floating(given):
        fits = False
    else:
        least, most = limits(wanted)
        fits = least <= value <= most
    return _SILENT if fits else Conversion(Cost.WARNED, 44, f"the constant {value} is cut off by '{wanted}'")


def _variable(given: Type, wanted: Basic) -> Conversion:
    if wanted == BOOL:
        return _loss(given, wanted, "a number as a truth")
    if given == BOOL:
        return _SILENT
    if isinstance(given, EnumType):
        return _SILENT if wanted in (INT, LONG) or is_floating(wanted) else _loss(given, wanted)
    if given == DATETIME:
        return _SILENT if wanted == LONG else _loss(given, wanted)
    if given == COLOR:
        return _SILENT if wanted in (UINT, LONG, ULONG) else _loss(given, wanted)
    if wanted in (DATETIME, COLOR):
        return _loss(given, wanted)
    if isinstance(given, Basic):
        return _number(given, wanted)
    return _impossible(246, f"'{given}' does not become '{wanted}'")


def _number(given: Basic, wanted: Basic) -> Conversion:
    if is_floating(wanted):
        exact = given.size <= wanted.size if is_floating(given) else given.size < wanted.size
        return _SILENT if exact else _loss(given, wanted)
    if is_floating(given) or wanted.size < given.size:
        return _loss(given, wanted)
    if is_integer(wanted) and (given.signed == wanted.signed or (wanted.signed and wanted.size > given.size)):
        return _SILENT
    return _loss(given, wanted, "possible change of sign")
