"""Expressions in C++."""

from collections.abc import Sequence

from ea.host.translator.check.program import Checked
from ea.host.translator.check.symbols import Signature, Symbol, Where
from ea.host.translator.emit.names import Names, name, text
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
    Parameter,
    Paren,
    SizeOf,
    Text,
    Unary,
    Variable,
)
from ea.host.translator.types import (
    BOOL,
    COLOR,
    DATETIME,
    DOUBLE,
    FLOAT,
    INT,
    LONG,
    NULL,
    STRING,
    UINT,
    ULONG,
    VOID,
    ArrayType,
    Basic,
    StructType,
    Type,
    common,
    held_as,
    is_floating,
    is_number,
    limits,
)

_SUFFIX = {INT: "", UINT: "U", LONG: "L", ULONG: "UL"}
_DIVISIONS = {"/": "divide", "%": "modulo"}


class Expressions:
    """Writes expressions of which the types are known."""

    def __init__(self, names: Names, checked: Checked) -> None:
        self.names = names
        self.findings = checked.findings
        self._structs = checked.declarations.structs
        self._functions = checked.declarations.functions
        self._inputs = {each.name for each in checked.program if isinstance(each, Variable) and each.input}

    def fields(self, kind: StructType) -> list[Type]:
        """The types of a struct's fields, in their order."""
        return [each.type for each in self._structs[kind.name].fields.values()]

    def plain(self, each: Expression) -> str:
        """An expression in its own type."""
        match each:
            case Literal():
                return literal(each.value, each.type, self.names)
            case Text():
                return f"mql::text({text(each.value)})"
            case Null():
                return "mql::String()"
            case Name():
                return self._name(each)
            case Paren():
                return f"({self.plain(each.inner)})"
            case Unary():
                return self._unary(each)
            case Binary():
                return self._binary(each)
            case Assign():
                return self._assign(each)
            case Conditional():
                kind = self.type(each)
                condition, yes, no = (
                    self.truth(each.condition),
                    self.as_type(each.yes, kind),
                    self.as_type(each.no, kind),
                )
                return f"{condition} ? {yes} : {no}"
            case Call():
                return self._call(each)
            case Member():
                return f"{self.plain(each.object)}.{name(each.name)}"
            case Index():
                return f"{self.plain(each.array)}[{self.plain(each.index)}]"
            case Cast():
                return f"mql::cast<{self.names.element(each.type)}>({self.plain(each.operand)})"
            case SizeOf():
                return literal(self.findings.values[each], ULONG, self.names)

    def type(self, each: Expression) -> Type:
        """The type that the checker found."""
        return self.findings.types[each]

    def as_type(self, each: Expression, wanted: Type, exact: bool = False) -> str:
        """An expression where a `wanted` belongs; `exact` where C++ allows no conversion of its own."""
        given = self.type(each)
        if given == wanted or wanted == VOID or isinstance(wanted, ArrayType) or not is_number(given):
            return self.plain(each)
        distinct = {DATETIME, COLOR} & {given, wanted}
        if not distinct and not exact:
            return self.plain(each)
        return f"mql::cast<{self.names.type(wanted)}>({self.plain(each)})"

    def truth(self, each: Expression) -> str:
        """An expression as a condition."""
        return self.as_type(each, BOOL) if self.type(each) in (DATETIME, COLOR) else self.plain(each)

    def arguments(self, signature: Signature, given: Sequence[Expression]) -> str:
        """The arguments of a call, defaults among them."""
        overloaded = len(self._functions.get(signature.name, ())) > 1
        written = [
            self.plain(each) if parameter.reference else self.as_type(each, parameter.type, exact=overloaded)
            for parameter, each in zip(signature.parameters, given, strict=False)
        ]
        rest = [self.plain(each) for each in given[len(signature.parameters) :]]
        left_out = [self._default(each) for each in signature.parameters[len(given) :]]
        return ", ".join((*written, *rest, *left_out))

    def _default(self, parameter: Parameter) -> str:
        if parameter.default is None:
            raise AssertionError(f"'{parameter.name}' has no default")
        return self.as_type(parameter.default, parameter.type)

    def _name(self, each: Name) -> str:
        if each.name == "this":
            return "(*this)"
        symbol = self.findings.symbols[each]
        if symbol.name in self._inputs and symbol.where is Where.GLOBAL:
            return f"static_cast<const {self.names.type(symbol.type)} &>({self.names.of(symbol.name)})"
        return self._spelled(symbol)

    def _spelled(self, symbol: Symbol) -> str:
        outside = symbol.where in (Where.GLOBAL, Where.BUILTIN)
        return self.names.of(symbol.name) if outside else name(symbol.name)

    def _unary(self, each: Unary) -> str:
        kind, value = self.findings.types[each], self.findings.values.get(each)
        if each.operator == "-" and value is not None and isinstance(kind, Basic):
            return literal(value, kind, self.names)
        operand = self.truth(each.operand) if each.operator == "!" else self.plain(each.operand)
        if each.postfix:
            return f"{operand}{each.operator}"
        return f"{each.operator}({operand})" if isinstance(each.operand, Unary) else f"{each.operator}{operand}"

    def _binary(self, each: Binary) -> str:
        if each.operator in ("&&", "||"):
            return f"{self.truth(each.left)} {each.operator} {self.truth(each.right)}"
        left, right = self.type(each.left), self.type(each.right)
        if STRING in (left, right) or NULL in (left, right):
            return f"{self.plain(each.left)} {each.operator} {self.plain(each.right)}"
        kind = held_as(left) if each.operator in ("<<", ">>") else common(left, right)
        if self._divides(each.operator, kind, each.right):
            written = self.names.element(kind)
            sides = f"{self.as_type(each.left, kind)}, {self.as_type(each.right, kind)}"
            return f"mql::{_DIVISIONS[each.operator]}<{written}>({sides})"
        return f"{self.as_type(each.left, kind)} {each.operator} {self.as_type(each.right, kind)}"

    def _divides(self, operator: str, kind: Type, divisor: Expression) -> bool:
        """Whether a division could be by zero, or overflow."""
        return operator in _DIVISIONS and not is_floating(kind) and self.findings.values.get(divisor, -1) in (0, -1)

    def _assign(self, each: Assign) -> str:
        kind = self.type(each.target)
        target, value = self.plain(each.target), self.as_type(each.value, kind)
        operator = each.operator.removesuffix("=")
        if self._divides(operator, kind, each.value):
            return f"mql::{_DIVISIONS[operator]}_by<{self.names.type(kind)}>({target}, {value})"
        return f"{target} {each.operator} {value}"

    def _call(self, each: Call) -> str:
        signature = self.findings.calls[each]
        arguments = self.arguments(signature, each.arguments)
        if isinstance(each.function, Member):
            return f"{self.plain(each.function.object)}.{name(signature.name)}({arguments})"
        of = name(signature.name) if signature.where is Where.FIELD else self.names.of(signature.name)
        return f"{of}({arguments})"


def literal(value: int | float, kind: Basic, names: Names) -> str:
    """A constant number of a type."""
    if kind == BOOL:
        return "true" if value else "false"
    if kind in (DOUBLE, FLOAT):
        written = repr(float(value))
        return f"({written})" if value < 0 else written
    if kind not in _SUFFIX:
        return f"{names.element(kind)}{{{value}}}"
    suffix = _SUFFIX[kind]
    if value == limits(kind)[0] and value < 0:
        return f"({value + 1}{suffix} - 1)"
    return f"({value}{suffix})" if value < 0 else f"{value}{suffix}"
