"""Whether each local variable has a value when it is read."""

from collections.abc import Iterable

from ea.host.translator.check.context import Findings
from ea.host.translator.check.symbols import Symbol
from ea.host.translator.diagnostics import Report
from ea.host.translator.syntax import (
    Assign,
    Binary,
    Block,
    Call,
    Conditional,
    Evaluate,
    Expression,
    For,
    If,
    Jump,
    Name,
    Return,
    Statement,
    Switch,
    Variables,
    While,
)
from ea.host.translator.types import ArrayType, StructType
from ea.host.translator.walk import parts

State = frozenset[Symbol] | None
"""The variables that have a value for certain; None where nothing is reached."""


def check(report: Report, findings: Findings, body: Block) -> None:
    """Report each variable of a function that may be read before it is written."""
    _Pass(report, findings).statement(frozenset(), body)


def _meet(*states: State) -> State:
    reached = [each for each in states if each is not None]
    return frozenset.intersection(*reached) if reached else None


class _Pass:
    def __init__(self, report: Report, findings: Findings) -> None:
        self._report = report
        self._findings = findings
        self._declared: set[Symbol] = set()
        self._breaks: list[list[State]] = []

    def statement(self, state: State, each: Statement) -> State:
        """What has a value after a statement, given what has before it."""
        if state is None:
            return None
        match each:
            case Block():
                return self._block(state, each.statements)
            case Variables():
                return self._variables(state, each)
            case Evaluate():
                return self.expression(state, each.expression)
            case If():
                state = self.expression(state, each.condition)
                then = self.statement(state, each.then)
                return _meet(then, state if each.otherwise is None else self.statement(state, each.otherwise))
            case While():
                return self._while(state, each)
            case For():
                return self._for(state, each)
            case Switch():
                return self._switch(state, each)
            case Jump():
                if each.word == "break" and self._breaks:
                    self._breaks[-1].append(state)
                return None
            case Return():
                if each.value is not None:
                    self.expression(state, each.value)
                return None
            case _:
                return state

    def expression(self, state: frozenset[Symbol], each: Expression) -> frozenset[Symbol]:
        """What has a value after an expression."""
        match each:
            case Name():
                self._read(state, each)
            case Assign() if each.operator == "=" and isinstance(each.target, Name):
                return self._written(self.expression(state, each.value), each.target)
            case Binary() if each.operator in ("&&", "||"):
                state = self.expression(state, each.left)
                self.expression(state, each.right)
            case Conditional():
                state = self.expression(state, each.condition)
                return self.expression(state, each.yes) & self.expression(state, each.no)
            case Call():
                return self._call(state, each)
            case _:
                state = self._all(state, parts(each))
        return state

    def _all(self, state: frozenset[Symbol], each: Iterable[Expression]) -> frozenset[Symbol]:
        for one in each:
            state = self.expression(state, one)
        return state

    def _read(self, state: frozenset[Symbol], name: Name) -> None:
        symbol = self._findings.symbols.get(name)
        if symbol in self._declared and symbol not in state:
            self._report.warning(name.place, 60, f"'{name.name}' is perhaps read before it has a value")

    def _written(self, state: frozenset[Symbol], name: Name) -> frozenset[Symbol]:
        symbol = self._findings.symbols.get(name)
        return state | {symbol} if symbol is not None else state

    def _call(self, state: frozenset[Symbol], call: Call) -> frozenset[Symbol]:
        signature = self._findings.calls.get(call)
        parameters = signature.parameters if signature else ()
        outs = [
            argument
            for parameter, argument in zip(parameters, call.arguments, strict=False)
            if parameter.reference and not parameter.const and isinstance(argument, Name)
        ]
        state = self._all(state, (each for each in parts(call) if each not in outs))
        for name in outs:
            state = self._written(state, name)
        return state

    def _block(self, state: State, statements: Iterable[Statement]) -> State:
        for each in statements:
            state = self.statement(state, each)
        return state

    def _variables(self, state: frozenset[Symbol], each: Variables) -> frozenset[Symbol]:
        for variable in each.variables:
            symbol = self._findings.locals.get(variable)
            if symbol is None:
                continue
            for argument in variable.arguments or ():
                state = self.expression(state, argument)
            if isinstance(variable.initial, Expression):
                state = self.expression(state, variable.initial)
            if variable.initial is None and not variable.static and not isinstance(symbol.type, ArrayType | StructType):
                self._declared.add(symbol)
        return state

    def _body(self, state: frozenset[Symbol], body: Statement) -> tuple[State, list[State]]:
        self._breaks.append([])
        end = self.statement(state, body)
        return end, self._breaks.pop()

    def _while(self, state: frozenset[Symbol], each: While) -> State:
        if each.first:
            end, breaks = self._body(state, each.body)
            if end is not None:
                end = self.expression(end, each.condition)
            return _meet(end, *breaks)
        state = self.expression(state, each.condition)
        _, breaks = self._body(state, each.body)
        endless = bool(self._findings.values.get(each.condition))
        return _meet(*breaks) if endless else _meet(state, *breaks)

    def _for(self, state: frozenset[Symbol], each: For) -> State:
        state = (
            self._variables(state, each.start) if isinstance(each.start, Variables) else self._all(state, each.start)
        )
        if each.condition is not None:
            state = self.expression(state, each.condition)
        end, breaks = self._body(state, each.body)
        if end is not None:
            self._all(end, each.step)
        return _meet(*breaks) if each.condition is None else _meet(state, *breaks)

    def _switch(self, state: frozenset[Symbol], each: Switch) -> State:
        start = self.expression(state, each.value)
        self._breaks.append([])
        end: State = None
        for case in each.cases:
            end = self._block(_meet(start, end), case.statements)
        missed = start if all(case.value is not None for case in each.cases) else None
        return _meet(end, missed, *self._breaks.pop())
