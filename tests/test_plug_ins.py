"""A user's own plug-in by the name that the configuration has for it."""

from pathlib import Path

import pytest

from bitten import config
from bitten.errors import ConfigError
from bitten.plug_ins import resolve
from tests.rules.venom.patterns import Witness

ONE = """
from dataclasses import dataclass

@dataclass
class Found:
    n: int = 1
"""


def test_a_class_is_found_in_a_module_and_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolve("tests.rules.venom.patterns:Witness") is Witness
    (tmp_path / "own.py").write_text(ONE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in (f"{tmp_path}/own.py:Found", "own.py:Found", "./own.py:Found"):
        found = resolve(name)
        assert isinstance(found, type)
        assert vars(found())["n"] == 1


def test_a_file_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "own.py"
    for text in ("x = 1", "x = 23"):
        path.write_text(text, encoding="utf-8")
        assert resolve(f"{path}:x") == int(text[4:])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "there is no file {path}"),
        ("x = 1", "has no attribute 'Found'"),
        ("def", "invalid syntax (own.py, line 1)"),
        ("1 / 0", "division by zero"),
        ("exit('it went')", "it went"),
        (ONE, "it needs name, kind, trigger and detect(market)"),
    ],
)
def test_a_file_that_is_no_pattern_is_refused_with_its_name_and_the_reason(
    text: str | None, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.py"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    given = tmp_path / "bitten.toml"
    given.write_text(f'[venom]\npatterns = ["{path}:Found"]', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        config.load(given)
    (line,) = caught.value.problems
    assert line.startswith(f"{given}: [venom] patterns: '{path}:Found': ")
    assert says.format(path=path) in line
