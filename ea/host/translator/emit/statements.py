"""Statements in C++, each under a `#line` of its own."""

from collections.abc import Iterator

from ea.host.translator.emit.expressions import Expressions
from ea.host.translator.emit.names import line, name
from ea.host.translator.syntax import (
    Block,
    Braces,
    Case,
    Empty,
    Evaluate,
    For,
    If,
    Jump,
    Return,
    Statement,
    Switch,
    Variable,
    Variables,
    While,
)
from ea.host.translator.types import VOID, ArrayType, StructType, Type


class Statements:
    """Writes the bodies of functions; `result` is the type that the function at hand returns."""

    def __init__(self, expressions: Expressions, result: Type) -> None:
        self._expressions = expressions
        self._result = result

    def lines(self, each: Statement) -> Iterator[str]:
        """The lines of a statement."""
        yield line(each.place)
        match each:
            case Block():
                yield "{"
                for inner in each.statements:
                    yield from self.lines(inner)
                yield "}"
            case Variables():
                for variable in each.variables:
                    yield self._local(variable)
            case Evaluate():
                yield f"{self._expressions.plain(each.expression)};"
            case If():
                yield f"if ({self._expressions.truth(each.condition)})"
                yield from self._braced(each.then)
                if each.otherwise is not None:
                    yield "else"
                    yield from self._braced(each.otherwise)
            case While():
                yield from self._while(each)
            case For():
                yield from self._for(each)
            case Switch():
                yield f"switch ({self._expressions.plain(each.value)}) {{"
                for case in each.cases:
                    yield from self._case(case)
                yield "}"
            case Jump():
                yield f"{each.word};"
            case Return():
                yield self._return(each)
            case Empty():
                yield ";"

    def _braced(self, each: Statement) -> Iterator[str]:
        yield "{"
        yield from self.lines(each)
        yield "}"

    def _while(self, each: While) -> Iterator[str]:
        condition = self._expressions.truth(each.condition)
        yield "do" if each.first else f"while ({condition})"
        yield from self._braced(each.body)
        if each.first:
            yield f"while ({condition});"

    def _for(self, each: For) -> Iterator[str]:
        """A `for` in a block of its own, so that its variables may be of several types in C++."""
        yield "{"
        if isinstance(each.start, Variables):
            for variable in each.start.variables:
                yield self._local(variable)
            start = ""
        else:
            start = ", ".join(map(self._expressions.plain, each.start))
        condition = "" if each.condition is None else self._expressions.truth(each.condition)
        yield f"for ({start}; {condition}; {', '.join(map(self._expressions.plain, each.step))})"
        yield from self._braced(each.body)
        yield "}"

    def _case(self, case: Case) -> Iterator[str]:
        yield line(case.place)
        yield "default: {" if case.value is None else f"case {self._case_value(case)}: {{"
        for each in case.statements:
            yield from self.lines(each)
        yield "}"

    def _case_value(self, case: Case) -> str:
        if case.value is None:
            raise AssertionError("'default' has no value")
        return str(self._expressions.findings.values[case.value])

    def _return(self, each: Return) -> str:
        if each.value is None:
            return "return;"
        return f"return {self._expressions.as_type(each.value, self._result)};"

    def _local(self, variable: Variable) -> str:
        kind = self._expressions.findings.locals[variable].type
        words = ("static " if variable.static else "") + ("const " if variable.const else "")
        return f"{words}{self._expressions.names.type(kind)} {declared(self._expressions, variable, kind)};"


def declared(expressions: Expressions, variable: Variable, kind: Type, zero: bool = False) -> str:
    """A variable's name with its first value; `zero` where one without a value is made of zeros."""
    written = name(variable.name)
    signature = expressions.findings.constructors.get(variable)
    if signature is not None:
        arguments = expressions.arguments(signature, variable.arguments or ())
        return f"{written}({arguments})" if arguments else written
    if variable.initial is None:
        return f"{written}{{}}" if zero or variable.static else written
    if isinstance(variable.initial, Braces):
        return f"{written} = {braces(expressions, variable.initial, kind)}"
    return f"{written} = {expressions.as_type(variable.initial, kind)}"


def braces(expressions: Expressions, items: Braces, kind: Type) -> str:
    """A list of values."""
    if isinstance(kind, ArrayType):
        wanted: list[Type] = [kind.element] * len(items.items)
    else:
        wanted = expressions.fields(kind) if isinstance(kind, StructType) else [VOID]
    pairs = zip(items.items, wanted, strict=False)
    return f"{{{', '.join(expressions.as_type(item, field, exact=True) for item, field in pairs)}}}"
