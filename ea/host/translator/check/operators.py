"""Operators and what they take (Reference: Operations and Expressions)."""

from ea.host.translator.check import constants, expressions
from ea.host.translator.check.context import Context
from ea.host.translator.check.places import why_not_writable
from ea.host.translator.diagnostics import Place
from ea.host.translator.syntax import Assign, Binary, Expression, Unary
from ea.host.translator.types import (
    BOOL,
    DOUBLE,
    INT,
    LONG,
    NULL,
    STRING,
    UINT,
    ULONG,
    UNKNOWN,
    Basic,
    EnumType,
    StructType,
    Type,
    common,
    held_as,
    is_floating,
    is_integral,
    is_number,
    limits,
)

COMPARISONS = ("==", "!=", "<", ">", "<=", ">=")
_BITWISE = ("&", "|", "^")
_SHIFTS = ("<<", ">>")
_WHOLE = (*_BITWISE, *_SHIFTS, "%")


def unary(context: Context, expression: Unary) -> Type:
    """The type of an operator with one operand."""
    kind = expressions.value_of(context, expression.operand)
    if expression.operator in ("++", "--"):
        return _step(context, expression, kind)
    if kind == UNKNOWN:
        return UNKNOWN
    if not is_number(kind) or (expression.operator == "~" and not is_integral(kind)):
        context.report.error(expression.place, 150, f"'{expression.operator}' does not apply to a '{kind}'")
        return UNKNOWN
    value = context.findings.values.get(expression.operand)
    known = None if value is None else constants.unary(expression.operator, value)
    if expression.operator == "!":
        return _known(context, expression, BOOL, known)
    if kind == BOOL:
        _unsafe(context, expression.place)
    if expression.operator == "-" and known is None and kind == ULONG:
        context.report.warning(expression.place, 67, "the unary minus of a 'ulong' is undefined")
    return _known(context, expression, held_as(kind), known)


def _step(context: Context, expression: Unary, kind: Type) -> Type:
    why = why_not_writable(context, expression.operand)
    if why is not None:
        context.report.error(expression.place, *why)
    if kind != UNKNOWN and (not is_number(kind) or isinstance(kind, EnumType) or kind == BOOL):
        context.report.error(expression.place, 150, f"'{expression.operator}' does not apply to a '{kind}'")
    return kind


def _known(context: Context, expression: Expression, kind: Basic, value: int | float | None) -> Basic:
    """Record a constant's value, in the type that holds it."""
    if value is None:
        return kind
    if isinstance(value, int) and not constants.fits(value, kind):
        if kind in (INT, UINT, LONG, ULONG) and constants.fits(value, LONG) and isinstance(expression, Unary):
            kind = INT if constants.fits(value, INT) else LONG
        else:
            context.report.warning(expression.place, 59, f"the constant {value} does not fit in '{kind}'")
            value = value & limits(kind)[1] if not is_floating(kind) else value
    context.findings.values[expression] = float(value) if is_floating(kind) else value
    return kind


def _unsafe(context: Context, place: Place) -> None:
    context.report.warning(place, 66, "a 'bool' in a reckoning is unsafe")


def binary(context: Context, expression: Binary) -> Type:
    """The type of an operator with two operands."""
    _precedence(context, expression)
    if expression.operator in ("&&", "||"):
        expressions.condition(context, expression.left)
        expressions.condition(context, expression.right)
        return _known(context, expression, BOOL, _folded(context, expression))
    left, right = expressions.value_of(context, expression.left), expressions.value_of(context, expression.right)
    if UNKNOWN in (left, right):
        return BOOL if expression.operator in COMPARISONS else UNKNOWN
    if STRING in (left, right) or NULL in (left, right):
        return _strings(context, expression, left, right)
    if not is_number(left) or not is_number(right):
        context.report.error(expression.place, 150, f"'{expression.operator}' does not apply to '{left}' and '{right}'")
        return UNKNOWN
    if expression.operator in COMPARISONS:
        _comparison(context, expression, left, right)
        return _known(context, expression, BOOL, _folded(context, expression))
    return _reckoned(context, expression, left, right)


def _folded(context: Context, expression: Binary) -> int | float | None:
    left, right = (context.findings.values.get(each) for each in (expression.left, expression.right))
    return None if left is None or right is None else constants.binary(expression.operator, left, right)


def _strings(context: Context, expression: Binary, left: Type, right: Type) -> Type:
    operator = expression.operator
    for side in (left, right):
        if side not in (STRING, NULL):
            context.report.error(expression.place, 181, f"implicit conversion of '{side}' to 'string' by '{operator}'")
            return UNKNOWN
    if operator in COMPARISONS:
        return BOOL
    if operator != "+" or left == NULL or right == NULL:
        context.report.error(expression.place, 150, f"'{operator}' does not apply to '{left}' and '{right}'")
    return STRING


