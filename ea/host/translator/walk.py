"""Ways through expressions and statements."""

from collections.abc import Iterator

from ea.host.translator.syntax import (
    Assign,
    Binary,
    Block,
    Braces,
    Call,
    Cast,
    Conditional,
    Evaluate,
    Expression,
    For,
    If,
    Index,
    Member,
    Paren,
    Return,
    Statement,
    Switch,
    Unary,
    Variables,
    While,
)


def parts(expression: Expression) -> tuple[Expression, ...]:
    """The expressions that one is made of, in their order."""
    match expression:
        case Paren():
            return (expression.inner,)
        case Unary() | Cast():
            return (expression.operand,)
        case Binary():
            return (expression.left, expression.right)
        case Assign():
            return (expression.target, expression.value)
        case Conditional():
            return (expression.condition, expression.yes, expression.no)
        case Call():
            of = (expression.function.object,) if isinstance(expression.function, Member) else ()
            return (*of, *expression.arguments)
        case Member():
            return (expression.object,)
        case Index():
            return (expression.array, expression.index)
        case _:
            return ()


def deep(expression: Expression) -> Iterator[Expression]:
    """An expression and all that is in it."""
    yield expression
    for each in parts(expression):
        yield from deep(each)


def _of_variables(variables: Variables) -> Iterator[Expression]:
    for each in variables.variables:
        if isinstance(each.initial, Braces):
            yield from each.initial.items
        elif each.initial is not None:
            yield each.initial
        yield from each.arguments or ()


def expressions(statement: Statement) -> Iterator[Expression]:
    """Every outermost expression in a statement, also in the statements within it."""
    match statement:
        case Block():
            for each in statement.statements:
                yield from expressions(each)
        case Variables():
            yield from _of_variables(statement)
        case Evaluate():
            yield statement.expression
        case If():
            yield statement.condition
            yield from expressions(statement.then)
            if statement.otherwise is not None:
                yield from expressions(statement.otherwise)
        case While():
            yield statement.condition
            yield from expressions(statement.body)
        case For():
            yield from expressions(statement.start) if isinstance(statement.start, Variables) else statement.start
            yield from () if statement.condition is None else (statement.condition,)
            yield from statement.step
            yield from expressions(statement.body)
        case Switch():
            yield statement.value
            for case in statement.cases:
                for each in case.statements:
                    yield from expressions(each)
        case Return() if statement.value is not None:
            yield statement.value


def statements(statement: Statement) -> Iterator[Statement]:
    """A statement and all that is in it."""
    yield statement
    inner: tuple[Statement, ...] = ()
    match statement:
        case Block():
            inner = statement.statements
        case If():
            inner = (statement.then, *([] if statement.otherwise is None else [statement.otherwise]))
        case While() | For():
            inner = (statement.body,)
        case Switch():
            inner = tuple(each for case in statement.cases for each in case.statements)
    for each in inner:
        yield from statements(each)
