"""What MetaEditor refuses or warns about is refused, at its line, under its number, and nothing else with it."""

from collections import Counter
from pathlib import Path

import pytest

from ea.host.translator.translate import translate
from tests.ea.translator.programs import Snippet, snippets

REFUSED = snippets("refused.toml")


@pytest.mark.parametrize("snippet", REFUSED, ids=lambda snippet: snippet.name)
def test_a_snippet_is_refused(snippet: Snippet, tmp_path: Path) -> None:
    file = tmp_path / "snippet.mq5"
    file.write_text(snippet.program, encoding="utf-8")
    translated = translate(file)
    found = [f"{each.place.line - snippet.above} {each.severity} {each.number}" for each in translated.refusals]
    assert found == list(snippet.refusals), [*map(str, translated.refusals)]
    assert snippet.says in translated.refusals[0].reason
    assert translated.cpp == ""


def test_there_are_many_and_each_is_named_once() -> None:
    assert len(REFUSED) >= 80
    assert [name for name, count in Counter(each.name for each in REFUSED).items() if count > 1] == []
    assert all(each.says and each.refusals and each.page for each in REFUSED)
