"""Declarations of variables: global, local, and fields."""

from ea.host.translator.diagnostics import outside, refused
from ea.host.translator.lexer import Token
from ea.host.translator.parse.cursor import Cursor
from ea.host.translator.parse.expressions import arguments, expression, initialiser
from ea.host.translator.syntax import Expression, Variable
from ea.host.translator.types import VOID, Element


def variables(cursor: Cursor) -> tuple[Variable, ...]:
    """`const static input TYPE a, b[], c[3] = {1, 2, 3};`, words and declarators as they may be."""
    words = set()
    while word := cursor.take("const", "static", "input"):
        words.add(word.text)
    kind = cursor.type()
    found = [variable(cursor, kind, words)]
    while cursor.take(","):
        found.append(variable(cursor, kind, words))
    if cursor.at(":"):
        raise refused(cursor.place, 149, "a 'for' over a range is C++, not MQL5")
    cursor.expect(";", 154)
    return tuple(found)


def variable(cursor: Cursor, kind: Element, words: set[str], name: Token | None = None) -> Variable:
    """One declarator, of which the name may have been taken already."""
    if cursor.at("&"):
        raise refused(cursor.place, 229, "a reference is declared for parameters only")
    if kind == VOID:
        raise refused(cursor.place, 143, "a variable cannot be 'void'")
    name = name or cursor.identifier()
    array, size = dimension(cursor)
    if cursor.at("{"):
        raise refused(cursor.place, 140, "a value is given by '=': braces alone are C++")
    constructor = arguments(cursor) if cursor.at("(") else None
    initial = initialiser(cursor) if cursor.take("=") else None
    return Variable(
        name.place,
        name.text,
        kind,
        array=array,
        size=size,
        initial=initial,
        arguments=constructor,
        const="const" in words,
        static="static" in words,
        input="input" in words,
    )


def dimension(cursor: Cursor) -> tuple[bool, Expression | None]:
    """`[]` or `[size]`, if it is there."""
    if not cursor.take("["):
        return False, None
    size = None if cursor.at("]") else expression(cursor)
    cursor.expect("]", 144)
    if cursor.at("["):
        raise outside(cursor.place, "arrays of more than one dimension are outside the subset")
    return True, size
