"""Characters into tokens."""

import re
from collections.abc import Iterator
from enum import Enum, auto

import attrs

from ea.host.translator.diagnostics import Place, outside, refused
from ea.host.translator.literals import colour, date, number, unescaped
from ea.host.translator.types import COLOR, DATETIME, USHORT, Basic


class Kind(Enum):
    """What a token is."""

    NAME = auto()
    LITERAL = auto()
    TEXT = auto()
    MARK = auto()
    NEWLINE = auto()
    IMPORT = auto()
    """`#import`: the text is the library's name, or empty where the import ends."""
    END = auto()


@attrs.frozen
class Token:
    """A token; a literal carries its value and type."""

    kind: Kind
    text: str
    place: Place
    value: int | float = 0
    type: Basic = USHORT


_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\r\f\v]+|\\[ \t\r]*\n)
  | (?P<newline>\n)
  | (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<date>[Dd]'[^'\n]*')
  | (?P<colour>[Cc]'[^'\n]*')
  | (?P<text>"(?:\\.|[^"\\\n])*")
  | (?P<character>'(?:\\.[0-9A-Fa-f]*|[^'\\\n])')
  | (?P<number>0[xX][0-9A-Fa-f]*|0[bB][01]+|(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<mark><<=|>>=|->|::|\+\+|--|&&|\|\||[<>=!+\-*/%&|^]=|<<|>>|\#\#|\.\.\.|[{}()\[\];,.?:<>=!+\-*/%&|^~\#])
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)


def tokens(source: str, file: str) -> Iterator[Token]:
    """The tokens of a file, ends of lines among them, without comments and blanks.

    Raises Refused at what cannot begin a token.
    """
    at, line, start = 0, 1, 0
    while at < len(source):
        place = Place(file, line, at - start + 1)
        found = _TOKEN.match(source, at)
        if found is None:
            raise _stray(source[at], place)
        group, text = found.lastgroup or "", found.group()
        if group not in ("blank", "comment"):
            yield _token(group, text, place)
        if group == "number" and re.match(r"[A-Za-z_]", source[found.end() : found.end() + 1]):
            raise refused(place, 149, f"{text!r} is followed by a letter: numbers have no suffix in MQL5")
        if "\n" in text:
            line += text.count("\n")
            start = at + text.rindex("\n") + 1
        at = found.end()
    yield Token(Kind.NEWLINE, "\n", Place(file, line, at - start + 1))


def _token(group: str, text: str, place: Place) -> Token:
    match group:
        case "newline":
            return Token(Kind.NEWLINE, text, place)
        case "name":
            return Token(Kind.NAME, text, place)
        case "text":
            return Token(Kind.TEXT, unescaped(text[1:-1], place), place)
        case "character":
            return Token(Kind.LITERAL, text, place, _character(text[1:-1], place), USHORT)
        case "date":
            return Token(Kind.LITERAL, text, place, date(text[2:-1], place), DATETIME)
        case "colour":
            return Token(Kind.LITERAL, text, place, colour(text[2:-1], place), COLOR)
        case "number":
            value, kind = number(text, place)
            return Token(Kind.LITERAL, text, place, value, kind)
        case _:
            return Token(Kind.MARK, text, place)


def _character(text: str, place: Place) -> int:
    code = ord(unescaped(text, place))
    if code > 0xFFFF:
        raise refused(place, 85, f"{text!r} does not fit in a ushort")
    return code


def _stray(character: str, place: Place) -> Exception:
    if character == '"':
        return refused(place, 112, "the string does not end on its line")
    if character == "'":
        return refused(place, 114, "a character constant is one character between single quotes")
    if character == "/":
        return refused(place, 161, "the comment does not end")
    if character == "@":
        return outside(place, "'@' has no meaning in MQL5")
    return refused(place, 110, f"{character!r} is unknown to the compiler")
