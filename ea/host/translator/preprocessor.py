"""Directives: includes read in, constants put in place, conditions decided (Reference: Preprocessor)."""

import re
from collections.abc import Sequence
from pathlib import Path

import attrs

from ea.host.translator.diagnostics import outside, refused
from ea.host.translator.lexer import Kind, Token, tokens
from ea.host.translator.source import read

PROPERTIES = ("copyright", "link", "version", "description", "strict", "icon")
_PREDEFINED = ("__MQL__", "__MQL5__")


@attrs.frozen
class Unit:
    """One program: its tokens without directives, and its properties in their order."""

    tokens: tuple[Token, ...]
    properties: tuple[tuple[str, str], ...]


def preprocess(file: Path, folders: Sequence[Path] = ()) -> Unit:
    """Read a source with all that it includes; `folders` are searched for `#include <...>`.

    Raises Refused.
    """
    reader = _Reader(folders)
    reader.read(file)
    end = reader.out[-1].place if reader.out else next(tokens("", str(file))).place
    return Unit((*reader.out, Token(Kind.END, "the end of the program", end)), tuple(reader.properties))


class _Reader:
    def __init__(self, folders: Sequence[Path]) -> None:
        self.out: list[Token] = []
        self.properties: list[tuple[str, str]] = []
        self._folders = folders
        self._read: set[Path] = set()
        self._macros: dict[str, tuple[Token, ...]] = dict.fromkeys(_PREDEFINED, ())
        self._taken: list[bool] = []

    def read(self, file: Path) -> None:
        """Take in a file, once."""
        if file.resolve() in self._read:
            return
        self._read.add(file.resolve())
        line: list[Token] = []
        conditions, importing = len(self._taken), None
        for token in tokens(read(file), str(file)):
            if token.kind is not Kind.NEWLINE:
                line.append(token)
                continue
            if line and line[0].text == "#" and line[0].kind is Kind.MARK:
                importing = self._directive(line, file, importing)
            elif all(self._taken):
                self.out += [made for each in line for made in self._expanded(each, frozenset())]
            line = []
        if importing is not None:
            raise refused(importing.place, 300, f"#import of {importing.text!r} is not closed by a bare #import")
        if len(self._taken) != conditions:
            raise refused(token.place, 372, "#ifdef without #endif")

    def _expanded(self, token: Token, within: frozenset[str]) -> list[Token]:
        if token.kind is not Kind.NAME or token.text not in self._macros or token.text in within:
            return [token]
        return [
            made
            for each in self._macros[token.text]
            for made in self._expanded(attrs.evolve(each, place=token.place), within | {token.text})
        ]

    def _directive(self, line: Sequence[Token], file: Path, importing: Token | None) -> Token | None:
        """Obey a directive; returns the import that is open after it."""
        word = line[1].text if len(line) > 1 else ""
        if self._condition(word, line) or not all(self._taken):
            return importing
        match word:
            case "include":
                self._include(line, file)
            case "define":
                self._define(line)
            case "undef":
                self._macros.pop(_argument(line).text, None)
            case "property":
                self._property(line)
            case "import":
                return self._import(line)
            case _:
                raise refused(line[0].place, 109, f"'#{word}' is no directive of MQL5's")
        return importing

    def _condition(self, word: str, line: Sequence[Token]) -> bool:
        if word in ("ifdef", "ifndef"):
            self._taken.append((_argument(line).text in self._macros) == (word == "ifdef"))
        elif word in ("else", "endif"):
            if not self._taken:
                raise refused(line[0].place, 372, f"#{word} without #ifdef")
            taken = self._taken.pop()
            if word == "else":
                self._taken.append(not taken)
        else:
            return False
        return True

    def _include(self, line: Sequence[Token], file: Path) -> None:
        place = line[0].place
        if len(line) == 3 and line[2].kind is Kind.TEXT:
            name, folders = line[2].text, [file.parent]
        elif len(line) > 4 and line[2].text == "<" and line[-1].text == ">":
            name, folders = "".join(each.text for each in line[3:-1]), list(self._folders)
        else:
            raise refused(place, 105, 'a file name in "..." or <...> is expected')
        name = name.replace("\\", "/")
        for folder in folders:
            if (folder / name).is_file():
                return self.read(folder / name)
        raise refused(place, 106, f"{name!r} is not in {', '.join(map(str, folders)) or 'any folder of includes'}")

    def _define(self, line: Sequence[Token]) -> None:
        name = _argument(line)
        if name.kind is not Kind.NAME:
            raise refused(name.place, 108, f"{name.text!r} is no name for a #define")
        if name.text in self._macros:
            raise refused(name.place, 30, f"{name.text!r} is defined already")
        if len(line) > 3 and line[3].text == "(" and line[3].place.column == name.place.column + len(name.text):
            raise outside(name.place, f"'{name.text}(...)' is a macro with parameters: write a function")
        self._macros[name.text] = tuple(line[3:])

    def _property(self, line: Sequence[Token]) -> None:
        name = _argument(line)
        if name.text not in PROPERTIES:
            raise refused(name.place, 288, f"unknown property {name.text!r}: allowed are {', '.join(PROPERTIES)}")
        value = "".join(each.text for each in line[3:])
        if name.text == "version" and not re.fullmatch(r"\d{1,3}\.\d{1,3}", value):
            raise refused(name.place, 68, f"version {value!r} is not of the form XXX.YYY")
        self.properties.append((name.text, value))

    def _import(self, line: Sequence[Token]) -> Token | None:
        if len(line) == 2:
            self.out.append(Token(Kind.IMPORT, "", line[0].place))
            return None
        if len(line) != 3 or line[2].kind is not Kind.TEXT:
            raise refused(line[0].place, 174, "the name of a library in double quotes is expected")
        self.out.append(Token(Kind.IMPORT, line[2].text, line[0].place))
        return line[2]


def _argument(line: Sequence[Token]) -> Token:
    if len(line) < 3:
        raise refused(line[0].place, 149, f"'#{line[1].text}' says nothing about what")
    return line[2]
