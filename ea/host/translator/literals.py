"""The values of constants as they are written (Reference: Language Basics, Data Types)."""

import calendar
import re

from ea.host.translator.diagnostics import Place, refused
from ea.host.translator.types import DOUBLE, INT, LONG, UINT, ULONG, Basic, limits

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"', "'": "'", "0": "\0"}
_ESCAPE = re.compile(r"\\(?:[xX](?P<hex>[0-9A-Fa-f]{1,4})|(?P<one>.))", re.DOTALL)
_DATE = re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})(?: (\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?")


def unescaped(text: str, place: Place) -> str:
    """The text that is meant by the inside of a string or character constant; a last `\\0` is no part of it."""

    def meant(found: re.Match[str]) -> str:
        if found["hex"]:
            return chr(int(found["hex"], 16))
        if found["one"] not in _ESCAPES:
            raise refused(place, 25, f"unknown escape sequence '\\{found['one']}'")
        return _ESCAPES[found["one"]]

    return _ESCAPE.sub(meant, text)


def number(text: str, place: Place) -> tuple[int | float, Basic]:
    """The value and type of a number."""
    if text[:2] in ("0x", "0X"):
        return _hexadecimal(text, place)
    if text[:2] in ("0b", "0B"):
        return _sized(int(text, 2), place)
    if any(mark in text for mark in ".eE"):
        return float(text), DOUBLE
    return _sized(int(text), place)


def _hexadecimal(text: str, place: Place) -> tuple[int, Basic]:
    if len(text) == 2:
        raise refused(place, 36, "no digit after '0x'")
    if len(text) > 18:
        raise refused(place, 35, f"{text} has more than 16 digits")
    return _sized(int(text, 16), place)


def _sized(value: int, place: Place) -> tuple[int, Basic]:
    for kind in (INT, UINT, LONG, ULONG):
        if value <= limits(kind)[1]:
            return value, kind
    raise refused(place, 34, f"{value} does not fit in 8 bytes")


def date(text: str, place: Place) -> int:
    """Seconds since 1970 of the inside of `D'2020.01.31 12:00:00'`."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise refused(place, 287, f"{text!r} is no date of the form yyyy.mm.dd hh:mi:ss")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    if not (1970 <= year <= 3000 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        raise refused(place, 22, f"{text!r} has no such day")
    if hour > 23 or minute > 59 or second > 59:
        raise refused(place, 23, f"{text!r} has no such time")
    return calendar.timegm((year, month, day, hour, minute, second))


def colour(text: str, place: Place) -> int:
    """0x00BBGGRR of the inside of `C'255,128,0'`."""
    try:
        parts = [int(part, 0) for part in text.split(",")]
    except ValueError:
        parts = []
    if len(parts) != 3 or not all(0 <= part <= 255 for part in parts):
        raise refused(place, 24, f"{text!r} is no colour: three numbers of 0 to 255 are expected")
    return parts[0] | parts[1] << 8 | parts[2] << 16
