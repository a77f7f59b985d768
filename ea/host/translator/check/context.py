"""What is known while a function is checked."""

from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from ea.host.translator.check.symbols import Declarations, Layout, Signature, Symbol, Where
from ea.host.translator.diagnostics import Place, Report
from ea.host.translator.syntax import Call, Expression, Function, Name, Variable
from ea.host.translator.types import Type


@attrs.define
class Findings:
    """What the checker finds out about each expression, for the passes after it."""

    types: dict[Expression, Type] = attrs.Factory(dict)
    values: dict[Expression, int | float] = attrs.Factory(dict)
    symbols: dict[Name, Symbol] = attrs.Factory(dict)
    calls: dict[Call, Signature] = attrs.Factory(dict)
    constructors: dict[Variable, Signature] = attrs.Factory(dict)
    locals: dict[Variable, Symbol] = attrs.Factory(dict)

    def child(self) -> "Findings":
        """A copy to which the findings of a program are added."""
        return Findings(
            {**self.types}, {**self.values}, {**self.symbols}, {**self.calls}, {**self.constructors}, {**self.locals}
        )


class Context:
    """A report, the declarations, the findings, and the scopes that are open."""

    def __init__(self, report: Report, declarations: Declarations, findings: Findings) -> None:
        self.report = report
        self.declarations = declarations
        self.findings = findings
        self.function: Function | None = None
        self.owner: Layout | None = None
        self._scopes: list[dict[str, Symbol]] = []
        self._used: set[Symbol] = set()

    @contextmanager
    def scope(self) -> Iterator[None]:
        """A block: what is declared in it ends with it, and must have been used."""
        self._scopes.append({})
        yield
        for symbol in self._scopes.pop().values():
            if symbol not in self._used and symbol.where is Where.LOCAL:
                self.report.warning(symbol.place, 31, f"variable '{symbol.name}' is declared and not used")

    @property
    def inside(self) -> bool:
        """Whether a function is being checked."""
        return bool(self._scopes)

    def lookup(self, name: str) -> Symbol | None:
        """What a name stands for here, innermost first."""
        for scope in reversed(self._scopes):
            if name in scope:
                self._used.add(scope[name])
                return scope[name]
        if self.owner is not None and name in self.owner.fields:
            return self.owner.fields[name]
        return self.declarations.variables.get(name)

    def declare(self, symbol: Symbol) -> None:
        """Open a local name; refused where it is taken, or hides another."""
        if symbol.name in self._scopes[-1]:
            self.report.error(symbol.place, 124, f"variable '{symbol.name}' is declared already")
        else:
            self._refuse_hiding(symbol.name, symbol.place)
        self._scopes[-1][symbol.name] = symbol

    def _refuse_hiding(self, name: str, place: Place) -> None:
        hidden = next((scope[name] for scope in reversed(self._scopes) if name in scope), None)
        if hidden is not None:
            self.report.warning(place, 61, f"'{name}' hides the local variable of line {hidden.place.line}")
        elif self.owner is not None and name in self.owner.fields:
            self.report.warning(place, 72, f"'{name}' hides the member of {self.owner.name}")
        elif (known := self.declarations.variables.get(name)) is not None:
            if known.where is Where.BUILTIN:
                self.report.warning(place, 64, f"'{name}' hides a predefined variable or constant")
            else:
                self.report.warning(place, 62, f"'{name}' hides the global variable of line {known.place.line}")
