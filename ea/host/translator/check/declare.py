"""Declarations into what they declare, before any body is looked at."""

from collections.abc import Iterable

import attrs

from ea.host.translator.check import expressions
from ea.host.translator.check.context import Context
from ea.host.translator.check.symbols import Layout, Signature, Symbol, Where
from ea.host.translator.check.variables import type_of
from ea.host.translator.syntax import Enumeration, Expression, Function, Parameter, Structure, Variable
from ea.host.translator.types import STRING, VOID, ArrayType, EnumType, StructType, is_integral


def enumeration(context: Context, each: Enumeration, where: Where) -> None:
    """An enumeration, and its members as constants."""
    values: dict[str, int] = {}
    following = 0
    for name, expression in each.members:
        if expression is not None:
            following = _enumerator(context, name, each, expression)
        if name in values or name in context.declarations.variables:
            context.report.error(each.place, 191, f"'{name}' of '{each.name}' is declared already")
        values[name] = following
        context.declarations.variables[name] = Symbol(
            name, EnumType(each.name), where, each.place, const=True, value=following
        )
        following += 1
    if not values:
        context.report.error(each.place, 196, f"'{each.name}' has no members")
    context.declarations.enums[each.name] = values


def _enumerator(context: Context, name: str, each: Enumeration, expression: Expression) -> int:
    kind = expressions.value_of(context, expression)
    value = context.findings.values.get(expression)
    if value is None or not is_integral(kind):
        context.report.error(each.place, 188, f"'{name}' of '{each.name}' is no whole constant")
        return 0
    return int(value)


def structure(context: Context, each: Structure) -> None:
    """A struct or class: its fields and methods."""
    fields: dict[str, Symbol] = {}
    methods: dict[str, tuple[Signature, ...]] = {}
    constructors: list[Signature] = []
    for field in each.fields:
        if field.name in fields:
            context.report.error(field.place, 129, f"'{each.name}' has a member '{field.name}' already")
        if field.type == StructType(each.name):
            context.report.error(field.place, 281, f"'{each.name}' cannot be a member of itself")
        fields[field.name] = _field(context, field)
    if not fields and each.word == "struct":
        context.report.warning(each.place, 82, f"the struct '{each.name}' has no members")
    for method in each.methods:
        signature = _signature(context, method, Where.FIELD)
        if method.name in fields:
            context.report.error(method.place, 346, f"'{method.name}' is a member of '{each.name}' already")
        if method.constructor:
            constructors.append(signature)
        else:
            _refuse_twin(context, methods.get(method.name, ()), signature, 222)
            methods[method.name] = (*methods.get(method.name, ()), signature)
    context.declarations.structs[each.name] = Layout(each.name, each.word, fields, methods, tuple(constructors))


def _field(context: Context, field: Variable) -> Symbol:
    kind = type_of(context, field)
    return Symbol(field.name, kind, Where.FIELD, field.place, const=field.const, access=field.access)


def function(context: Context, each: Function, where: Where, library: str | None = None) -> None:
    """A function of the program, the prelude or a library."""
    signature = _signature(context, each, where, library)
    known = context.declarations.functions.setdefault(each.name, [])
    if where is Where.GLOBAL and any(other.where is Where.BUILTIN for other in known):
        context.report.error(each.place, 271, f"'{each.name}' is a function of the terminal's already")
        return
    if each.name in context.declarations.variables:
        context.report.error(each.place, 194, f"'{each.name}' is the name of a variable already")
    prototype = next((other for other in known if _same(other, signature) and other.body is None), None)
    if prototype is not None and each.body is not None and prototype.library is None:
        if prototype.result != signature.result:
            context.report.error(each.place, 163, f"'{each.name}' is declared with another result")
        known.remove(prototype)
    if not _refuse_twin(context, known, signature, 165):
        known.append(signature)


def _refuse_twin(context: Context, known: Iterable[Signature], signature: Signature, number: int) -> bool:
    twin = any(_same(other, signature) for other in known)
    if twin:
        context.report.error(signature.place, number, f"'{signature.name}' with these parameters is there already")
    return twin


def _same(one: Signature, other: Signature) -> bool:
    return [each.type for each in one.parameters] == [each.type for each in other.parameters] and [
        each.reference for each in one.parameters
    ] == [each.reference for each in other.parameters]


def _signature(context: Context, each: Function, where: Where, library: str | None = None) -> Signature:
    names: set[str] = set()
    optional = False
    for parameter in each.parameters:
        if parameter.name in names:
            context.report.error(parameter.place, 376, f"two parameters are called '{parameter.name}'")
        names.add(parameter.name)
        if optional and parameter.default is None:
            context.report.error(parameter.place, 277, f"'{parameter.name}' needs a default: the one before it has one")
        optional = parameter.default is not None
        _parameter(context, parameter)
    if library is not None and (isinstance(each.result, StructType) or each.result == STRING):
        context.report.error(each.place, 378, f"'{each.name}' cannot return a '{each.result}' from a library")
    return Signature(
        each.name,
        each.result,
        each.parameters,
        each.place,
        where,
        variadic=each.variadic,
        const=each.const,
        access=each.access,
        owner=each.owner,
        library=library,
        body=each if each.body is not None else None,
    )


def _parameter(context: Context, parameter: Parameter) -> None:
    if isinstance(parameter.type, StructType) and not parameter.reference:
        context.report.error(parameter.place, 293, f"'{parameter.name}': objects are passed by reference only")
    if isinstance(parameter.type, ArrayType) and not parameter.reference:
        context.report.error(parameter.place, 294, f"'{parameter.name}': arrays are passed by reference only")
    if parameter.default is None:
        return
    if parameter.reference:
        context.report.subset(parameter.place, f"'{parameter.name}' is a reference and cannot have a default")
    elif parameter.type != VOID:
        expressions.wanted(context, parameter.default, parameter.type)


def method(context: Context, each: Function) -> None:
    """A method defined outside of its class, which declares it."""
    layout = context.declarations.structs.get(each.owner or "")
    if layout is None:
        context.report.error(each.place, 232, f"'{each.owner}' is no class or struct")
        return
    signature = _signature(context, each, Where.FIELD)
    group = layout.constructors if each.constructor else layout.methods.get(each.name, ())
    declared = next((other for other in group if _same(other, signature)), None)
    if declared is None:
        context.report.error(each.place, 213, f"'{each.owner}' declares no such '{each.name}'")
    elif declared.const != each.const:
        context.report.error(each.place, 307 if each.const else 306, f"'{each.name}' is const in one place only")
    elif declared.result != each.result:
        context.report.error(each.place, 163, f"'{each.name}' is declared with another result")
    elif declared.body is not None:
        context.report.error(each.place, 165, f"'{each.name}' has a body already")
    else:
        context.declarations.structs[layout.name] = _with_body(layout, declared, each)


def _with_body(layout: Layout, declared: Signature, body: Function) -> Layout:
    def define(group: tuple[Signature, ...]) -> tuple[Signature, ...]:
        return tuple(attrs.evolve(each, body=body) if each is declared else each for each in group)

    methods = {name: define(group) for name, group in layout.methods.items()}
    return attrs.evolve(layout, methods=methods, constructors=define(layout.constructors))
