"""The pictures of the page about signals show what the patterns do today."""

from pathlib import Path

import pytest

from bitten.rules.venom.registry import BUILT_IN
from tests.rules.venom.pictures import PICTURES, Picture, draw

EACH = pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.pattern.name)


def test_there_is_one_of_each_pattern_and_of_the_example() -> None:
    assert [picture.pattern.name for picture in PICTURES] == [*BUILT_IN, "INSIDE_BAR"]


@EACH
def test_it_shows_the_bars_and_levels_of_today(picture: Picture) -> None:
    text = picture.path.read_text(encoding="utf-8")
    assert f"<dc:description>{picture.digest()}</dc:description>" in text
    assert len(text) < 60_000


def test_the_same_bars_give_the_same_file(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.svg", "other.svg")]
    for file in files:
        draw(PICTURES[0], file)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert PICTURES[0].digest() in files[0].read_text(encoding="utf-8")
