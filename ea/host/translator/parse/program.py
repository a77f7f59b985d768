"""A whole program: the declarations of a unit, in their order."""

from collections.abc import Mapping, Sequence

from ea.host.translator.diagnostics import refused
from ea.host.translator.lexer import Kind, Token
from ea.host.translator.parse.cursor import Cursor
from ea.host.translator.parse.functions import function
from ea.host.translator.parse.structures import enumeration, structure
from ea.host.translator.parse.variables import variable, variables
from ea.host.translator.syntax import Declaration, Function, Import
from ea.host.translator.types import ANY_ENUM, VOID, Element


def program(tokens: Sequence[Token], known: Mapping[str, Element]) -> tuple[Declaration, ...]:
    """The declarations of a program to which the types `known` are given."""
    return _declarations(Cursor(tokens, dict(known)))


def prelude(tokens: Sequence[Token]) -> tuple[tuple[Declaration, ...], Mapping[str, Element]]:
    """The declarations of the prelude, and the types that it gives."""
    cursor = Cursor(tokens)
    cursor.types["any_enum"] = ANY_ENUM
    found = _declarations(cursor)
    return found, {name: kind for name, kind in cursor.types.items() if kind != ANY_ENUM}


def _declarations(cursor: Cursor) -> tuple[Declaration, ...]:
    found: list[Declaration] = []
    while cursor.token.kind is not Kind.END:
        if cursor.token.kind is Kind.IMPORT:
            found += _imports(cursor)
        else:
            found += _declaration(cursor)
    return tuple(found)


def _declaration(cursor: Cursor) -> Sequence[Declaration]:
    cursor.refuse_foreign()
    if cursor.at("enum"):
        return (enumeration(cursor),)
    if cursor.at("struct", "class") and cursor.ahead().text not in cursor.types:
        return (structure(cursor),)
    if cursor.at("class"):
        return (structure(cursor),)
    if cursor.at("input") and cursor.ahead().text == "group":
        return _group(cursor)
    if cursor.at("const", "static", "input"):
        return variables(cursor)
    if cursor.at(";"):
        raise refused(cursor.place, 104, "a semicolon alone")
    if cursor.at("if", "for", "while", "do", "switch", "return") or (
        not cursor.at_type() and cursor.ahead().text in "=(["
    ):
        raise refused(cursor.place, 175, f"{cursor.found}: statements belong inside functions")
    if cursor.ahead().text == "::":
        return (_outside_class(cursor, VOID),)
    kind = cursor.type()
    if cursor.ahead().text == "::":
        return (_outside_class(cursor, kind),)
    if cursor.ahead().text == "(":
        return (function(cursor, cursor.identifier(), kind),)
    found = [variable(cursor, kind, set())]
    while cursor.take(","):
        found.append(variable(cursor, kind, set()))
    cursor.expect(";", 154)
    return found


def _group(cursor: Cursor) -> Sequence[Declaration]:
    cursor.next()
    cursor.next()
    if cursor.token.kind is not Kind.TEXT:
        raise refused(cursor.place, 149, "the name of an input group is a string")
    cursor.next()
    cursor.take(";")
    return ()


def _outside_class(cursor: Cursor, result: Element) -> Function:
    owner = cursor.identifier() if cursor.token.text not in cursor.types else cursor.next()
    cursor.expect("::")
    if owner.text not in cursor.types:
        raise refused(owner.place, 232, f"'{owner.text}' is no class or struct")
    name = cursor.next() if cursor.at(owner.text) else cursor.identifier()
    return function(cursor, name, result, owner.text)


def _imports(cursor: Cursor) -> Sequence[Declaration]:
    opened = cursor.next()
    if not opened.text:
        raise refused(opened.place, 243, "#import ends what has not begun")
    found = []
    while cursor.token.kind is not Kind.IMPORT:
        kind = cursor.type()
        prototype = function(cursor, cursor.identifier(), kind)
        if prototype.body is not None:
            raise refused(prototype.place, 160, f"'{prototype.name}' is imported and has no body here")
        found.append(prototype)
    if not cursor.token.text:
        cursor.next()
    return (Import(opened.place, opened.text, tuple(found)),)
