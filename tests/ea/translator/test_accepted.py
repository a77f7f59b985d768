"""What MetaEditor takes without a word is translated, and its C++ names the lines that it comes from."""

import re
from pathlib import Path

import pytest

from ea.host.translator.translate import translate
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
