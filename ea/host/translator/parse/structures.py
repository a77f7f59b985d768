"""Enumerations, structs and classes."""

import attrs

from ea.host.translator.diagnostics import outside, refused
from ea.host.translator.parse.cursor import Cursor
from ea.host.translator.parse.expressions import expression
from ea.host.translator.parse.functions import function
from ea.host.translator.parse.variables import variable
from ea.host.translator.syntax import Enumeration, Expression, Function, Structure, Variable
from ea.host.translator.types import VOID, EnumType, StructType


def enumeration(cursor: Cursor) -> Enumeration:
    """`enum NAME { A, B=2 };`."""
    place = cursor.expect("enum").place
    if cursor.at("class", "struct"):
        raise refused(cursor.place, 149, f"'enum {cursor.token.text}' is C++, not MQL5")
    if cursor.at("{"):
        raise outside(cursor.place, "an enumeration needs a name in the subset")
    name = _new_type(cursor)
    cursor.expect("{", 141)
    members: list[tuple[str, Expression | None]] = []
    while not cursor.at("}"):
        member = cursor.identifier().text
        members.append((member, expression(cursor) if cursor.take("=") else None))
        if not cursor.take(","):
            break
    cursor.expect("}", 190)
    cursor.expect(";", 154)
    cursor.types[name] = EnumType(name)
    return Enumeration(place, name, tuple(members))


def structure(cursor: Cursor) -> Structure:
    """`struct NAME { ... };` or `class NAME { ... };`."""
    word = cursor.next()
    if cursor.at("{"):
        raise outside(cursor.place, f"a {word.text} needs a name in the subset")
    name = _new_type(cursor)
    if cursor.at(";"):
        raise refused(cursor.place, 162, f"'{name}' is declared without being defined")
    if cursor.at(":"):
        raise outside(cursor.place, f"'{name}' inherits: inheritance is outside the subset")
    cursor.types[name] = StructType(name)
    cursor.expect("{", 141)
    access = "private" if word.text == "class" else "public"
    fields: list[Variable] = []
    methods: list[Function] = []
    while not cursor.take("}"):
        if label := cursor.take("public", "private", "protected"):
            access = label.text
            cursor.expect(":", 123)
            continue
        _member(cursor, name, access, fields, methods)
    cursor.expect(";", 154)
    return Structure(word.place, name, word.text, tuple(fields), tuple(methods))


def _new_type(cursor: Cursor) -> str:
    if cursor.token.text in cursor.types:
        raise refused(cursor.place, 281, f"{cursor.found} is the name of a type already")
    return cursor.identifier().text


def _member(cursor: Cursor, owner: str, access: str, fields: list[Variable], methods: list[Function]) -> None:
    if cursor.at("~"):
        raise outside(cursor.place, "destructors are outside the subset")
    if cursor.at("static"):
        raise outside(cursor.place, "static members are outside the subset")
    words = {"const"} if cursor.take("const") else set()
    if cursor.at(owner) and cursor.ahead().text == "(":
        methods.append(attrs.evolve(function(cursor, cursor.next(), VOID, owner), access=access))
        return
    kind = cursor.type()
    if cursor.at("&"):
        raise refused(cursor.place, 229, "a reference is declared for parameters only")
    cursor.refuse_foreign()
    name = cursor.identifier()
    if cursor.at("("):
        methods.append(attrs.evolve(function(cursor, name, kind, owner), access=access))
        return
    while True:
        field = variable(cursor, kind, words, name)
        if field.initial is not None or field.arguments is not None:
            raise refused(field.place, 219, f"'{field.name}': a member is given its value by a constructor or '={{}}'")
        fields.append(attrs.evolve(field, access=access))
        if not cursor.take(","):
            break
        name = cursor.identifier()
    cursor.expect(";", 154)
