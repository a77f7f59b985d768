"""The references that are made from the code: the commented default configuration and its page, denials, and more.

`python -m bitten.reference toml`, `… markdown` and `… denials` print them; a test holds the committed copies to this.
`… commands` and `… messages` print pages that are made when the site is built.
"""

import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from textwrap import wrap
from typing import Any

import attrs
import msgspec
import typer

from bitten.rules.alerts import AlertSettings, RouteSettings
from bitten.rules.risk import DenialCode
from bitten.sections import Config, UserSettings
from bitten.settings import Secret
from bitten.units import PLAIN
from bitten.wire.codec import ea_on_command, ea_on_feedback, hub_on_command

WIDTH = 110
_WHY = "Why this much:"
_EXAMPLE = "NAME"
"""Of a table that there is none of by default: the file shows it commented out."""

_TITLE = """\
# BITTEN's configuration: every key with its default, what it does, and what is allowed.
# A hub reads --config PATH, else ./config/bitten.toml, else this file as it was packaged. `bitten check` finds every
# mistake at once. Users may also stand in files of their own, users.d/NAME.toml beside this one.
"""


def sections() -> Iterator[tuple[str, Any]]:
    """Name and default of each section, users and tiers by their full name."""
    default = Config(users={"paper": UserSettings()}, alerts=AlertSettings(routes={_EXAMPLE: RouteSettings()}))
    for field in attrs.fields(Config):
        value = getattr(default, field.name)
        if isinstance(value, Mapping):
            yield from ((f"{field.name}.{name}", each) for name, each in value.items())
        else:
            yield from _with_tables(field.name, value)


def _with_tables(name: str, section: attrs.AttrsInstance) -> Iterator[tuple[str, Any]]:
    """A section, and the tables within it."""
    yield name, section
    for field in _tables(section):
        value = getattr(section, field.name)
        if isinstance(value, Mapping):
            yield from ((f"{name}.{field.name}.{key}", each) for key, each in value.items())
        else:
            yield from _with_tables(f"{name}.{field.name}", value)


def _tables(section: attrs.AttrsInstance) -> "list[attrs.Attribute[Any]]":
    return [field for field in attrs.fields(type(section)) if not field.metadata]


def _keys(section: attrs.AttrsInstance) -> "list[attrs.Attribute[Any]]":
    return [field for field in attrs.fields(type(section)) if field.metadata]


def toml() -> str:
    """The default file."""
    blocks = [_TITLE]
    for name, section in sections():
        lines = [f"[{name}]"]
        for field in _keys(section):
            value = getattr(section, field.name)
            lines += [f"# {line}" for text in _sentences(field) for line in wrap(text, WIDTH)]
            lines.append(f"# {field.name} =" if value is None else f"{field.name} = {_toml(value)}")
        if name.endswith(f".{_EXAMPLE}"):
            lines = [line if line.startswith("#") else f"# {line}" for line in lines]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def markdown() -> str:
    """The page of the docs."""
    blocks = ["# Configuration\n", _INTRODUCTION]
    for name, section in sections():
        blocks.append(f"\n## `[{name}]`\n\n| key | default | meaning | allowed |\n| --- | --- | --- | --- |\n")
        for field in _keys(section):
            value = getattr(section, field.name)
            default = "" if value is None else f"`{_toml(value)}`"
            meaning, allowed = field.metadata["doc"], field.metadata["allowed"]
            if why := field.metadata.get("why"):
                meaning += f" *{_WHY} {why}*"
            blocks.append(f"| `{field.name}` | {default} | {meaning} | {allowed} |\n")
    return "".join(blocks)


_INTRODUCTION = """
One TOML file steers a hub: `--config PATH`, else `./config/bitten.toml`, else the packaged default, which is the tables
below. A file needs only the keys that differ. It is read whole or refused whole: `bitten check` says every mistake at
once, with file, key, value and what is allowed. Types are strict (`"false"` is no boolean, `3.9` no whole number, `nan`
no number), because a limit that is not a number never limits. Users stand in `[users.NAME]`, or one file each in
`users.d/NAME.toml` beside the configuration, with the same keys.

This page is made by `python -m bitten.reference markdown`.
"""


def denials() -> str:
    """The page of the denial codes."""
    rows = [f"| `{code.value}` | {code.meaning} | {code.remedy} |\n" for code in DenialCode]
    heading = "\n| denial | meaning | what to do |\n| --- | --- | --- |\n"
    return "".join(["# Denials\n", _DENIALS, heading, *rows])


