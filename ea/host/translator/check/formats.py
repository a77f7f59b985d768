"""Formats of PrintFormat and StringFormat against what they are given (Reference: PrintFormat)."""

import re

from ea.host.translator.check.context import Context
from ea.host.translator.check.symbols import Signature, Where
from ea.host.translator.syntax import Call, Text
from ea.host.translator.types import STRING, UNKNOWN, Basic, EnumType, Type, held_as, is_floating, is_integral

_SPECIFIER = re.compile(
    r"%(?:%|(?P<flags>[-+ #0]*)(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d+))?(?P<size>I64|I32|ll|l|h)?(?P<type>.)?)"
)
_FLOATING = "aAeEfgG"
_WHOLE = "diouxX"


def check(context: Context, function: Signature, call: Call) -> None:
    """Refuse a format that its arguments do not suit."""
    if function.name not in ("PrintFormat", "StringFormat") or function.where is not Where.BUILTIN:
        return
    form, arguments = call.arguments[0], call.arguments[1:]
    if not isinstance(form, Text):
        context.report.subset(form.place, "a format is a string constant, so that it can be checked")
        return
    found = [each for each in _SPECIFIER.finditer(form.value) if each.group() != "%%"]
    if len(found) != len(arguments):
        context.report.subset(call.place, f"the format takes {len(found)} arguments and is given {len(arguments)}")
    for specifier, argument in zip(found, arguments, strict=False):
        kind = context.findings.types[argument]
        reason = "" if kind == UNKNOWN else _why_not(specifier, kind)
        if reason:
            context.report.subset(argument.place, f"{specifier.group()!r} {reason}")


def _why_not(specifier: re.Match[str], kind: Type) -> str:
    if "*" in (specifier["width"], specifier["precision"]):
        return "takes its width from an argument: outside the subset"
    letter = specifier["type"] or ""
    if letter == "s":
        return "" if kind == STRING else f"takes a 'string', not a '{kind}'"
    if letter in _FLOATING and letter:
        return "" if is_floating(kind) else f"takes a 'double', not a '{kind}'"
    if letter in _WHOLE and letter:
        return _whole(specifier["size"], kind)
    if letter == "c":
        return "" if is_integral(kind) else f"takes a character, not a '{kind}'"
    return "is no specifier of MQL5's"


def _whole(size: str | None, kind: Type) -> str:
    if not is_integral(kind):
        return f"takes a whole number, not a '{kind}'"
    bytes_given = 4 if isinstance(kind, EnumType) or not isinstance(kind, Basic) else held_as(kind).size
    bytes_taken = 8 if size in ("I64", "ll") else 4
    if bytes_taken < bytes_given:
        return f"cuts the 8 bytes of a '{kind}' to 4: use %I64d or %I64u"
    return f"takes 8 bytes, and a '{kind}' has 4" if bytes_taken > bytes_given else ""
