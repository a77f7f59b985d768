"""What names stand for."""

from collections.abc import Mapping
from enum import Enum, auto

import attrs

from ea.host.translator.diagnostics import Place
from ea.host.translator.syntax import Function, Parameter
from ea.host.translator.types import Element, Type


class Where(Enum):
    """Where a variable lives."""

    BUILTIN = auto()
    GLOBAL = auto()
    LOCAL = auto()
    PARAMETER = auto()
    FIELD = auto()


@attrs.frozen(eq=False)
class Symbol:
    """A variable or constant. `value` is known for a constant number."""

    name: str
    type: Type
    where: Where
    place: Place
    const: bool = False
    value: int | float | None = None
    access: str = "public"
    reference: bool = False
    """Of a parameter: a write to it is seen by the caller."""


@attrs.frozen(eq=False)
class Signature:
    """A function, method or constructor, as a call sees it."""

    name: str
    result: Element
    parameters: tuple[Parameter, ...]
    place: Place
    where: Where
    """BUILTIN of the prelude, GLOBAL of the program, FIELD of a class."""
    variadic: bool = False
    const: bool = False
    access: str = "public"
    owner: str | None = None
    library: str | None = None
    """Of an imported function."""
    body: Function | None = None

    def __str__(self) -> str:
        return f"{self.result} {self.name}({', '.join(str(each.type) for each in self.parameters)})"

    @property
    def required(self) -> int:
        """How many arguments it needs at least."""
        return sum(each.default is None for each in self.parameters)


@attrs.frozen(eq=False)
class Layout:
    """The members of a struct or class."""

    name: str
    word: str
    fields: Mapping[str, Symbol]
    methods: Mapping[str, tuple[Signature, ...]]
    constructors: tuple[Signature, ...]


@attrs.define
class Declarations:
    """All that is declared outside functions."""

    enums: dict[str, dict[str, int]] = attrs.Factory(dict)
    structs: dict[str, Layout] = attrs.Factory(dict)
    functions: dict[str, list[Signature]] = attrs.Factory(dict)
    variables: dict[str, Symbol] = attrs.Factory(dict)

    def child(self) -> "Declarations":
        """A copy to which a program adds its own."""
        return Declarations(
            {**self.enums},
            {**self.structs},
            {name: [*each] for name, each in self.functions.items()},
            {**self.variables},
        )
