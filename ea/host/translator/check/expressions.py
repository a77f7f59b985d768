"""The type of each expression, and its value where it is constant."""

from ea.host.translator.check import calls, operators
from ea.host.translator.check.context import Context
from ea.host.translator.check.conversions import Conversion, Cost, conversion
from ea.host.translator.check.symbols import Symbol
from ea.host.translator.diagnostics import Place
from ea.host.translator.syntax import (
    Assign,
    Binary,
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
from ea.host.translator.types import (
    BOOL,
    NULL,
    STRING,
    ULONG,
    UNKNOWN,
    USHORT,
    VOID,
    ArrayType,
    Basic,
    Element,
    EnumType,
    StructType,
    Type,
    common,
    is_floating,
    is_integral,
    is_number,
)


def type_of(context: Context, expression: Expression) -> Type:
    """Check an expression and all in it; what it is used for is checked by who uses it."""
    kind = _typed(context, expression)
    context.findings.types[expression] = kind
    return kind


def value_of(context: Context, expression: Expression) -> Type:
    """As `type_of`, where something that has a value is needed."""
    kind = type_of(context, expression)
    if kind == VOID:
        context.report.error(expression.place, 151, "a void function has no value")
        return UNKNOWN
    return kind


def wanted(context: Context, expression: Expression, to: Type) -> None:
    """Check an expression that stands where a `to` is wanted."""
    kind = value_of(context, expression)
    refuse_conversion(context, expression.place, conversion_of(context, expression, kind, to))


def conversion_of(context: Context, expression: Expression, kind: Type, to: Type) -> Conversion:
    """What the conversion of an expression, typed already, costs."""
    return conversion(kind, to, context.findings.values.get(expression))


def refuse_conversion(context: Context, place: Place, cost: Conversion) -> None:
    """Report a conversion that MetaEditor would not pass over."""
    if cost.cost is Cost.IMPOSSIBLE:
        context.report.error(place, cost.number, cost.reason)
    elif cost.cost is Cost.WARNED:
        context.report.warning(place, cost.number, cost.reason)


def condition(context: Context, expression: Expression) -> None:
    """Check an expression that decides."""
    kind = value_of(context, expression)
    if isinstance(expression, Assign):
        context.report.subset(expression.place, "an assignment as a condition: was '==' meant?")
    if kind != UNKNOWN and not is_number(kind):
        context.report.error(expression.place, 150, f"a '{kind}' is neither true nor false")


def _typed(context: Context, expression: Expression) -> Type:
    match expression:
        case Literal():
            context.findings.values[expression] = expression.value
            return expression.type
        case Text():
            return STRING
        case Null():
            return NULL
        case Name():
            return _name(context, expression)
        case Paren():
            return _paren(context, expression)
        case Unary():
            return operators.unary(context, expression)
        case Binary():
            return operators.binary(context, expression)
        case Assign():
            return operators.assign(context, expression)
        case Conditional():
            return _conditional(context, expression)
        case Call():
            return calls.call(context, expression)
        case Member():
            return _member(context, expression)
        case Index():
            return _index(context, expression)
        case Cast():
            return _cast(context, expression)
        case SizeOf():
            return _size(context, expression)


def _name(context: Context, expression: Name) -> Type:
    if expression.name == "this":
        return StructType(context.owner.name) if context.owner else _undeclared(context, expression)
    symbol = context.lookup(expression.name)
    if symbol is None:
        return _undeclared(context, expression)
    context.findings.symbols[expression] = symbol
    if symbol.value is not None:
        context.findings.values[expression] = symbol.value
    return symbol.type


def _undeclared(context: Context, expression: Name) -> Type:
    context.report.error(expression.place, 256, f"undeclared identifier '{expression.name}'")
    return UNKNOWN


def _paren(context: Context, expression: Paren) -> Type:
    kind = type_of(context, expression.inner)
    if expression.inner in context.findings.values:
        context.findings.values[expression] = context.findings.values[expression.inner]
    return kind


def _conditional(context: Context, expression: Conditional) -> Type:
    condition(context, expression.condition)
    yes, no = value_of(context, expression.yes), value_of(context, expression.no)
    if yes == no or UNKNOWN in (yes, no):
        return yes
    if {yes, no} == {STRING, NULL}:
        return STRING
    for one, kind, other, other_kind in (
        (expression.yes, yes, expression.no, no),
        (expression.no, no, expression.yes, yes),
    ):
        if is_number(other_kind) and conversion_of(context, one, kind, other_kind).cost < Cost.WARNED:
            if other in context.findings.values and one not in context.findings.values:
                continue
            return other_kind
    context.report.error(expression.place, 302, f"'{yes}' and '{no}' have no common type here: cast one of them")
    return common(yes, no) if is_number(yes) and is_number(no) else UNKNOWN


def _member(context: Context, expression: Member) -> Type:
    kind = value_of(context, expression.object)
    field = member(context, expression, kind)
    return field.type if field else UNKNOWN


def member(context: Context, expression: Member, kind: Type) -> Symbol | None:
    """The field that is meant, if there is one and it may be reached from here."""
    if kind == UNKNOWN:
        return None
    if not isinstance(kind, StructType):
        context.report.error(expression.place, 280, f"a '{kind}' has no members")
        return None
    field = context.declarations.structs[kind.name].fields.get(expression.name)
    if field is None:
        context.report.error(expression.place, 130, f"'{kind}' has no member '{expression.name}'")
        return None
    if field.access != "public" and (context.owner is None or context.owner.name != kind.name):
        number = 211 if field.access == "private" else 204
        context.report.error(expression.place, number, f"'{expression.name}' is a {field.access} member of '{kind}'")
    return field


def _index(context: Context, expression: Index) -> Type:
    kind = value_of(context, expression.array)
    index = value_of(context, expression.index)
    if index != UNKNOWN and not is_integral(index):
        context.report.error(expression.index.place, 334, f"an index is a whole number, not a '{index}'")
    if kind == STRING:
        return USHORT
    if not isinstance(kind, ArrayType):
        if kind != UNKNOWN:
            context.report.error(expression.place, 241, f"a '{kind}' is no array")
        return UNKNOWN
    value = context.findings.values.get(expression.index)
    if value is not None and (value < 0 or (kind.size is not None and value >= kind.size)):
        context.report.error(expression.index.place, 218, f"the index {value} is outside of '{kind}'")
    return kind.element


def _cast(context: Context, expression: Cast) -> Type:
    kind, to = value_of(context, expression.operand), expression.type
    if kind == UNKNOWN or _castable(kind, to):
        value = context.findings.values.get(expression.operand)
        if value is not None and is_number(to):
            context.findings.values[expression] = _cast_value(value, to)
    else:
        context.report.error(expression.place, 252, f"a '{kind}' cannot be cast to '{to}'")
    return to


def _castable(kind: Type, to: Element) -> bool:
    if isinstance(to, EnumType):
        return is_integral(kind)
    return (is_number(kind) or kind == STRING) and (is_number(to) or to == STRING)


def _cast_value(value: int | float, to: Element) -> int | float:
    if is_floating(to):
        return float(value)
    if to == BOOL:
        return int(bool(value))
    bits = 8 * to.size if isinstance(to, Basic) else 32
    whole = int(value) & ((1 << bits) - 1)
    signed = to.signed if isinstance(to, Basic) else True
    return whole - (1 << bits) if signed and whole >> (bits - 1) else whole


def _size(context: Context, expression: SizeOf) -> Type:
    kind = expression.type
    if isinstance(kind, StructType) or kind in (STRING, VOID):
        context.report.subset(expression.place, f"the size of '{kind}' depends on the terminal")
    else:
        context.findings.values[expression] = kind.size if isinstance(kind, Basic) else 4
    return ULONG
