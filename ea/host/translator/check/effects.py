"""Whether the order in which arguments and operands are reckoned could matter.

MQL5 reckons arguments from right to left, C++ in any order. So an argument writes to nothing, and of two arguments or
operands at most one calls a function that does.
"""

import re
from collections.abc import Iterable, Mapping

from ea.host.translator.check.context import Findings
from ea.host.translator.check.places import root
from ea.host.translator.check.symbols import Signature, Symbol, Where
from ea.host.translator.diagnostics import Report
from ea.host.translator.syntax import Assign, Binary, Call, Expression, Function, Unary
from ea.host.translator.types import VOID
from ea.host.translator.walk import deep, expressions

_EFFECTS = re.compile(
    r"(?!.*(Get(Integer|Double|String)|Total|Find|IsExist|IsEnding|Size|Tell)$)"
    r"(File|Folder|Object|Chart|Order|Event|History|Position)|MathRand|GetLastError|ResetLastError"
)
"""The built-in functions that change something, or whose answer hangs on what was called before."""


def check(report: Report, findings: Findings, functions: Iterable[Function]) -> None:
    """Report each argument and operand of which the order could matter."""
    bodies = {each: [*expressions(each.body)] for each in functions if each.body is not None}
    impure = _impure(findings, bodies)
    for outermost in bodies.values():
        for expression in outermost:
            for each in deep(expression):
                _check(report, findings, impure, each)


def _impure(findings: Findings, bodies: Mapping[Function, list[Expression]]) -> set[Function]:
    """The functions that change something which outlives them."""
    found: set[Function] = set()
    while True:
        more = {
            each
            for each, outermost in bodies.items()
            if each not in found and any(_changes(findings, found, part) for one in outermost for part in deep(one))
        }
        if not more:
            return found
        found |= more


def _changes(findings: Findings, impure: set[Function], each: Expression) -> bool:
    target = _target(each)
    if target is not None:
        name = root(target)
        return name is None or _outlives(findings.symbols.get(name))
    return isinstance(each, Call) and _has_effect(findings, impure, each)


def _target(each: Expression) -> Expression | None:
    if isinstance(each, Assign):
        return each.target
    return each.operand if isinstance(each, Unary) and each.operator in ("++", "--") else None


def _outlives(symbol: Symbol | None) -> bool:
    return symbol is None or symbol.where in (Where.GLOBAL, Where.FIELD) or symbol.reference


def _has_effect(findings: Findings, impure: set[Function], call: Call) -> bool:
    signature = findings.calls.get(call)
    if signature is None:
        return False
    if signature.where is Where.BUILTIN:
        return signature.result == VOID or bool(_EFFECTS.match(signature.name)) or _writes(signature)
    return signature.library is not None or signature.body is None or signature.body in impure or _writes(signature)


def _writes(signature: Signature) -> bool:
    return any(each.reference and not each.const for each in signature.parameters)


def _check(report: Report, findings: Findings, impure: set[Function], each: Expression) -> None:
    if isinstance(each, Call):
        for argument in each.arguments:
            if any(_target(part) is not None for part in deep(argument)):
                report.subset(argument.place, "an argument changes a variable: the order of arguments is not C++'s")
        operands: tuple[Expression, ...] = each.arguments
    elif isinstance(each, Binary) and each.operator not in ("&&", "||"):
        operands = (each.left, each.right)
    else:
        return
    acting = [one for one in operands if _acts(findings, impure, one)]
    if len(acting) > 1:
        report.subset(acting[1].place, "two calls with effects side by side: their order is not C++'s")


def _acts(findings: Findings, impure: set[Function], operand: Expression) -> bool:
    return any(
        _target(part) is not None or (isinstance(part, Call) and _has_effect(findings, impure, part))
        for part in deep(operand)
    )
