"""Declarations of variables, and their first values."""

from ea.host.translator.check import calls, expressions
from ea.host.translator.check.context import Context
from ea.host.translator.check.symbols import Symbol, Where
from ea.host.translator.syntax import Braces, Null, Text, Variable
from ea.host.translator.types import STRING, ArrayType, Basic, EnumType, StructType, Type, is_integral


def local(context: Context, variable: Variable) -> None:
    """A variable inside a function."""
    symbol = _symbol(context, variable, Where.LOCAL)
    if variable.static:
        _refuse_variable_initial(context, variable)
    context.declare(symbol)
    context.findings.locals[variable] = symbol


def global_(context: Context, variable: Variable) -> Symbol:
    """A variable outside functions; an input is a constant whose value nobody knows."""
    symbol = _symbol(context, variable, Where.GLOBAL)
    _refuse_variable_initial(context, variable)
    if variable.input:
        _input(context, variable, symbol.type)
    known = context.declarations.variables.get(symbol.name)
    if known is not None:
        number = 64 if known.where is Where.BUILTIN else 125
        context.report.error(symbol.place, number, f"'{symbol.name}' is declared already")
    if symbol.name in context.declarations.functions:
        context.report.error(symbol.place, 125, f"'{symbol.name}' is the name of a function already")
    return symbol


def array_size(context: Context, variable: Variable) -> int | None:
    """The size of a static array; None for a dynamic one."""
    if variable.size is None:
        return None
    kind = expressions.value_of(context, variable.size)
    size = context.findings.values.get(variable.size)
    if size is None or not is_integral(kind) or size < 1:
        context.report.error(
            variable.place, 146, f"'{variable.name}': the size of an array is a whole constant above 0"
        )
        return 1
    return int(size)


def type_of(context: Context, variable: Variable) -> Type:
    """The type that a declaration gives."""
    return ArrayType(variable.type, array_size(context, variable)) if variable.array else variable.type


def _symbol(context: Context, variable: Variable, where: Where) -> Symbol:
    kind = type_of(context, variable)
    _initial(context, variable, kind)
    value = None
    if (
        variable.const
        and not variable.input
        and variable.initial is not None
        and not isinstance(variable.initial, Braces)
    ):
        value = context.findings.values.get(variable.initial)
    return Symbol(variable.name, kind, where, variable.place, const=variable.const or variable.input, value=value)


def _initial(context: Context, variable: Variable, kind: Type) -> None:
    if isinstance(kind, StructType):
        _object(context, variable, kind)
    elif variable.arguments is not None:
        context.report.error(variable.place, 140, f"'{variable.name}': a value is given by '='")
    if variable.initial is None:
        if variable.const and not isinstance(kind, StructType):
            context.report.error(variable.place, 389, f"the constant '{variable.name}' needs a value")
    elif isinstance(variable.initial, Braces):
        _braces(context, variable, variable.initial, kind)
    elif isinstance(kind, ArrayType):
        context.report.error(variable.place, 242, f"the array '{variable.name}' takes its values in braces")
    else:
        expressions.wanted(context, variable.initial, kind)


def _object(context: Context, variable: Variable, kind: StructType) -> None:
    constructors = context.declarations.structs[kind.name].constructors
    if constructors:
        if variable.initial is not None:
            context.report.subset(variable.place, f"'{variable.name}' is made by a constructor of '{kind}'")
            return
        arguments = variable.arguments or ()
        kinds = [expressions.value_of(context, each) for each in arguments]
        chosen = calls.choose(context, kind.name, constructors, arguments, kinds, variable.place)
        if chosen is not None:
            context.findings.constructors[variable] = chosen
    elif variable.arguments is not None:
        context.report.error(variable.place, 339, f"'{kind}' has no constructor with arguments")
    elif variable.initial is None and context.declarations.structs[kind.name].word == "struct":
        context.report.subset(variable.place, f"the struct '{variable.name}' holds anything: give it '={{}}'")


def _braces(context: Context, variable: Variable, braces: Braces, kind: Type) -> None:
    kinds = [expressions.value_of(context, each) for each in braces.items]
    if isinstance(kind, StructType):
        fields = [each.type for each in context.declarations.structs[kind.name].fields.values()]
    elif isinstance(kind, ArrayType):
        fields = [kind.element] * (len(kinds) if kind.size is None else kind.size)
    else:
        context.report.error(variable.place, 242, f"'{variable.name}' takes one value, without braces")
        return
    if len(kinds) > len(fields):
        context.report.error(variable.place, 186, f"'{variable.name}' takes {len(fields)} values, not {len(kinds)}")
    for item, given, field in zip(braces.items, kinds, fields, strict=False):
        if item not in context.findings.values and not isinstance(item, Text | Null):
            context.report.error(item.place, 188, "a list of values holds constants only")
        expressions.refuse_conversion(context, item.place, expressions.conversion_of(context, item, given, field))


def _refuse_variable_initial(context: Context, variable: Variable) -> None:
    """Globals and statics are made before anything runs."""
    initial = variable.initial
    if initial is None or isinstance(initial, Braces | Text | Null) or initial in context.findings.values:
        return
    number = 327 if variable.static and context.inside else 188
    context.report.error(
        variable.place, number, f"'{variable.name}' is given its value before anything runs: a constant"
    )


def _input(context: Context, variable: Variable, kind: Type) -> None:
    if not isinstance(kind, Basic | EnumType):
        context.report.error(variable.place, 285, f"the input '{variable.name}' cannot be a '{kind}'")
    elif variable.initial is None:
        context.report.subset(variable.place, f"the input '{variable.name}' needs a default")
    elif kind == STRING and not isinstance(variable.initial, Text):
        context.report.subset(variable.place, f"the default of '{variable.name}' is a string constant")
