"""prelude.hpp: what the runtime defines, declared from prelude.mqh."""

from collections.abc import Iterator

from ea.host.translator.check.program import Checked
from ea.host.translator.emit.expressions import Expressions, literal
from ea.host.translator.emit.functions import prototype
from ea.host.translator.emit.names import Names, name
from ea.host.translator.emit.types import enumeration, structure
from ea.host.translator.syntax import Enumeration, Expression, Function, Structure, Variable
from ea.host.translator.types import ANY_ENUM, VOID, ArrayType, Basic


def emit_prelude(checked: Checked) -> str:
    """C++ of the prelude: enumerations, constants, structs, and declarations of functions.

    A function that takes anything (`...`, `void &`, `any_enum`) is the runtime's to declare, as a template.
    """
    return "\n".join((*_lines(checked), ""))


def _lines(checked: Checked) -> Iterator[str]:
    names = Names(())
    yield "// Written by ea.host.translator from prelude.mqh."
    yield "#pragma once"
    yield "namespace mql {"
    for each in checked.program:
        match each:
            case Enumeration():
                yield from _unlined(enumeration(each, checked.declarations))
            case Structure():
                yield from _unlined(structure(each, checked.declarations, names))
            case Variable():
                yield _variable(checked, names, each)
            case Function() if not _takes_anything(each):
                yield f"{prototype(names, each, builtin=True)};"
    yield "}"


def _unlined(lines: Iterator[str]) -> Iterator[str]:
    return (each for each in lines if not each.startswith("#line"))


def _variable(checked: Checked, names: Names, each: Variable) -> str:
    kind = names.element(each.type)
    if not isinstance(each.initial, Expression):
        return f"extern {kind} {name(each.name)};"
    value = checked.findings.values.get(each.initial)
    if value is not None and isinstance(each.type, Basic):
        return f"inline constexpr {kind} {name(each.name)} = {literal(value, each.type, names)};"
    return f"inline const {kind} {name(each.name)} = {Expressions(names, checked).as_type(each.initial, each.type)};"


def _takes_anything(function: Function) -> bool:
    elements = (each.type.element if isinstance(each.type, ArrayType) else each.type for each in function.parameters)
    return function.variadic or any(each in (VOID, ANY_ENUM) for each in elements)
