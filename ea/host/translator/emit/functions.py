"""Functions, methods, and thunks for what a library exports, in C++."""

from collections.abc import Iterator, Sequence

from ea.host.translator.check.imports import LIBZMQ
from ea.host.translator.check.program import Checked
from ea.host.translator.emit.expressions import Expressions
from ea.host.translator.emit.names import Names, line, name
from ea.host.translator.emit.statements import Statements
from ea.host.translator.syntax import Function, Import, Parameter
from ea.host.translator.types import ArrayType

_KEY = 41
"""Bytes of a CURVE key in Z85 with its final 0."""


def prototype(names: Names, function: Function, builtin: bool = False) -> str:
    """A function without its body."""
    parameters = ", ".join(names.parameter(each, builtin) for each in function.parameters)
    result = "" if function.constructor else f"{names.element(function.result)} "
    return f"{result}{name(function.name)}({parameters}){' const' if function.const else ''}"


def definition(names: Names, checked: Checked, function: Function) -> Iterator[str]:
    """A function or method with its body."""
    if function.body is None:
        return
    expressions = Expressions(names, checked)
    yield line(function.place)
    head = prototype(names, function)
    if function.owner is not None:
        at = head.index(f"{name(function.name)}(")
        head = f"{head[:at]}{names.of(function.owner)}::{head[at:]}"
    yield head + _members(expressions, checked, function)
    yield from Statements(expressions, function.result).lines(function.body)


def _members(expressions: Expressions, checked: Checked, function: Function) -> str:
    if not function.members:
        return ""
    fields = checked.declarations.structs[function.owner or ""].fields
    written = (f"{name(to)}({expressions.as_type(value, fields[to].type)})" for to, value in function.members)
    return f" : {', '.join(written)}"


def thunks(names: Names, each: Import) -> Iterator[str]:
    """Functions that hand their arguments to a library as MetaTrader would."""
    for function in each.functions:
        yield line(function.place)
        yield f"inline {prototype(names, function)} {{"
        for check in _checks(function):
            yield f"  {check}"
        kinds = [names.element(function.result), *(_raw_type(names, each) for each in function.parameters)]
        found = f'mql::imported<{", ".join(kinds)}>("{each.library}", "{function.name}")'
        yield f"  static const auto imported_function = {found};"
        yield f"  return imported_function({', '.join(map(_raw, function.parameters))});"
        yield "}"


def _raw_type(names: Names, parameter: Parameter) -> str:
    kind = parameter.type.element if isinstance(parameter.type, ArrayType) else parameter.type
    pointed = isinstance(parameter.type, ArrayType) or parameter.reference
    const = "const " if pointed and parameter.const else ""
    return f"{const}{names.element(kind)}{' *' if pointed else ''}"


def _raw(parameter: Parameter) -> str:
    written = name(parameter.name)
    if isinstance(parameter.type, ArrayType):
        return f"{written}.data()"
    return f"&{written}" if parameter.reference else written


def _checks(function: Function) -> Iterator[str]:
    """What no compiler sees: that the library finds a final 0, and room for what it writes or reads."""
    meant = LIBZMQ.get(function.name, "").split()[1:]
    for at, (kind, parameter) in enumerate(zip(meant, function.parameters, strict=False)):
        if not isinstance(parameter.type, ArrayType):
            continue
        if kind == "text":
            yield f'mql::check_text("{function.name}", {name(parameter.name)});'
        else:
            room = _room(meant[at + 1 :], function.parameters[at + 1 :])
            yield f'mql::check_buffer("{function.name}", {name(parameter.name)}.size(), {room});'


def _room(meant: Sequence[str], parameters: Sequence[Parameter]) -> str:
    if meant[:1] == ["size"]:
        return f"static_cast<long>({name(parameters[0].name)})"
    if meant[:1] == ["size_out"]:
        return f"static_cast<long>({name(parameters[0].name)})"
    return str(_KEY)
