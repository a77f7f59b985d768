"""What can be written to, and what cannot."""

from ea.host.translator.check.context import Context
from ea.host.translator.check.symbols import Where
from ea.host.translator.syntax import Expression, Index, Member, Name, Paren
from ea.host.translator.types import STRING, StructType


def why_not_writable(context: Context, target: Expression) -> tuple[int, str] | None:
    """Number and reason why an expression, typed already, cannot be written to; None if it can be."""
    match target:
        case Name():
            return _name(context, target)
        case Member():
            kind = context.findings.types.get(target.object)
            layout = context.declarations.structs.get(kind.name) if isinstance(kind, StructType) else None
            field = layout.fields.get(target.name) if layout else None
            if field is not None and field.const:
                return 189, f"the member '{target.name}' is const"
            return why_not_writable(context, target.object)
        case Index():
            if context.findings.types.get(target.array) == STRING:
                return 177, "a character of a string is written by StringSetCharacter()"
            return why_not_writable(context, target.array)
        case Paren():
            return why_not_writable(context, target.inner)
        case _:
            return 177, "a variable is expected here, not a value"


def _name(context: Context, target: Name) -> tuple[int, str] | None:
    in_const_method = context.function is not None and context.function.const
    if target.name == "this":
        return (274, "a const method changes no member") if in_const_method else None
    symbol = context.findings.symbols.get(target)
    if symbol is None:
        return None
    if symbol.where is Where.FIELD and in_const_method:
        return 274, f"a const method does not change the member '{target.name}'"
    if symbol.const:
        return 189, f"the constant '{target.name}' cannot be changed"
    return None


def root(target: Expression) -> Name | None:
    """The variable that an element or member is part of."""
    match target:
        case Name():
            return target
        case Member():
            return root(target.object)
        case Index():
            return root(target.array)
        case Paren():
            return root(target.inner)
        case _:
            return None
