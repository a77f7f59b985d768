"""The mistakes: each is found in a line of MQL5 by its shape, and made by writing the line anew."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import attrs

_RELATIONS = {"<=": "<", ">=": ">", "==": "!=", "!=": "==", "<": "<=", ">": ">="}
_SIDES = {
    "BUY": "SELL",
    "SELL": "BUY",
    "BID": "ASK",
    "ASK": "BID",
    "bid": "ask",
    "ask": "bid",
    "FOK": "IOC",
    "IOC": "FOK",
    "MIN": "MAX",
    "MAX": "MIN",
    "MathMin": "MathMax",
    "MathMax": "MathMin",
    "MathFloor": "MathCeil",
    "MathCeil": "MathFloor",
    "true": "false",
    "false": "true",
}
_FIELDS = {
    "sl": "tp",
    "tp": "sl",
    "lot": "price",
    "price": "lot",
    "ticket": "order",
    "order": "ticket",
    "balance": "equity",
    "equity": "balance",
    "profit": "swap",
    "swap": "profit",
    "commission": "profit",
    "deal": "ticket",
    "ref": "id",
    "login": "epoch",
    "from": "to",
    "to": "from",
    "n": "acked",
    "acked": "n",
}


def _swapped(pattern: str, others: dict[str, str]) -> "re.Pattern[str]":
    return re.compile(pattern.format("|".join(map(re.escape, sorted(others, key=len, reverse=True)))))


_RELATION = _swapped(r"(?<![<>=!\-+])({})(?![=<>])", _RELATIONS)
_SIDE = _swapped(r"(?<![A-Za-z])({})(?![A-Za-z])", _SIDES)
_FIELD = _swapped(r'(?<=")({})(?=")', _FIELDS)
_LOGIC = re.compile(r"&&|\|\|")
_CHECK = re.compile(r"^( *)(?:else )?if\((.*)\)$")
_GUARD = re.compile(r"^ *return\(?[^;]*;$|^ *(?:continue|break);$")
_CALL = re.compile(r"^ +[A-Z]\w*\(.*\);$")
_ASSIGNMENT = re.compile(r"^ +[a-z_][\w.\[\]]*(?:=|\+=|-=|\+\+|--)[^=].*;$|^ +[a-z_][\w.]*(?:\+\+|--);$")
_NUMBER = re.compile(r"(?<![\w.'#])([1-9]\d*)(?![\w.'])")


@attrs.frozen
class Mutant:
    """One mistake in one line."""

    kind: str
    file: str
    line: int
    """Counted from 1."""
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.kind}: {self.before.strip()}  ->  {self.after.strip()}"


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mistake that can be made in a file."""
    lines = path.read_text(encoding="ascii").splitlines()
    for at, line in enumerate(lines):
        code = line.partition("//")[0].rstrip()
        if not code or code.startswith(("#", "input ", "//")):
            continue
        around = lines[at - 1] if at else "", lines[at + 1] if at + 1 < len(lines) else ""
        for kind, changed in _changes(code, *around):
            yield Mutant(kind, path.name, at + 1, line, changed)


def _changes(code: str, earlier: str, following: str) -> Iterator[tuple[str, str]]:
    check = _CHECK.match(code)
    if check and (_GUARD.match(following) or following.strip() == "{"):
        yield "a dropped check", f"{check[1]}if(false && ({check[2]}))"
    alone = not re.search(r"\b(?:if|else|for|while)\b[^;{]*$|[,(&|]$", earlier)
    if alone and _CALL.match(code):
        yield "a missing call", re.sub(r"\S.*", "{ }", code, count=1)
    if alone and _ASSIGNMENT.match(code):
        yield "a missing assignment", re.sub(r"\S.*", "{ }", code, count=1)
    for kind, pattern, others in (
        ("a wrong relation", _RELATION, _RELATIONS),
        ("a wrong side", _SIDE, _SIDES),
        ("a swapped field", _FIELD, _FIELDS),
    ):
        for found in pattern.finditer(code):
            yield kind, code[: found.start()] + others[found[0]] + code[found.end() :]
    for found in _LOGIC.finditer(code):
        yield "a wrong connective", code[: found.start()] + ("||" if found[0] == "&&" else "&&") + code[found.end() :]
    for found in _NUMBER.finditer(code):
        yield "a wrong number", f"{code[: found.start()]}{int(found[0]) + 1}{code[found.end() :]}"


def draw(paths: list[Path], random: Random) -> Iterator[Mutant]:
    """Without end or repetition until all are drawn: each kind of mistake as often as another, each place as likely."""
    kinds: dict[str, list[Mutant]] = {}
    for path in paths:
        for each in mutants(path):
            kinds.setdefault(each.kind, []).append(each)
    for found in kinds.values():
        random.shuffle(found)
    while kinds:
        for kind in sorted(kinds):
            yield kinds[kind].pop()
            if not kinds[kind]:
                del kinds[kind]
