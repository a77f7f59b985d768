"""What MetaEditor takes without a word is translated, and its C++ names the lines that it comes from."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ea.host.build import HERE as HOST
from ea.host.build import PARTS
from ea.host.translator.emit.prelude import emit_prelude
from ea.host.translator.translate import load_prelude, translate
from tests.ea.translator.programs import Snippet, snippets

ACCEPTED = snippets("accepted.toml")
HANDLER = re.compile(r"(void|int) On\w+\(")


@pytest.mark.parametrize("snippet", ACCEPTED, ids=lambda snippet: snippet.name)
def test_a_snippet_is_translated(snippet: Snippet, tmp_path: Path) -> None:
    file = tmp_path / "snippet.mq5"
    file.write_text(snippet.program, encoding="utf-8")
    translated = translate(file)
    assert [*map(str, translated.refusals)] == []
    handler = next(number for number, line in enumerate(snippet.program.splitlines(), 1) if HANDLER.match(line))
    assert re.search(rf'^#line {handler} "{re.escape(str(file))}"\n(void|int) On\w+\(', translated.cpp, re.MULTILINE)


def test_there_are_forty() -> None:
    assert len({snippet.name for snippet in ACCEPTED}) == len(ACCEPTED) >= 40


@pytest.mark.process
@pytest.mark.skipif(shutil.which("g++") is None, reason="g++ compiles the snippets")
def test_what_they_become_is_cpp(tmp_path: Path) -> None:
    """All at once, each in a namespace of its own: to read the runtime's headers takes longer than any of them."""
    (tmp_path / "prelude.hpp").write_text(emit_prelude(load_prelude().checked), encoding="utf-8")
    whole = ['#include "mql5.hpp"']
    for number, snippet in enumerate(ACCEPTED):
        file = tmp_path / f"{number}.mq5"
        file.write_text(snippet.program, encoding="utf-8")
        body = translate(file).cpp.replace('#include "mql5.hpp"\n', "")
        body = re.sub(r"\bnamespace ea\b|\bea(?=::)", rf"\g<0>_{number}", body)
        whole.append(re.sub(r"\bmql_(handlers|properties|inputs)\b", rf"mql_\1_{number}", body))
    (tmp_path / "all.cpp").write_text("\n".join(whole), encoding="utf-8")
    folders = [f"-I{folder}" for folder in (tmp_path, *(HOST / part for part in PARTS))]
    command = ["g++", "-std=c++20", "-fsyntax-only", *folders, str(tmp_path / "all.cpp")]
    compiled = subprocess.run(command, capture_output=True, text=True, check=False)
    assert compiled.stderr == ""
    assert compiled.returncode == 0
