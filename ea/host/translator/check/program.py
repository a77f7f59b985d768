"""A whole program, checked."""

import attrs

from ea.host.translator.check import assigned, declare, effects, handlers, imports
from ea.host.translator.check.context import Context, Findings
from ea.host.translator.check.expressions import value_of, wanted
from ea.host.translator.check.statements import Flow, block
from ea.host.translator.check.symbols import Declarations, Symbol, Where
from ea.host.translator.check.variables import global_
from ea.host.translator.diagnostics import Place, Report
from ea.host.translator.syntax import (
    Braces,
    Declaration,
    Enumeration,
    Expression,
    Function,
    Import,
    Return,
    Structure,
    Variable,
)
from ea.host.translator.types import VOID, ArrayType
from ea.host.translator.walk import statements


@attrs.frozen
class Checked:
    """A program with what has been found out about it."""

    program: tuple[Declaration, ...]
    declarations: Declarations
    findings: Findings


def check_prelude(report: Report, program: tuple[Declaration, ...]) -> Checked:
    """The prelude: declarations alone."""
    context = Context(report, Declarations(), Findings())
    for each in program:
        match each:
            case Enumeration():
                declare.enumeration(context, each, Where.BUILTIN)
            case Structure():
                declare.structure(context, each)
            case Function():
                declare.function(context, each, Where.BUILTIN)
            case Variable():
                context.declarations.variables[each.name] = _constant(context, each)
    return Checked(program, context.declarations, context.findings)


def _constant(context: Context, each: Variable) -> Symbol:
    value = None
    if each.initial is not None and not isinstance(each.initial, Braces):
        value_of(context, each.initial)
        value = context.findings.values.get(each.initial)
    return Symbol(each.name, each.type, Where.BUILTIN, each.place, const=True, value=value)


def check(report: Report, program: tuple[Declaration, ...], prelude: Checked, file: str) -> Checked:
    """A program, `file` being its name, against the prelude's declarations.

    Functions may be used before they are defined, variables not.
    """
    context = Context(report, prelude.declarations.child(), prelude.findings.child())
    _declare(context, program)
    for each in program:
        match each:
            case Variable():
                context.declarations.variables[each.name] = global_(context, each)
            case Structure():
                for method in each.methods:
                    _body(context, method)
            case Function():
                _body(context, each)
    effects.check(report, context.findings, functions_of(program))
    _refuse_headless(context, file)
    return Checked(program, context.declarations, context.findings)


def functions_of(program: tuple[Declaration, ...]) -> list[Function]:
    """All functions and methods of a program, prototypes among them."""
    methods = [method for each in program if isinstance(each, Structure) for method in each.methods]
    return methods + [each for each in program if isinstance(each, Function)]


def _declare(context: Context, program: tuple[Declaration, ...]) -> None:
    """Types, functions, and those constants that they need; a variable is declared once its turn comes."""
    constants: list[str] = []
    for each in program:
        match each:
            case Enumeration():
                declare.enumeration(context, each, Where.GLOBAL)
            case Structure():
                declare.structure(context, each)
            case Variable() if each.const and each.name not in context.declarations.variables:
                context.declarations.variables[each.name] = global_(context, each)
                constants.append(each.name)
    for each in program:
        if isinstance(each, Import):
            _import(context, each)
        elif isinstance(each, Function):
            _function(context, each)
    for name in constants:
        del context.declarations.variables[name]


def _import(context: Context, each: Import) -> None:
    for function in each.functions:
        declare.function(context, function, Where.GLOBAL, each.library)
        imports.check(context.report, context.declarations.functions[function.name][-1])


def _function(context: Context, each: Function) -> None:
    if each.owner is not None:
        declare.method(context, each)
        return
    declare.function(context, each, Where.GLOBAL)
    handlers.check(context.report, context.declarations.functions[each.name][-1])


def _body(context: Context, function: Function) -> None:
    if function.body is None:
        return
    context.function = function
    context.owner = context.declarations.structs.get(function.owner or "")
    with context.scope():
        for each in function.parameters:
            writable = each.reference and not each.const
            context.declare(
                Symbol(each.name, each.type, Where.PARAMETER, each.place, const=each.const, reference=writable)
            )
        for name, value in function.members:
            _member(context, function, name, value)
        reached = block(context, Flow(), function.body.statements)
    if reached and function.result != VOID:
        _no_return(context, function)
    assigned.check(context.report, context.findings, function.body)
    context.function = context.owner = None


def _member(context: Context, function: Function, name: str, value: Expression) -> None:
    field = context.owner.fields.get(name) if context.owner else None
    if field is None:
        context.report.error(function.place, 130, f"'{function.owner}' has no member '{name}'")
    elif isinstance(field.type, ArrayType):
        context.report.error(function.place, 332, f"the array '{name}' is filled in the constructor's body")
    else:
        wanted(context, value, field.type)


def _no_return(context: Context, function: Function) -> None:
    returns = function.body is not None and any(isinstance(each, Return) for each in statements(function.body))
    number, reason = (78, "not all ways through it return a value") if returns else (76, "it must return a value")
    place = function.body.end if function.body else function.place
    context.report.warning(place, number, f"'{function.name}': {reason}")


def _refuse_headless(context: Context, file: str) -> None:
    """Refuse what is declared and never defined, and a program that the terminal never calls."""
    declarations = context.declarations
    methods = [
        signature
        for layout in declarations.structs.values()
        for group in (*layout.methods.values(), layout.constructors)
        for signature in group
    ]
    functions = [signature for group in declarations.functions.values() for signature in group]
    for each in (*methods, *functions):
        if each.where is not Where.BUILTIN and each.body is None and each.library is None:
            context.report.error(each.place, 111, f"'{each.name}' is declared and has no body")
    if not any(name in handlers.HANDLERS for name in declarations.functions):
        names = ", ".join(handlers.HANDLERS)
        context.report.error(Place(file, 1, 1), 356, f"the terminal calls none of its functions: {names}")
