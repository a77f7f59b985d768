"""The committed default file and the generated pages are what the code says."""

from pathlib import Path

import attrs
import pytest

from bitten.config import load
from bitten.reference import commands, denials, markdown, messages, toml
from bitten.sections import Config, UserSettings
from bitten.wire.codec import ea_on_command, ea_on_feedback, hub_on_command

ROOT = Path(__file__).parents[1]
LIMITS = {
    "sockets": ("max_frame_bytes", "max_connections", "max_sockets"),
    "security": ("handshake_ms",),
    "session": ("telemetry_ms", "max_sessions", "max_clock_skew_ms", "max_messages_per_s"),
    "risk": ("fires_per_minute_user", "fires_per_minute_hub", "like_fires"),
}
"""What bounds a peer, or a hub that is out of order."""


def test_the_default_file_is_made_from_the_settings() -> None:
    committed = (ROOT / "config" / "bitten.toml").read_text(encoding="utf-8")
    assert committed == toml(), "run: python -m bitten.reference toml > config/bitten.toml"


def test_the_docs_page_is_made_from_the_settings() -> None:
    committed = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert committed == markdown(), "run: python -m bitten.reference markdown > docs/configuration.md"


def test_the_page_of_denials_is_made_from_the_codes() -> None:
    committed = (ROOT / "docs" / "denials.md").read_text(encoding="utf-8")
    assert committed == denials(), "run: python -m bitten.reference denials > docs/denials.md"


def test_the_default_file_loads_as_the_defaults() -> None:
    assert load(ROOT / "config" / "bitten.toml") == Config(users={"paper": UserSettings()})


@pytest.mark.parametrize("section", LIMITS)
def test_a_limit_says_why_it_is_where_it_is(section: str) -> None:
    fields = attrs.fields_dict(type(getattr(Config(), section)))
    for name in LIMITS[section]:
        why = fields[name].metadata["why"]
        assert why
        assert f"*Why this much: {why}*" in markdown()


def test_the_page_of_the_commands_has_each_with_its_options() -> None:
    page = commands()
    for name in ("run", "journal verify", "halt", "report", "ea export"):
        assert f"## `bitten {name}`" in page
    assert "* `--why TEXT`: The reason, journaled and shown to traders." in page


def test_the_page_of_the_messages_has_each_with_its_fields() -> None:
    page = messages()
    named = {line.removeprefix("### ").strip("`") for line in page.splitlines() if line.startswith("### ")}
    assert named >= {*ea_on_command.types, *ea_on_feedback.types, *hub_on_command.types, "AccountInfo"}
    assert "| `direction` | one of `BUY`, `SELL` |" in page
    assert "like `^" not in page  # A rule that only its expression tells.
