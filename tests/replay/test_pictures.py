"""The picture of position care shows what a replay does today."""

from pathlib import Path

from bitten.rules.care import Step
from tests.replay.pictures import FILE, draw, lived


def test_it_shows_the_steps_of_today() -> None:
    life = lived()
    assert {step for _, step, *_ in life.steps} == {"", *Step}
    text = FILE.read_text(encoding="utf-8")
    assert f"<dc:description>{life.digest()}</dc:description>" in text
    assert len(text) < 60_000


def test_the_same_life_gives_the_same_file(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.svg", "other.svg")]
    for file in files:
        draw(lived(), file)
    assert files[0].read_bytes() == files[1].read_bytes()
