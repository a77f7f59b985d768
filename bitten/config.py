"""The configuration: one TOML file, beside it `users.d/`, read whole or refused whole, with every mistake at once.

Each section is the settings class of the module that uses it. Types are taken strictly ("false" is no boolean, 3.9 no
whole number, nan no number at all), because a limit that is not a number never limits.
"""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import attrs

from bitten.contradictions import contradictions
from bitten.errors import ConfigError
from bitten.plug_ins import resolve
from bitten.rules.citadel import build as build_shields
from bitten.rules.risk import TIERS
from bitten.rules.venom import build as build_patterns
from bitten.sections import Config, DeskSettings
from bitten.structure import problems_of, structure

_DESK = re.compile(r"^[ \t]*\[desk\].*?(?=^[ \t]*\[|\Z)", re.MULTILINE | re.DOTALL)
"""The section, up to the next one."""


def find(given: Path | None) -> Path:
    """The file to read: the given one, else `./config/bitten.toml`, else the packaged default."""
    if given is not None:
        return given
    local = Path("config/bitten.toml")
    return local if local.is_file() else packaged()


def packaged() -> Path:
    """The default configuration: in the wheel beside the modules, in a checkout in `config/`."""
    inside = Path(str(files("bitten"))) / "bitten.toml"
    return inside if inside.is_file() else Path(str(files("bitten"))).parent / "config" / "bitten.toml"


def desk_path_in(path: Path) -> Path | None:
    """The operator's socket by a file's [desk] alone, whatever else is wrong in it; None: it cannot be told."""
    try:
        section = _DESK.search(path.read_text(encoding="utf-8"))
        found = tomllib.loads(section[0])["desk"].get("path", "") if section else ""
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    return Config(desk=DeskSettings(path=found)).desk_path if isinstance(found, str) else None


def load(path: Path) -> Config:
    """Read a configuration and its `users.d/`. Raises `ConfigError` with every mistake."""
    problems: list[str] = []
    tables = _read(path, problems)
    if problems:
        raise ConfigError(problems)
    files_of_users = _add_users(tables, path, problems)
    _complete_tiers(tables)
    config, mistakes = _structured(tables)
    names = {key: tuple(table) for key in ("users", "tiers") if isinstance(table := tables.get(key), dict)}
    for line in (*mistakes, *contradictions(config, names), *_plug_ins(config)):
        user = next((user for user in files_of_users if f"users['{user}']" in line or f"[users.{user}]" in line), "")
        problems.append(f"{files_of_users.get(user, path)}: {line}")
    if problems:
        raise ConfigError(problems)
    return config


def problems_in(config: Config) -> list[str]:
    """What contradicts itself in a configuration that was not read from a file, or was changed since."""
    return contradictions(config, {"users": tuple(config.users), "tiers": tuple(config.tiers)})


def _add_users(tables: dict[str, object], path: Path, problems: list[str]) -> dict[str, Path]:
    """Add the users of `users.d/`; the file of each."""
    users = tables.setdefault("users", {})
    found: dict[str, Path] = {}
    for file in sorted((path.parent / "users.d").glob("*.toml")):
        before = len(problems)
        table = _read(file, problems)
        if not isinstance(users, dict) or len(problems) > before:
            continue
        if file.stem in users:
            problems.append(f"{file}: user {file.stem!r} is in {path} too; keep one of them")
        else:
            users[file.stem], found[file.stem] = table, file
    return found


def _structured(tables: Mapping[str, object]) -> tuple[Config, list[str]]:
    """The configuration and its mistakes; with mistakes, what is right of it, for the rest to be looked at too."""
    try:
        return structure(tables, Config), []
    except Exception as error:  # noqa: BLE001 - cattrs raises what hooks raise; what is no mistake is raised again
        mistakes = problems_of(error)
    right: dict[str, object] = {}
    for name, table in tables.items():
        if name in ("users", "tiers") and isinstance(table, dict):
            right[name] = {key: each for key, each in table.items() if _is_right(name, {key: each})}
        elif _is_right(name, table):
            right[name] = table
    return structure(right, Config), mistakes


def _is_right(name: str, table: object) -> bool:
    try:
        structure({name: table}, Config)
    except Exception:  # noqa: BLE001 - why not has been said already
        return False
    return True


def _plug_ins(config: Config) -> list[str]:
    """What is wrong with the patterns and shields in use; the hub builds them anew."""
    found: list[str] = []
    for build in (
        lambda: build_patterns(config.venom, resolve),
        lambda: build_shields(config.citadel, resolve),
    ):
        try:
            build()
        except ConfigError as error:
            found += error.problems
    return found


def _complete_tiers(tables: dict[str, object]) -> None:
    """A file that changes one figure of a tier leaves its others, and the other tiers, as they are shipped."""
    given = tables.get("tiers", {})
    if isinstance(given, dict):
        shipped = {
            name: attrs.asdict(tier) | {"modes": [str(mode) for mode in tier.modes]} for name, tier in TIERS.items()
        }
        merged = {
            name: shipped.get(name, {}) | table if isinstance(table, dict) else table for name, table in given.items()
        }
        tables["tiers"] = shipped | merged


def _read(path: Path, problems: list[str]) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"{path}: cannot be read: {error.strerror}")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path}: not TOML: {error}")
    return {}
