"""Enumerations and structures in C++."""

from collections.abc import Iterator

from ea.host.translator.check.symbols import Declarations
from ea.host.translator.emit.functions import prototype
from ea.host.translator.emit.names import Names, line, name, text
from ea.host.translator.syntax import Enumeration, Structure


def enumeration(each: Enumeration, declarations: Declarations) -> Iterator[str]:
    """An enumeration with what EnumToString() needs of it."""
    values = declarations.enums[each.name]
    members = ", ".join(f"{name(member)} = {value}" for member, value in values.items())
    yield line(each.place)
    yield f"enum {name(each.name)} : int {{ {members} }};"
    yield f"inline const char16_t *enum_name({name(each.name)} value) {{"
    yield "  switch (static_cast<int>(value)) {"
    named: dict[int, str] = {}
    for member, value in values.items():
        named.setdefault(value, member)
    for value, member in named.items():
        yield f"    case {value}: return {text(member)};"
    yield "    default: return nullptr;"
    yield "  }"
    yield "}"


def structure(each: Structure, declarations: Declarations, names: Names) -> Iterator[str]:
    """A struct or class; its methods are defined outside of it. The checker has seen to who may reach what."""
    fields = declarations.structs[each.name].fields
    yield line(each.place)
    yield f"struct {name(each.name)} {{"
    for field in each.fields:
        yield line(field.place)
        yield f"  {names.type(fields[field.name].type)} {name(field.name)};"
    for method in each.methods:
        yield line(method.place)
        yield f"  {prototype(names, method)};"
    yield "};"
