"""The functions that the terminal calls (Reference: Event Handling Functions)."""

from ea.host.translator.check.symbols import Signature
from ea.host.translator.diagnostics import Report
from ea.host.translator.syntax import Parameter
from ea.host.translator.types import DOUBLE, INT, LONG, STRING, VOID, Element, StructType

_TRADE = (StructType("MqlTradeTransaction"), StructType("MqlTradeRequest"), StructType("MqlTradeResult"))

HANDLERS: dict[str, tuple[Element, tuple[Element, ...]]] = {
    "OnInit": (INT, ()),
    "OnDeinit": (VOID, (INT,)),
    "OnTick": (VOID, ()),
    "OnTimer": (VOID, ()),
    "OnTradeTransaction": (VOID, _TRADE),
    "OnChartEvent": (VOID, (INT, LONG, DOUBLE, STRING)),
}
"""Result and parameters of each handler that the host calls."""
_BY_REFERENCE = (LONG, DOUBLE, STRING)
"""Besides structs, what a handler takes as `const T &`."""
_NUMBERS = {"OnInit": 54, "OnDeinit": 56}
_ELSEWHERE = ("OnStart", "OnCalculate", "OnTrade", "OnBookEvent", "OnTester", "OnTesterInit", "OnTesterPass")


def check(report: Report, signature: Signature) -> None:
    """Refuse a handler that the terminal would not call, or that the host does not know."""
    if signature.name in _ELSEWHERE:
        report.subset(signature.place, f"the host calls no '{signature.name}'")
    if signature.name not in HANDLERS:
        return
    result, parameters = HANDLERS[signature.name]
    given = tuple(each.type for each in signature.parameters)
    right = signature.result == result and given == parameters and all(map(_passed_right, signature.parameters))
    if not right:
        form = f"{result} {signature.name}({', '.join(_form(each) for each in parameters)})"
        report.warning(signature.place, _NUMBERS.get(signature.name, 70), f"the terminal expects {form}")


def _passed_right(parameter: Parameter) -> bool:
    by_reference = isinstance(parameter.type, StructType) or parameter.type in _BY_REFERENCE
    return parameter.reference == by_reference and (parameter.const or not by_reference)


def _form(kind: Element) -> str:
    return f"const {kind}{' &' if isinstance(kind, StructType) or kind in _BY_REFERENCE else ''}"
