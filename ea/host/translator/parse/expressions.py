"""Expressions, by precedence (Reference: Precedence Rules)."""

from ea.host.translator.diagnostics import refused
from ea.host.translator.lexer import Kind
from ea.host.translator.parse.cursor import Cursor
from ea.host.translator.syntax import (
    Assign,
    Binary,
    Braces,
    Call,
    Cast,
    Conditional,
    Expression,
    Index,
    Literal,
    Member,
    Name,
    Null,
    Paren,
    SizeOf,
    Text,
    Unary,
)
from ea.host.translator.types import BOOL

ASSIGNMENTS = ("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=")
_BINARY = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
"""From the loosest to the tightest."""


def expression(cursor: Cursor) -> Expression:
    """An expression, without a comma at its top."""
    target = _conditional(cursor)
    operator = cursor.take(*ASSIGNMENTS)
    if operator is None:
        return target
    return Assign(operator.place, operator.text, target, expression(cursor))


def initialiser(cursor: Cursor) -> Expression | Braces:
    """What may stand behind the `=` of a declaration."""
    brace = cursor.take("{")
    if brace is None:
        return expression(cursor)
    items: list[Expression] = []
    while not cursor.at("}"):
        items.append(expression(cursor))
        if not cursor.take(","):
            break
    cursor.expect("}", 190)
    return Braces(brace.place, tuple(items))


def arguments(cursor: Cursor) -> tuple[Expression, ...]:
    """`(a, b, c)`."""
    cursor.expect("(", 132)
    found: list[Expression] = []
    while not cursor.at(")"):
        if cursor.at(","):
            raise refused(cursor.place, 291, "an argument is left out")
        found.append(expression(cursor))
        if not cursor.take(","):
            break
        if cursor.at(")"):
            raise refused(cursor.place, 291, "an argument is left out")
    cursor.expect(")", 176)
    return tuple(found)


def _conditional(cursor: Cursor) -> Expression:
    condition = _binary(cursor, 0)
    mark = cursor.take("?")
    if mark is None:
        return condition
    yes = expression(cursor)
    cursor.expect(":", 123)
    return Conditional(mark.place, condition, yes, expression(cursor))


def _binary(cursor: Cursor, level: int) -> Expression:
    if level == len(_BINARY):
        return _unary(cursor)
    left = _binary(cursor, level + 1)
    while operator := cursor.take(*_BINARY[level]):
        left = Binary(operator.place, operator.text, left, _binary(cursor, level + 1))
    return left


def _unary(cursor: Cursor) -> Expression:
    operator = cursor.take("-", "+", "!", "~", "++", "--")
    if operator is not None:
        return Unary(operator.place, operator.text, _unary(cursor))
    if cursor.at("&", "*"):
        raise refused(cursor.place, 150, f"{cursor.found} takes no address here: MQL5 has no pointers to variables")
    if cursor.at("("):
        return _parenthesised(cursor)
    return _postfix(cursor, _primary(cursor))


def _parenthesised(cursor: Cursor) -> Expression:
    ahead = cursor.ahead()
    if ahead.kind is Kind.NAME and ahead.text in cursor.types and cursor.ahead(2).text == ")":
        place = cursor.next().place
        kind = cursor.type()
        cursor.expect(")", 176)
        return Cast(place, kind, _unary(cursor))
    if ahead.kind is Kind.NAME and ahead.text in cursor.types and cursor.ahead(2).text == "*":
        cursor.next()
        cursor.type()
    place = cursor.next().place
    inner = expression(cursor)
    cursor.expect(")", 176)
    return _postfix(cursor, Paren(place, inner))


def _postfix(cursor: Cursor, inner: Expression) -> Expression:
    while True:
        if cursor.at("("):
            if not isinstance(inner, Name | Member):
                raise refused(cursor.place, 149, "only a function's name can be called")
            inner = Call(inner.place, inner, arguments(cursor))
        elif bracket := cursor.take("["):
            inner = Index(bracket.place, inner, expression(cursor))
            cursor.expect("]", 144)
        elif dot := cursor.take("."):
            inner = Member(dot.place, inner, cursor.identifier().text)
        elif operator := cursor.take("++", "--"):
            inner = Unary(operator.place, operator.text, inner, postfix=True)
        elif cursor.at("->", "::"):
            raise refused(cursor.place, 149, f"{cursor.found} is C++: a member is reached by '.' in the subset")
        else:
            return inner


def _primary(cursor: Cursor) -> Expression:
    cursor.refuse_foreign()
    token = cursor.token
    if token.kind is Kind.LITERAL:
        return Literal(token.place, cursor.next().value, token.type)
    if token.kind is Kind.TEXT:
        return _text(cursor)
    if cursor.at("[", "{"):
        raise refused(token.place, 157, f"an expression is expected, found {cursor.found}")
    if cursor.at("true", "false"):
        return Literal(token.place, int(cursor.next().text == "true"), BOOL)
    if cursor.take("NULL"):
        return Null(token.place)
    if cursor.take("sizeof"):
        cursor.expect("(", 132)
        kind = cursor.type()
        cursor.expect(")", 176)
        return SizeOf(token.place, kind)
    if token.kind is Kind.NAME and token.text in cursor.types:
        return _function_cast(cursor)
    if token.kind is not Kind.NAME:
        raise refused(token.place, 157, f"an expression is expected, found {cursor.found}")
    if token.text == "this":
        return Name(token.place, cursor.next().text)
    return Name(token.place, cursor.identifier().text)


def _text(cursor: Cursor) -> Text:
    place, parts = cursor.place, []
    while cursor.token.kind is Kind.TEXT:
        parts.append(cursor.next().text)
    return Text(place, "".join(parts))


def _function_cast(cursor: Cursor) -> Cast:
    place, kind = cursor.place, cursor.type()
    cursor.expect("(", 132)
    inner = expression(cursor)
    cursor.expect(")", 176)
    return Cast(place, kind, inner)
