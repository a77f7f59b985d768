"""What the parser makes of a source: expressions, statements, declarations.

Nodes are compared by identity, so that the checker can say of each what type it has.
"""

import attrs

from ea.host.translator.diagnostics import Place
from ea.host.translator.types import Basic, Element, Type


@attrs.frozen(eq=False)
class Literal:
    """A number, character, date, colour or truth."""

    place: Place
    value: int | float
    type: Basic


@attrs.frozen(eq=False)
class Text:
    """A string."""

    place: Place
    value: str


@attrs.frozen(eq=False)
class Null:
    """`NULL`."""

    place: Place


@attrs.frozen(eq=False)
class Name:
    """A variable, constant or function, by its name."""

    place: Place
    name: str


@attrs.frozen(eq=False)
class Unary:
    """`-x`, `!x`, `~x`, `++x`, `--x`, and `x++`, `x--` as `postfix`."""

    place: Place
    operator: str
    operand: "Expression"
    postfix: bool = False


@attrs.frozen(eq=False)
class Binary:
    """Two operands and what stands between them."""

    place: Place
    operator: str
    left: "Expression"
    right: "Expression"


@attrs.frozen(eq=False)
class Assign:
    """`target = value`, or with an operator, `target += value`."""

    place: Place
    operator: str
    target: "Expression"
    value: "Expression"


@attrs.frozen(eq=False)
class Conditional:
    """`condition ? yes : no`."""

    place: Place
    condition: "Expression"
    yes: "Expression"
    no: "Expression"


@attrs.frozen(eq=False)
class Call:
    """A function, or a method as `Member`, with its arguments."""

    place: Place
    function: "Name | Member"
    arguments: tuple["Expression", ...]


@attrs.frozen(eq=False)
class Member:
    """`object.name`."""

    place: Place
    object: "Expression"
    name: str


@attrs.frozen(eq=False)
class Index:
    """`array[index]`."""

    place: Place
    array: "Expression"
    index: "Expression"


@attrs.frozen(eq=False)
class Cast:
    """`(type)operand` or `type(operand)`."""

    place: Place
    type: Element
    operand: "Expression"


@attrs.frozen(eq=False)
class SizeOf:
    """`sizeof(type)`."""

    place: Place
    type: Element


@attrs.frozen(eq=False)
class Paren:
    """An expression in parentheses: its author has said what belongs together."""

    place: Place
    inner: "Expression"


@attrs.frozen(eq=False)
class Braces:
    """`{a, b, c}`, which only initialises."""

    place: Place
    items: tuple["Expression", ...]


Expression = (
    Literal | Text | Null | Name | Unary | Binary | Assign | Conditional | Call | Member | Index | Cast | SizeOf | Paren
)


@attrs.frozen(eq=False)
class Variable:
    """A variable, or a field of a structure. An `array` without a `size` is dynamic."""

    place: Place
    name: str
    type: Element
    array: bool = False
    size: Expression | None = None
    initial: Expression | Braces | None = None
    arguments: tuple[Expression, ...] | None = None
    """For a constructor: `CName name(1, 2)`."""
    const: bool = False
    static: bool = False
    input: bool = False
    access: str = "public"


@attrs.frozen(eq=False)
class Parameter:
    """A parameter of a function."""

    place: Place
    name: str
    type: Type
    const: bool = False
    reference: bool = False
    default: Expression | None = None


@attrs.frozen(eq=False)
class Block:
    """`{ ... }`; `end` is the place of its last brace."""

    place: Place
    statements: tuple["Statement", ...]
    end: Place


@attrs.frozen(eq=False)
class Variables:
    """One declaration of one or more local variables."""

    place: Place
    variables: tuple[Variable, ...]


@attrs.frozen(eq=False)
class Evaluate:
    """An expression with a semicolon."""

    place: Place
    expression: Expression


@attrs.frozen(eq=False)
class If:
    """`if`, perhaps with `else`."""

    place: Place
    condition: Expression
    then: "Statement"
    otherwise: "Statement | None"


@attrs.frozen(eq=False)
class While:
    """`while`, or `do ... while` where `first` is true."""

    place: Place
    condition: Expression
    body: "Statement"
    first: bool = False


@attrs.frozen(eq=False)
class For:
    """`for`; each part may be absent."""

    place: Place
    start: "Variables | tuple[Expression, ...]"
    condition: Expression | None
    step: tuple[Expression, ...]
    body: "Statement"


@attrs.frozen(eq=False)
class Case:
    """`case value:`, or `default:` where there is none, with what follows it."""

    place: Place
    value: Expression | None
    statements: tuple["Statement", ...]


@attrs.frozen(eq=False)
class Switch:
    """`switch`."""

    place: Place
    value: Expression
    cases: tuple[Case, ...]


@attrs.frozen(eq=False)
class Jump:
    """`break` or `continue`."""

    place: Place
    word: str


@attrs.frozen(eq=False)
class Return:
    """`return`."""

    place: Place
    value: Expression | None


@attrs.frozen(eq=False)
class Empty:
    """A semicolon alone."""

    place: Place


Statement = Block | Variables | Evaluate | If | While | For | Switch | Jump | Return | Empty


@attrs.frozen(eq=False)
class Function:
    """A function or method; without a body it is a prototype. A constructor has its class's name and returns void."""

    place: Place
    name: str
    result: Element
    parameters: tuple[Parameter, ...]
    variadic: bool = False
    body: Block | None = None
    const: bool = False
    owner: str | None = None
    constructor: bool = False
    members: tuple[tuple[str, Expression], ...] = ()
    """Of a constructor: the members that it initialises before its body."""
    access: str = "public"


@attrs.frozen(eq=False)
class Enumeration:
    """An enumeration; a member without an expression is one more than the last."""

    place: Place
    name: str
    members: tuple[tuple[str, Expression | None], ...]


@attrs.frozen(eq=False)
class Structure:
    """A struct or a class."""

    place: Place
    name: str
    word: str
    fields: tuple[Variable, ...]
    methods: tuple[Function, ...]


@attrs.frozen(eq=False)
class Import:
    """The functions of one library."""

    place: Place
    library: str
    functions: tuple[Function, ...]


Declaration = Variable | Function | Enumeration | Structure | Import