def _comparison(context: Context, expression: Binary, left: Type, right: Type) -> None:
    if isinstance(left, EnumType) and isinstance(right, EnumType) and left != right:
        context.report.subset(expression.place, f"'{left}' is compared with '{right}', another enumeration")
    one, other = held_as(left), held_as(right)
    values = [context.findings.values.get(each) for each in (expression.left, expression.right)]
    if is_floating(one) or is_floating(other):
        _exact(context, expression, one, other)
    elif values == [None, None] and one.signed != other.signed:
        unsigned, signed = (other, one) if one.signed else (one, other)
        if unsigned.size >= signed.size:
            context.report.warning(expression.place, 45, f"'{left}' is compared with '{right}', of another sign")
    elif None in values:
        _always(context, expression, values, (left, right))


def _always(context: Context, expression: Binary, values: list[int | float | None], kinds: tuple[Type, Type]) -> None:
    """Refuse a comparison whose outcome the type alone decides."""
    value, kind, operator = (values[1], kinds[0], expression.operator) if values[0] is None else (
        values[0], kinds[1], _mirrored(expression.operator)
    )  # fmt: skip
    if not isinstance(kind, Basic) or value is None:
        return
    least, most = limits(kind)
    decided = {
        "<": value <= least or value > most,
        ">=": value <= least or value > most,
        ">": value >= most or value < least,
        "<=": value >= most or value < least,
    }.get(operator, not least <= value <= most)
    if decided:
        context.report.warning(
            expression.place, 65, f"a '{kind}' compared by '{operator}' with {value}: always the same"
        )


def _mirrored(operator: str) -> str:
    return {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(operator, operator)


def _reckoned(context: Context, expression: Binary, left: Type, right: Type) -> Type:
    operator, kind = expression.operator, common(left, right)
    if BOOL in (left, right):
        _unsafe(context, expression.place)
    if operator in _WHOLE and (is_floating(left) or is_floating(right)):
        context.report.error(expression.place, 150, f"'{operator}' applies to whole numbers only")
        return UNKNOWN
    if operator in _SHIFTS:
        kind = held_as(left)
        _shift(context, expression, kind)
    elif is_floating(kind):
        _exact(context, expression, left, right)
    _zero(context, expression.operator, expression.right)
    return _known(context, expression, kind, _folded(context, expression))


def _exact(context: Context, expression: Binary, left: Type, right: Type) -> None:
    """Refuse that 8-byte integers become doubles on the way."""
    for side, kind in ((expression.left, left), (expression.right, right)):
        if not is_floating(kind):
            cost = expressions.conversion_of(context, side, held_as(kind), DOUBLE)
            expressions.refuse_conversion(context, side.place, cost)


def _shift(context: Context, expression: Binary, kind: Basic) -> None:
    by = context.findings.values.get(expression.right)
    if by is not None and not 0 <= by < 8 * kind.size:
        context.report.warning(expression.place, 75, f"a shift of '{kind}' by {by} is undefined")


def _zero(context: Context, operator: str, divisor: Expression) -> None:
    if operator.rstrip("=") in ("/", "%") and context.findings.values.get(divisor) == 0:
        context.report.error(divisor.place, 198, "division by zero")


def _precedence(context: Context, expression: Binary) -> None:
    """Refuse what reads differently from how it binds."""
    for side in (expression.left, expression.right):
        if not isinstance(side, Binary):
            continue
        mixed = (
            (expression.operator == "||" and side.operator == "&&")
            or (expression.operator in _BITWISE and side.operator in (*COMPARISONS, "+", "-", *_SHIFTS))
            or (expression.operator in _SHIFTS and side.operator in ("+", "-"))
            or (expression.operator in _BITWISE and side.operator in _BITWISE and side.operator != expression.operator)
            or (expression.operator in ("==", "!=", "<", ">") and side.operator in COMPARISONS)
        )
        if mixed:
            context.report.warning(
                expression.place,
                80,
                f"'{side.operator}' beside '{expression.operator}': say by parentheses what is meant",
            )


def assign(context: Context, expression: Assign) -> Type:
    """The type of an assignment, which is its target's."""
    target = expressions.value_of(context, expression.target)
    why = why_not_writable(context, expression.target)
    if why is not None:
        context.report.error(expression.place, *why)
    if expression.operator == "=":
        expressions.wanted(context, expression.value, target)
        return target
    kind = expressions.value_of(context, expression.value)
    operator = expression.operator.removesuffix("=")
    if UNKNOWN in (target, kind):
        return target
    if not _applies(operator, target, kind):
        context.report.error(
            expression.place, 150, f"'{expression.operator}' does not apply to '{target}' and '{kind}'"
        )
    elif target != STRING and operator not in _SHIFTS:
        cost = expressions.conversion_of(context, expression.value, kind, target)
        expressions.refuse_conversion(context, expression.place, cost)
    _zero(context, expression.operator, expression.value)
    return target


def _applies(operator: str, target: Type, kind: Type) -> bool:
    if STRING in (target, kind):
        return operator == "+" and target == kind
    if isinstance(target, EnumType | StructType) or target == BOOL or not is_number(target) or not is_number(kind):
        return False
    return operator not in _WHOLE or not (is_floating(target) or is_floating(kind))
