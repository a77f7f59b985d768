"""Which function a call means, and whether its arguments suit it."""

from collections.abc import Sequence

from ea.host.translator.check import expressions, formats
from ea.host.translator.check.context import Context
from ea.host.translator.check.conversions import Conversion, Cost
from ea.host.translator.check.places import why_not_writable
from ea.host.translator.check.symbols import Signature, Where
from ea.host.translator.diagnostics import Place
from ea.host.translator.syntax import Call, Expression, Member, Parameter
from ea.host.translator.types import (
    ANY_ENUM,
    CHAR,
    UCHAR,
    UNKNOWN,
    VOID,
    ArrayType,
    EnumType,
    StructType,
    Type,
)

_RESIZING = ("ArrayResize", "ArrayFree", "ArrayRemove", "ArraySetAsSeries")


def call(context: Context, expression: Call) -> Type:
    """The type of a call, which is its function's result."""
    candidates = _candidates(context, expression)
    kinds = [expressions.value_of(context, each) for each in expression.arguments]
    if not candidates:
        return UNKNOWN
    chosen = choose(context, expression.function.name, candidates, expression.arguments, kinds, expression.place)
    if chosen is None:
        return UNKNOWN
    context.findings.calls[expression] = chosen
    formats.check(context, chosen, expression)
    if chosen.name in _RESIZING and chosen.where is Where.BUILTIN:
        _resized(context, chosen, kinds, expression.place)
    if chosen.name == "ArrayCopy" and chosen.where is Where.BUILTIN:
        _copied(context, kinds, expression.place)
    return chosen.result


def _candidates(context: Context, expression: Call) -> Sequence[Signature]:
    function = expression.function
    if isinstance(function, Member):
        return _methods(context, function)
    if context.owner is not None and function.name in context.owner.methods:
        found = context.owner.methods[function.name]
        _refuse_const(context, found, context.function is not None and context.function.const, function.place)
        return found
    functions = context.declarations.functions.get(function.name, [])
    if not functions:
        context.report.error(function.place, 256, f"undeclared identifier '{function.name}': no such function")
    return functions


def _methods(context: Context, function: Member) -> Sequence[Signature]:
    kind = expressions.value_of(context, function.object)
    if kind == UNKNOWN:
        return ()
    if not isinstance(kind, StructType):
        context.report.error(function.place, 280, f"a '{kind}' has no methods")
        return ()
    found = context.declarations.structs[kind.name].methods.get(function.name, ())
    if not found:
        context.report.error(function.place, 213, f"'{kind}' has no method '{function.name}'")
    elif found[0].access != "public" and (context.owner is None or context.owner.name != kind.name):
        number = 214 if found[0].access == "private" else 264
        context.report.error(function.place, number, f"'{function.name}' is a {found[0].access} method of '{kind}'")
    _refuse_const(context, found, why_not_writable(context, function.object) is not None, function.place)
    return found


def _refuse_const(context: Context, found: Sequence[Signature], const: bool, place: Place) -> None:
    if const and found and not any(each.const for each in found):
        context.report.error(place, 279, f"'{found[0].name}' is no const method, and the object is const here")


def choose(
    context: Context,
    name: str,
    candidates: Sequence[Signature],
    arguments: Sequence[Expression],
    kinds: Sequence[Type],
    place: Place,
) -> Signature | None:
    """The one that suits the arguments best; what does not suit it is reported."""
    fitting = [each for each in candidates if _count_suits(each, len(arguments))]
    if not fitting:
        counts = " or ".join(sorted({str(len(each.parameters)) for each in candidates}))
        context.report.error(place, 199, f"'{name}' takes {counts} arguments, not {len(arguments)}")
        return None
    costs = [_costs(context, each, arguments, kinds) for each in fitting]
    ranks = [(max((cost.cost for cost in each), default=0), sum(cost.cost for cost in each)) for each in costs]
    best = min(ranks)
    if ranks.count(best) > 1 and best[0] < Cost.IMPOSSIBLE:
        context.report.error(place, 182, f"several functions '{name}' suit this call")
    at = ranks.index(best)
    if best[0] == Cost.IMPOSSIBLE and len(fitting) > 1:
        given = ", ".join(str(each) for each in kinds)
        context.report.error(place, 166, f"no function '{name}' takes ({given})")
        return None
    for argument, cost in zip(arguments, costs[at], strict=False):
        expressions.refuse_conversion(context, argument.place, cost)
    return fitting[at]


