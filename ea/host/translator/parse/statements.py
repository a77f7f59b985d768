"""Statements (Reference: Operators)."""

from ea.host.translator.diagnostics import refused
from ea.host.translator.lexer import Kind
from ea.host.translator.parse.cursor import Cursor
from ea.host.translator.parse.expressions import expression
from ea.host.translator.parse.variables import variables
from ea.host.translator.syntax import (
    Block,
    Case,
    Empty,
    Evaluate,
    Expression,
    For,
    If,
    Jump,
    Return,
    Statement,
    Switch,
    Variables,
    While,
)


def block(cursor: Cursor) -> Block:
    """`{ ... }`."""
    place = cursor.expect("{", 141).place
    inside: list[Statement] = []
    while not cursor.at("}"):
        if cursor.token.kind is Kind.END:
            raise refused(place, 133, "'{' has no '}'")
        inside.append(statement(cursor))
    return Block(place, tuple(inside), cursor.next().place)


def statement(cursor: Cursor) -> Statement:
    """One statement, a declaration among them."""
    place = cursor.place
    if cursor.at("{"):
        return block(cursor)
    if cursor.take(";"):
        return Empty(place)
    if _declares(cursor):
        return _local(cursor)
    cursor.refuse_foreign()
    word = cursor.take("if", "while", "do", "for", "switch", "break", "continue", "return")
    match word.text if word else "":
        case "if":
            return _if(cursor)
        case "while":
            return While(place, _condition(cursor), statement(cursor))
        case "do":
            return _do(cursor)
        case "for":
            return _for(cursor)
        case "switch":
            return _switch(cursor)
        case "break" | "continue" as jump:
            cursor.expect(";", 154)
            return Jump(place, jump)
        case "return":
            value = None if cursor.at(";") else expression(cursor)
            cursor.expect(";", 154)
            return Return(place, value)
    _refuse_stray(cursor)
    evaluated = Evaluate(place, expression(cursor))
    cursor.expect(";", 154)
    return evaluated


def _declares(cursor: Cursor) -> bool:
    return cursor.at("const", "static", "input") or (cursor.at_type() and cursor.ahead().text != "(")


def _local(cursor: Cursor) -> Variables:
    place = cursor.place
    if cursor.at("input"):
        raise refused(place, 326, "an input is declared outside functions")
    if cursor.at("struct", "enum") and cursor.ahead(2).text == "{":
        raise refused(place, 326, f"{cursor.found} is declared outside functions")
    return Variables(place, variables(cursor))


def _refuse_stray(cursor: Cursor) -> None:
    if cursor.at("else"):
        raise refused(cursor.place, 183, "'else' without 'if'")
    if cursor.at("case", "default"):
        raise refused(cursor.place, 184, f"{cursor.found} without 'switch'")
    name, after = cursor.token, cursor.ahead()
    if name.kind is Kind.NAME and after.kind is Kind.NAME:
        raise refused(name.place, 256, f"undeclared identifier '{name.text}': it is no type")


def _condition(cursor: Cursor) -> Expression:
    cursor.expect("(", 132)
    condition = expression(cursor)
    cursor.expect(")", 176)
    return condition


def _if(cursor: Cursor) -> If:
    place = cursor.place
    condition, then = _condition(cursor), statement(cursor)
    return If(place, condition, then, statement(cursor) if cursor.take("else") else None)


def _do(cursor: Cursor) -> While:
    place, body = cursor.place, statement(cursor)
    cursor.expect("while", 236)
    condition = _condition(cursor)
    cursor.expect(";", 154)
    return While(place, condition, body, first=True)


def _for(cursor: Cursor) -> For:
    place = cursor.expect("(", 132).place
    start: Variables | tuple[Expression, ...] = ()
    if _declares(cursor):
        start = _local(cursor)
    elif not cursor.take(";"):
        start = _list(cursor)
        cursor.expect(";", 154)
    condition = None if cursor.at(";") else expression(cursor)
    cursor.expect(";", 154)
    step = () if cursor.at(")") else _list(cursor)
    cursor.expect(")", 176)
    return For(place, start, condition, step, statement(cursor))


def _list(cursor: Cursor) -> tuple[Expression, ...]:
    found = [expression(cursor)]
    while cursor.take(","):
        found.append(expression(cursor))
    return tuple(found)


def _switch(cursor: Cursor) -> Switch:
    place, value = cursor.place, _condition(cursor)
    cursor.expect("{", 141)
    cases: list[Case] = []
    while not cursor.take("}"):
        cases.append(_case(cursor))
    return Switch(place, value, tuple(cases))


def _case(cursor: Cursor) -> Case:
    place = cursor.place
    word = cursor.take("case", "default")
    if word is None:
        raise refused(place, 149, f"'case' or 'default' expected, found {cursor.found}")
    value = expression(cursor) if word.text == "case" else None
    cursor.expect(":", 123)
    inside: list[Statement] = []
    while not cursor.at("case", "default", "}"):
        if _declares(cursor):
            raise refused(cursor.place, 179, "a variable declared in a 'case' needs braces around it")
        inside.append(statement(cursor))
    return Case(place, value, tuple(inside))
