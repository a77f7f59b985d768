"""Statements: what they need, and whether the next one is reached."""

from collections.abc import Sequence

from ea.host.translator.check import expressions
from ea.host.translator.check.context import Context
from ea.host.translator.check.symbols import Where
from ea.host.translator.check.variables import local
from ea.host.translator.diagnostics import Place
from ea.host.translator.syntax import (
    Assign,
    Block,
    Call,
    Case,
    Empty,
    Evaluate,
    Expression,
    For,
    If,
    Jump,
    Literal,
    Return,
    Statement,
    Switch,
    Unary,
    Variables,
    While,
)
from ea.host.translator.types import UNKNOWN, VOID, EnumType, Type, is_integral

_MUST_CHECK = ("OrderSend", "FileOpen")
"""Functions whose result no program may drop."""


class Flow:
    """What surrounds a statement: the loops and switches that it can leave."""

    def __init__(self) -> None:
        self.loops = 0
        self.breaks: list[bool] = []
        """For each loop and switch that is open, whether a `break` leaves it."""


def block(context: Context, flow: Flow, statements: Sequence[Statement]) -> bool:
    """Check statements in order; returns whether the end of the last is reached."""
    reached = True
    for each in statements:
        if not reached:
            context.report.subset(each.place, "this is never reached")
            reached = True
        reached = statement(context, flow, each)
    return reached


def statement(context: Context, flow: Flow, each: Statement) -> bool:
    """Check a statement; returns whether what follows it is reached."""
    match each:
        case Block():
            with context.scope():
                return block(context, flow, each.statements)
        case Variables():
            for variable in each.variables:
                local(context, variable)
        case Evaluate():
            _evaluate(context, each.expression)
        case If():
            return _if(context, flow, each)
        case While():
            return _while(context, flow, each)
        case For():
            return _for(context, flow, each)
        case Switch():
            return _switch(context, flow, each)
        case Jump():
            return _jump(context, flow, each)
        case Return():
            _return(context, each)
            return False
        case Empty():
            context.report.warning(each.place, 69, "a semicolon alone is no statement")
    return True


def _evaluate(context: Context, expression: Expression) -> None:
    expressions.type_of(context, expression)
    steps = isinstance(expression, Unary) and expression.operator in ("++", "--")
    if not (isinstance(expression, Assign | Call) or steps):
        context.report.error(expression.place, 178, "the result of this expression is not used")
    chosen = context.findings.calls.get(expression) if isinstance(expression, Call) else None
    if chosen is not None and chosen.where is Where.BUILTIN and chosen.name in _MUST_CHECK:
        context.report.warning(expression.place, 83, f"the return value of '{chosen.name}' should be checked")


def _controlled(context: Context, flow: Flow, body: Statement, place: Place) -> bool:
    """A statement under an `if` or loop, which must not be empty."""
    if isinstance(body, Empty) or (isinstance(body, Block) and not body.statements):
        context.report.warning(place, 69, "the controlled statement is empty")
        return True
    if isinstance(body, Variables):
        context.report.error(body.place, 326, "a declaration alone under an 'if' or a loop needs braces")
    with context.scope():
        return statement(context, flow, body)


def _if(context: Context, flow: Flow, each: If) -> bool:
    expressions.condition(context, each.condition)
    value = context.findings.values.get(each.condition)
    if value is not None:
        context.report.warning(each.condition.place, 65, "the condition is always the same")
    then = _controlled(context, flow, each.then, each.place)
    otherwise = each.otherwise is None or _controlled(context, flow, each.otherwise, each.place)
    return then or otherwise


def _loop(context: Context, flow: Flow, body: Statement, place: Place) -> bool:
    """A loop's body. What follows is taken as reached even where the loop has no end: MetaEditor may not see that."""
    flow.loops += 1
    flow.breaks.append(False)
    _controlled(context, flow, body, place)
    flow.loops -= 1
    flow.breaks.pop()
    return True


def _while(context: Context, flow: Flow, each: While) -> bool:
    expressions.condition(context, each.condition)
    endless = bool(context.findings.values.get(each.condition))
    if not endless and each.condition in context.findings.values:
        context.report.warning(each.condition.place, 65, "the condition is never true")
    if endless and not isinstance(each.condition, Literal):
        context.report.warning(each.condition.place, 65, "the condition is always true")
    return _loop(context, flow, each.body, each.place)


def _for(context: Context, flow: Flow, each: For) -> bool:
    with context.scope():
        if isinstance(each.start, Variables):
            statement(context, flow, each.start)
        else:
            for expression in each.start:
                _evaluate(context, expression)
        if each.condition is not None:
            expressions.condition(context, each.condition)
        for expression in each.step:
            _evaluate(context, expression)
        return _loop(context, flow, each.body, each.place)


def _switch(context: Context, flow: Flow, each: Switch) -> bool:
    kind = expressions.value_of(context, each.value)
    if kind != UNKNOWN and not is_integral(kind):
        context.report.error(each.place, 260, f"'switch' takes a whole number or enumeration, not a '{kind}'")
    seen: set[int | float | None] = set()
    flow.breaks.append(False)
    reached = False
    for case in each.cases:
        _label(context, case, kind, seen)
        with context.scope():
            reached = block(context, flow, case.statements)
    return flow.breaks.pop() or reached or None not in seen


def _label(context: Context, case: Case, kind: Type, seen: set[int | float | None]) -> None:
    value = None
    if case.value is not None:
        given = expressions.value_of(context, case.value)
        value = context.findings.values.get(case.value)
        if given != UNKNOWN and (value is None or not is_integral(given)):
            context.report.error(case.place, 171, "a case is a whole constant")
            return
        if isinstance(given, EnumType) and isinstance(kind, EnumType) and given != kind:
            context.report.error(case.place, 262, f"a case of '{given}' in a switch of '{kind}'")
    if value in seen:
        number, what = (172, f"the value {value}") if case.value is not None else (238, "'default'")
        context.report.error(case.place, number, f"{what} is there already in this switch")
    seen.add(value)


def _jump(context: Context, flow: Flow, each: Jump) -> bool:
    if each.word == "continue" and not flow.loops:
        context.report.error(each.place, 210, "'continue' is for loops")
    elif not flow.breaks:
        context.report.error(each.place, 153, "'break' is for loops and switches")
    elif each.word == "break":
        flow.breaks[-1] = True
    return False


def _return(context: Context, each: Return) -> None:
    function = context.function
    result = function.result if function else VOID
    if each.value is None:
        if result != VOID:
            context.report.error(each.place, 121, f"a '{result}' must be returned")
    elif result == VOID:
        expressions.type_of(context, each.value)
        context.report.error(each.place, 167, "a void function returns no value")
    else:
        expressions.wanted(context, each.value, result)
