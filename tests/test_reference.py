"""The committed default file and the docs' page are what the settings classes say."""

from pathlib import Path

from bitten.config import Config, UserSettings, load
from bitten.reference import markdown, toml

ROOT = Path(__file__).parents[1]


def test_the_default_file_is_made_from_the_settings() -> None:
    committed = (ROOT / "config" / "bitten.toml").read_text(encoding="utf-8")
    assert committed == toml(), "run: python -m bitten.reference toml > config/bitten.toml"


def test_the_docs_page_is_made_from_the_settings() -> None:
    committed = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert committed == markdown(), "run: python -m bitten.reference markdown > docs/configuration.md"


def test_the_default_file_loads_as_the_defaults() -> None:
    assert load(ROOT / "config" / "bitten.toml") == Config(users={"paper": UserSettings()})
