"""The one translation unit of a program."""

from collections.abc import Iterator, Sequence

from ea.host.translator.check.handlers import HANDLERS
from ea.host.translator.check.program import Checked, functions_of
from ea.host.translator.emit.expressions import Expressions
from ea.host.translator.emit.functions import definition, prototype, thunks
from ea.host.translator.emit.names import Names, line, name
from ea.host.translator.emit.statements import declared
from ea.host.translator.emit.types import enumeration, structure
from ea.host.translator.syntax import Enumeration, Expression, Function, Import, Structure, Variable


def emit(checked: Checked, properties: Sequence[tuple[str, str]]) -> str:
    """C++ of a program in which nothing has been refused."""
    own = [each.name for each in checked.program if not isinstance(each, Import)]
    imported = [function.name for each in checked.program if isinstance(each, Import) for function in each.functions]
    members = [
        member
        for each in checked.program
        if isinstance(each, Enumeration)
        for member in checked.declarations.enums[each.name]
    ]
    names = Names({*own, *imported, *members})
    return "\n".join((*_lines(checked, names), *_tail(checked, properties), ""))


def _lines(checked: Checked, names: Names) -> Iterator[str]:
    yield '#include "mql5.hpp"'
    yield "namespace ea {"
    for each in checked.program:
        if isinstance(each, Enumeration):
            yield from enumeration(each, checked.declarations)
    for each in checked.program:
        if isinstance(each, Structure):
            yield from structure(each, checked.declarations, names)
    for each in checked.program:
        if isinstance(each, Import):
            yield from thunks(names, each)
    for function in functions_of(checked.program):
        if function.owner is None and function.body is not None:
            yield line(function.place)
            yield f"{prototype(names, function)};"
    for each in checked.program:
        if isinstance(each, Variable):
            yield from _global(checked, names, each)
        elif isinstance(each, Structure):
            for method in each.methods:
                yield from definition(names, checked, method)
        elif isinstance(each, Function):
            yield from definition(names, checked, each)
    yield "}"


def _global(checked: Checked, names: Names, each: Variable) -> Iterator[str]:
    kind = checked.declarations.variables[each.name].type
    expressions = Expressions(names, checked)
    yield line(each.place)
    if each.input:
        default = expressions.as_type(each.initial, kind) if isinstance(each.initial, Expression) else "{}"
        yield f'mql::Input<{names.type(kind)}> {name(each.name)}("{each.name}", {default});'
    else:
        yield f"{'const ' if each.const else ''}{names.type(kind)} {declared(expressions, each, kind, zero=True)};"


def _tail(checked: Checked, properties: Sequence[tuple[str, str]]) -> Iterator[str]:
    functions = checked.declarations.functions
    found = [f".{handler} = ea::{handler}" for handler in HANDLERS if handler in functions]
    yield f'extern "C" const mql::Handlers mql_handlers = {{{", ".join(found)}}};'
    yield 'extern "C" const mql::Property mql_properties[] = {'
    for key, value in properties:
        yield f"  {{{_narrow(key)}, {_narrow(value)}}},"
    yield "  {nullptr, nullptr}};"


def _narrow(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
