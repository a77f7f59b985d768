"""The types of the subset: basic types, enumerations, structures, arrays of one dimension."""

import attrs


@attrs.frozen
class Basic:
    """A built-in type. `size` is in bytes."""

    name: str
    size: int
    signed: bool = True
    floating: bool = False

    def __str__(self) -> str:
        return self.name


@attrs.frozen
class EnumType:
    """An enumeration, known by its name; 4 bytes, signed."""

    name: str

    def __str__(self) -> str:
        return self.name


@attrs.frozen
class StructType:
    """A struct or class, known by its name."""

    name: str

    def __str__(self) -> str:
        return self.name


Element = Basic | EnumType | StructType


@attrs.frozen
class ArrayType:
    """An array; `size` is None for a dynamic one, or for an array parameter."""

    element: Element
    size: int | None = None

    def __str__(self) -> str:
        return f"{self.element}[{'' if self.size is None else self.size}]"


Type = Element | ArrayType

VOID = Basic("void", 0)
BOOL = Basic("bool", 1, signed=False)
CHAR = Basic("char", 1)
UCHAR = Basic("uchar", 1, signed=False)
SHORT = Basic("short", 2)
USHORT = Basic("ushort", 2, signed=False)
INT = Basic("int", 4)
UINT = Basic("uint", 4, signed=False)
LONG = Basic("long", 8)
ULONG = Basic("ulong", 8, signed=False)
FLOAT = Basic("float", 4, floating=True)
DOUBLE = Basic("double", 8, floating=True)
STRING = Basic("string", 12)
DATETIME = Basic("datetime", 8)
COLOR = Basic("color", 4, signed=False)
NULL = Basic("NULL", 0)
ANY_ENUM = Basic("any_enum", 4)
"""The prelude's word for a parameter that takes every enumeration."""
UNKNOWN = Basic("unknown", 0)
"""Of an expression that has been refused: whatever is done with it is not refused again."""

INTEGERS = (CHAR, UCHAR, SHORT, USHORT, INT, UINT, LONG, ULONG)
BASIC = {each.name: each for each in (VOID, BOOL, *INTEGERS, FLOAT, DOUBLE, STRING, DATETIME, COLOR)}


def is_integer(kind: Type) -> bool:
    """One of the eight integer types; not bool, color, datetime or an enumeration."""
    return kind in INTEGERS


def is_floating(kind: Type) -> bool:
    """float or double."""
    return isinstance(kind, Basic) and kind.floating


def is_integral(kind: Type) -> bool:
    """Held as an integer: what may be counted, switched on or masked."""
    return isinstance(kind, EnumType) or kind in (*INTEGERS, BOOL, DATETIME, COLOR)


def is_number(kind: Type) -> bool:
    """What arithmetic takes."""
    return is_integral(kind) or is_floating(kind)


def limits(kind: Basic) -> tuple[int, int]:
    """The least and the greatest value of an integer type."""
    if kind == BOOL:
        return 0, 1
    bits = 8 * kind.size
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if kind.signed else (0, (1 << bits) - 1)


def held_as(kind: Type) -> Basic:
    """The integer or floating type that arithmetic on `kind` begins with (Reference: Typecasting)."""
    if isinstance(kind, EnumType) or kind in (BOOL, CHAR, UCHAR, SHORT, USHORT):
        return INT
    if kind == COLOR:
        return UINT
    return kind if isinstance(kind, Basic) else UNKNOWN


_RANK = (INT, UINT, LONG, DATETIME, ULONG, FLOAT, DOUBLE)


def common(left: Type, right: Type) -> Basic:
    """The type in which two numbers are reckoned together: the higher of the two (Reference: Typecasting)."""
    first, second = held_as(left), held_as(right)
    return max(first, second, key=_RANK.index) if first in _RANK and second in _RANK else UNKNOWN
