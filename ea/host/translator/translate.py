"""From a file to its C++, or to what is wrong with it."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import attrs

from ea.host.translator.check.program import Checked, check, check_prelude
from ea.host.translator.diagnostics import Diagnostic, Refused, Report
from ea.host.translator.emit.program import emit
from ea.host.translator.parse.program import prelude, program
from ea.host.translator.preprocessor import preprocess
from ea.host.translator.types import Element

PRELUDE = Path(__file__).parent.parent / "prelude.mqh"


@attrs.frozen
class Prelude:
    """The prelude, checked, and the types that it gives."""

    checked: Checked
    types: Mapping[str, Element]


class Unsound(Exception):
    """The prelude itself is refused."""


@cache
def load_prelude() -> Prelude:
    """The built-ins. Raises Unsound with what is wrong in them."""
    report = Report()
    try:
        declarations, types = prelude(preprocess(PRELUDE).tokens)
    except Refused as stopped:
        raise Unsound(str(stopped)) from stopped
    checked = check_prelude(report, declarations)
    if report.found:
        raise Unsound("\n".join(map(str, report.found)))
    return Prelude(checked, types)


@attrs.frozen
class Translated:
    """The C++ of a source; empty where there are refusals."""

    cpp: str
    refusals: tuple[Diagnostic, ...] = ()


def translate(file: Path, folders: Sequence[Path] = ()) -> Translated:
    """Read, check and write a program; `folders` are searched for `#include <...>`.

    Raises OSError where the file itself cannot be read, Unsound where the prelude is wrong.
    """
    report, builtins = Report(), load_prelude()
    try:
        unit = preprocess(file, folders)
        declarations = program(unit.tokens, builtins.types)
    except Refused as stopped:
        return Translated("", (stopped.diagnostic,))
    checked = check(report, declarations, builtins.checked, str(file))
    return Translated("", tuple(report.found)) if report.found else Translated(emit(checked, unit.properties))