def _count_suits(signature: Signature, count: int) -> bool:
    return signature.required <= count and (signature.variadic or count <= len(signature.parameters))


def _costs(
    context: Context, signature: Signature, arguments: Sequence[Expression], kinds: Sequence[Type]
) -> list[Conversion]:
    pairs = zip(signature.parameters, arguments, kinds, strict=False)
    return [_cost(context, parameter, argument, kind) for parameter, argument, kind in pairs]


def _cost(context: Context, parameter: Parameter, argument: Expression, kind: Type) -> Conversion:
    wanted = parameter.type
    if kind == UNKNOWN:
        return Conversion(Cost.EXACT)
    if wanted == ANY_ENUM:
        return _exact(isinstance(kind, EnumType), 321, f"an enumeration is expected, not a '{kind}'")
    if isinstance(wanted, ArrayType):
        return _array(context, parameter, wanted, argument, kind)
    if isinstance(kind, ArrayType) and wanted != VOID:
        return Conversion(Cost.IMPOSSIBLE, 246, f"'{parameter.name}' takes one '{wanted}', not the array '{kind}'")
    if parameter.reference:
        return _reference(context, parameter, argument, kind)
    return expressions.conversion_of(context, argument, kind, wanted)


def _exact(suits: bool, number: int, reason: str) -> Conversion:
    return Conversion(Cost.EXACT) if suits else Conversion(Cost.IMPOSSIBLE, number, reason)


def _array(context: Context, parameter: Parameter, wanted: ArrayType, argument: Expression, kind: Type) -> Conversion:
    if not isinstance(kind, ArrayType):
        return Conversion(
            Cost.IMPOSSIBLE, 241, f"'{parameter.name}' takes an array of '{wanted.element}', not a '{kind}'"
        )
    if wanted.element not in (VOID, kind.element):
        since = " (two types since build 5100)" if {wanted.element, kind.element} == {CHAR, UCHAR} else ""
        reason = f"'{parameter.name}' takes an array of '{wanted.element}', not of '{kind.element}'{since}"
        return Conversion(Cost.IMPOSSIBLE, 246, reason)
    if not parameter.const and why_not_writable(context, argument) is not None:
        return Conversion(Cost.IMPOSSIBLE, 202, f"'{parameter.name}' is written to, and the array is const here")
    return Conversion(Cost.EXACT)


def _reference(context: Context, parameter: Parameter, argument: Expression, kind: Type) -> Conversion:
    why = why_not_writable(context, argument)
    if why is not None and why[0] == 177:
        return Conversion(Cost.IMPOSSIBLE, 200, f"'{parameter.name}' takes a variable, not a value")
    if why is not None and not parameter.const:
        return Conversion(Cost.IMPOSSIBLE, 202, f"'{parameter.name}' is written to: {why[1]}")
    reason = f"'{parameter.name}' takes a variable of '{parameter.type}', not of '{kind}'"
    return _exact(parameter.type in (VOID, kind), 201, reason)


def _resized(context: Context, chosen: Signature, kinds: Sequence[Type], place: Place) -> None:
    if isinstance(kinds[0], ArrayType) and kinds[0].size is not None:
        context.report.warning(place, 63, f"{chosen.name}() cannot be used for the static array '{kinds[0]}'")


def _copied(context: Context, kinds: Sequence[Type], place: Place) -> None:
    into, of = kinds[:2]
    if isinstance(into, ArrayType) and isinstance(of, ArrayType) and into.element != of.element:
        context.report.subset(place, f"ArrayCopy() from '{of}' to '{into}' converts each element")