_DENIALS = """
A denial is the hub's own no to a fire; what the broker refuses is `rejected`, and comes as a confirmation. The risk
gate makes its checks in the order of this table, and the first no counts. Each denial is logged, journaled and shown on
the trader's chart, with the numbers that made it.

This page is made by `python -m bitten.reference denials`.
"""


def commands() -> str:
    """The page of the commands, as their own help tells them."""
    from typer.cli import get_docs_for_click
    from typer.main import get_command

    from bitten.cli import app

    command = get_command(app)
    context = typer.Context(command, info_name="bitten")
    return get_docs_for_click(obj=command, ctx=context, name="bitten", title="Commands")


def messages() -> str:
    """The page of the messages, as the decoders take them."""
    blocks = ["# Messages\n", _MESSAGES]
    for heading, decoder in (
        ("EA to hub, on the command channel", ea_on_command),
        ("EA to hub, on the feedback channel", ea_on_feedback),
        ("Hub to EA, on the command channel", hub_on_command),
    ):
        _, components = msgspec.json.schema_components(decoder.classes)
        own = {each.__name__ for each in decoder.classes}
        blocks.append(f"\n## {heading}\n")
        blocks += [_message(components[name], components) for name in sorted(own)]
        if parts := sorted(components.keys() - own):
            blocks.append("\n### Parts of these\n")
            blocks += [_message(components[name], components) for name in parts if "properties" in components[name]]
    return "".join(blocks)


_MESSAGES = """
Every message that is read, with its fields and what they may hold, as the decoders check them. What each is for, and
when it is said, is in [the protocol](../protocol.md). Fields that are not named here are ignored.
"""

Schema = Mapping[str, Any]  # JSON Schema is a tree of whatever; msgspec makes it


def _message(schema: Schema, components: Mapping[str, Schema]) -> str:
    properties = schema["properties"]
    name = properties["type"]["default"] if "type" in properties else schema["title"]
    lines = [f"\n### `{name}`\n\n{schema.get('description', '')}\n\n| field | holds |\n| --- | --- |\n"]
    for field, told in properties.items():
        needed = "" if field in schema.get("required", ()) or field == "type" else " (may be left out)"
        lines.append(f"| `{field}` | {_holds(told, components)}{needed} |\n")
    return "".join(lines)


def _holds(told: Schema, components: Mapping[str, Schema]) -> str:
    """What a field may hold, in words."""
    if "$ref" in told:
        name = told["$ref"].rpartition("/")[2]
        return _holds(components[name], components) if "enum" in components[name] else f"`{name}`"
    if "enum" in told:
        return "one of " + ", ".join(f"`{each}`" for each in told["enum"])
    if "anyOf" in told:
        return " or ".join(_holds(each, components) for each in told["anyOf"])
    if told.get("type") == "array":
        each = told.get("prefixItems") or [told.get("items") or {}]
        return "a list of " + ", ".join(_holds(part, components) for part in each)
    kind = {"integer": "whole number", "number": "number", "string": "text", "null": "null"}.get(
        told.get("type", ""), ""
    )
    words = [kind or str(told.get("type", "anything"))]
    words += [f"{said} `{told[key]:,}`" for key, said in _LIMITS.items() if key in told]
    if pattern := told.get("pattern"):
        words.append(_PATTERNS.get(pattern) or f"like `{pattern}`".replace("|", "\\|"))
    return ", ".join(words)


_LIMITS = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
    "minLength": "letters at least",
    "maxLength": "letters at most",
    "maxItems": "items at most",
}
_PATTERNS = {
    r"^[A-Za-z0-9._:-]{1,64}\Z": "1 to 64 of `A-Z a-z 0-9 . _ : -`",
    r"^[A-Za-z0-9._:-]{0,64}\Z": "up to 64 of `A-Z a-z 0-9 . _ : -`",
    r"^[!-~]{1,32}\Z": "1 to 32 visible ASCII letters",
    PLAIN: "no control characters",
}


def _sentences(field: "attrs.Attribute[Any]") -> Iterator[str]:
    allowed = field.metadata["allowed"]
    yield f"{field.metadata['doc']}{f' ({allowed})' if allowed else ''}"
    if why := field.metadata.get("why"):
        yield f"{_WHY} {why}"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, (str, Secret)):
        return f'"{value.value if isinstance(value, StrEnum) else value}"'
    return str(value)


if __name__ == "__main__":
    made = {"toml": toml, "markdown": markdown, "denials": denials, "commands": commands, "messages": messages}
    print(made[sys.argv[1]](), end="")
