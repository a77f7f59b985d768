"""Functions and methods."""

from ea.host.translator.diagnostics import outside, refused
from ea.host.translator.lexer import Token
from ea.host.translator.parse.cursor import Cursor
from ea.host.translator.parse.expressions import expression
from ea.host.translator.parse.statements import block
from ea.host.translator.parse.variables import dimension
from ea.host.translator.syntax import Expression, Function, Parameter
from ea.host.translator.types import VOID, ArrayType, Element


def function(cursor: Cursor, name: Token, result: Element, owner: str | None = None) -> Function:
    """From the opening parenthesis on: a prototype, or a function with its body."""
    parameters, variadic = _parameters(cursor)
    const = bool(cursor.take("const"))
    if const and owner is None:
        raise refused(name.place, 272, "only a method can be const")
    cursor.refuse_foreign()
    constructor = name.text == owner
    members = _members(cursor) if constructor and cursor.take(":") else ()
    body = None if cursor.take(";") else block(cursor)
    return Function(
        name.place,
        name.text,
        result,
        parameters,
        variadic=variadic,
        body=body,
        const=const,
        owner=owner,
        constructor=constructor,
        members=members,
    )


def _parameters(cursor: Cursor) -> tuple[tuple[Parameter, ...], bool]:
    cursor.expect("(", 132)
    found: list[Parameter] = []
    if cursor.at("void") and cursor.ahead().text == ")":
        cursor.next()
    while not cursor.at(")"):
        if cursor.builtin and cursor.take("..."):
            cursor.expect(")", 176)
            return tuple(found), True
        found.append(_parameter(cursor))
        if not cursor.take(","):
            break
    cursor.expect(")", 176)
    return tuple(found), False


def _parameter(cursor: Cursor) -> Parameter:
    place, const = cursor.place, bool(cursor.take("const"))
    kind = cursor.type()
    reference = bool(cursor.take("&"))
    if cursor.at("(", "["):
        raise outside(cursor.place, "pointers to functions, and '(&name)[]', are outside the subset")
    if cursor.at(",", ")"):
        raise outside(place, "a parameter needs a name in the subset")
    name = cursor.identifier()
    array, size = dimension(cursor)
    if size is not None:
        raise outside(name.place, f"'{name.text}': the size of an array parameter is outside the subset")
    if kind == VOID and not (cursor.builtin and reference):
        raise refused(name.place, 143, f"'{name.text}' cannot be 'void'")
    default = expression(cursor) if cursor.take("=") else None
    return Parameter(name.place, name.text, ArrayType(kind) if array else kind, const, reference, default)


def _members(cursor: Cursor) -> tuple[tuple[str, Expression], ...]:
    found = []
    while True:
        name = cursor.identifier().text
        cursor.expect("(", 132)
        found.append((name, expression(cursor)))
        cursor.expect(")", 176)
        if not cursor.take(","):
            return tuple(found)
