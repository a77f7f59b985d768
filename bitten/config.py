"""The configuration: one TOML file, beside it `users.d/`, read whole or refused whole, with every mistake at once.

Each section is the settings class of the module that uses it. Types are taken strictly ("false" is no boolean, 3.9 no
whole number, nan no number at all), because a limit that is not a number never limits.
"""

import ipaddress
import pkgutil
import re
import tomllib
from collections.abc import Collection, Mapping
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import get_args

import attrs
import msgspec
import platformdirs

from bitten.errors import ConfigError
from bitten.journal import Durability
from bitten.log import LogSettings
from bitten.rules.access import Access, problem_with
from bitten.rules.care import CareSettings, Step, known_steps
from bitten.rules.citadel import CitadelSettings
from bitten.rules.citadel import build as build_shields
from bitten.rules.history import ReplaySettings
from bitten.rules.risk import TIERS, Mode, RiskSettings, Tier
from bitten.rules.session import SessionSettings
from bitten.rules.venom import VenomSettings
from bitten.rules.venom import build as build_patterns
from bitten.rules.xp import XpSettings
from bitten.settings import setting
from bitten.structure import problems_of, structure
from bitten.tape import TapeSettings
from bitten.units import Account, SymbolName
from bitten.wire.session import Timeframe as WarmUp


@attrs.frozen
class SocketSettings:
    """[sockets]"""

    host: str = setting(
        "127.0.0.1",
        "Address to bind; 0.0.0.0 is every one of this machine. Other than loopback only with CURVE.",
    )
    command_port: int = setting(5555, "Commands to the EAs; 0: the system chooses.", ge=0, le=65_535)
    feedback_port: int = setting(5556, "Telemetry and feedback from the EAs; 0: the system chooses.", ge=0, le=65_535)
    max_frame_bytes: int = setting(
        65_536,
        "Longest frame that a peer may send; one that sends a longer one is disconnected.",
        ge=65_536,
        le=16_777_216,
        why="an EA cuts its lists to this size, so a longer frame is none of ours; a thousand of them may wait to be "
        "read from one connection, which is the memory that a peer can take.",
    )
    max_connections: int = setting(
        16_384,
        "TCP connections, as far as the system's limit of descriptors allows.",
        ge=64,
        le=1_000_000,
        why="an EA has two, a stranger one until its handshake's time is over. Far above what a hub needs, since "
        "where none is left nobody comes in, nor the operator; one that says nothing costs some kilobytes.",
    )
    max_sockets: int = setting(
        1_023,
        "Open ZMQ sockets.",
        ge=16,
        le=1_023,
        why="libzmq takes no more. A hub opens a dozen at most; connections are none.",
    )


class Security(StrEnum):
    """Who is heard on the two ports."""

    PLAIN = "plain"  # whoever connects
    CURVE = "curve"  # whose key a user has


@attrs.frozen
class SecuritySettings:
    """[security]"""

    mode: Security = setting(
        Security.PLAIN,
        "plain hears whoever connects, and is for this machine alone; curve hears the keys of enrolled users.",
    )
    keys: str = setting("", "Folder of the hub's key pair; \"\" is keys/ in the user's state directory.")
    handshake_ms: int = setting(
        5_000,
        "Until a connection must have shown its key, or is closed.",
        ge=100,
        le=60_000,
        why="an EA needs three round trips, a second on a bad line; who stays without a key is no EA, and each keeps a "
        "descriptor for so long.",
    )


@attrs.frozen
class DeskSettings:
    """[desk]"""

    path: str = setting("", "The operator's socket (ipc); \"\" is desk/desk.sock in the user's state directory.")


@attrs.frozen
class JournalSettings:
    """[journal]"""

    path: str = setting("", "The journal's file; \"\" is journal.sqlite in the user's state directory.")
    durability: Durability = setting(
        Durability.PROCESS,
        "What an intent survives: the end of the process (kill -9 included), or the loss of power (a slower fire).",
    )


@attrs.frozen
class MarketSettings:
    """[market]"""

    symbols: tuple[str, ...] = setting(("EURUSD", "GBPUSD"), "Symbols that each EA is asked to stream.")
    warm_up: tuple[str, ...] = setting(
        get_args(WarmUp), f"Timeframes whose past each EA is asked for: any of {', '.join(get_args(WarmUp))}."
    )
    warm_up_bars: int = setting(
        500, "Closed bars asked of each EA per timeframe, so that VENOM starts warm.", ge=1, le=10_000
    )


@attrs.frozen
class WatchdogSettings:
    """[watchdog]"""

    limit_s: float = setting(
        10.0, "Seconds without a turn of the loop after which the process is ended.", gt=0, le=3_600
    )


@attrs.frozen
class UserSettings:
    """[users.NAME], or a file NAME.toml in users.d/"""

    tier: str = setting("NIBBLER", "The tier whose limits hold for the user.")
    mode: str = setting("manual", "Who decides that a signal is fired.", choices=tuple(Mode))
    account: Account | None = setting(
        None, '{ server = "…", login = … }; without it the user is bound to the first account that says hello.'
    )
    public_key: str = setting("", "The public key of the user's EA (CURVE, 40 letters), as it shows it on its chart.")
    access: Access = setting(
        Access.ENABLED, "A disabled user may only lower exposure; a revoked one is not let in, and still tracked."
    )
    access_why: str = setting("", "Why the access is as it is; the trader is shown it.")
    accept_live: bool = setting(False, "A real-money account may be used.")
    care: tuple[str, ...] = attrs.field(
        default=tuple(step.value for step in Step),
        validator=known_steps,
        metadata={
            "doc": "Steps of position care that are taken once XP unlocks them; [] switches it off.",
            "allowed": f"any of {', '.join(Step)}",
        },
    )


@attrs.frozen
class Config:
    """Everything an operator may steer."""

    sockets: SocketSettings = attrs.Factory(SocketSettings)
    security: SecuritySettings = attrs.Factory(SecuritySettings)
    desk: DeskSettings = attrs.Factory(DeskSettings)
    journal: JournalSettings = attrs.Factory(JournalSettings)
    log: LogSettings = attrs.Factory(LogSettings)
    session: SessionSettings = attrs.Factory(SessionSettings)
    market: MarketSettings = attrs.Factory(MarketSettings)
    venom: VenomSettings = attrs.Factory(VenomSettings)
    citadel: CitadelSettings = attrs.Factory(CitadelSettings)
    risk: RiskSettings = attrs.Factory(RiskSettings)
    xp: XpSettings = attrs.Factory(XpSettings)
    care: CareSettings = attrs.Factory(CareSettings)
    watchdog: WatchdogSettings = attrs.Factory(WatchdogSettings)
    tape: TapeSettings = attrs.Factory(TapeSettings)
    replay: ReplaySettings = attrs.Factory(ReplaySettings)
    tiers: Mapping[str, Tier] = attrs.field(factory=lambda: dict(TIERS))
    users: Mapping[str, UserSettings] = attrs.field(factory=dict)

    @property
    def journal_path(self) -> Path:
        """Where the journal is."""
        return Path(self.journal.path).expanduser() if self.journal.path else state_dir() / "journal.sqlite"

    @property
    def key_path(self) -> Path:
        """Where the hub's key pair is."""
        return (Path(self.security.keys).expanduser() if self.security.keys else state_dir() / "keys") / "server.key"

    @property
    def desk_path(self) -> Path:
        """Where the operator's socket is."""
        return Path(self.desk.path).expanduser() if self.desk.path else state_dir() / "desk" / "desk.sock"


_DESK = re.compile(r"^[ \t]*\[desk\].*?(?=^[ \t]*\[|\Z)", re.MULTILINE | re.DOTALL)
"""The section, up to the next one."""


def state_dir() -> Path:
    """The user's state directory."""
    return Path(platformdirs.user_state_dir("bitten"))


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
    for line in (*mistakes, *_contradictions(config, names), *_plug_ins(config)):
        user = next((user for user in files_of_users if f"users['{user}']" in line or f"[users.{user}]" in line), "")
        problems.append(f"{files_of_users.get(user, path)}: {line}")
    if problems:
        raise ConfigError(problems)
    return config


def problems_in(config: Config) -> list[str]:
    """What contradicts itself in a configuration that was not read from a file, or was changed since."""
    return _contradictions(config, {"users": tuple(config.users), "tiers": tuple(config.tiers)})


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
        lambda: build_patterns(config.venom, pkgutil.resolve_name),
        lambda: build_shields(config.citadel, pkgutil.resolve_name),
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


def _contradictions(config: Config, names: Mapping[str, Collection[str]]) -> list[str]:
    """What no single key can know. `names`: users and tiers that are named, those that are wrong in themselves too."""
    found = []
    users, tiers = names.get("users", ()), names.get("tiers", ())
    if config.security.mode is Security.PLAIN and not _is_loopback(config.sockets.host):
        found.append(
            f"[sockets] host = {config.sockets.host!r}: whoever reaches it could trade; enrol each trader with `bitten "
            'enroll USER --key KEY` and set [security] mode = "curve", or bind a loopback address, as 127.0.0.1'
        )
    found += _wrong_keys(config)
    for name, user in config.users.items():
        tier = config.tiers.get(user.tier)
        if user.tier not in tiers:
            found.append(f"[users.{name}] tier = {user.tier!r}: must be one of {', '.join(tiers) or '(no tiers)'}")
        elif tier is not None and user.mode not in tier.modes:
            found.append(f"[users.{name}] mode = {user.mode!r}: tier {user.tier} allows {', '.join(tier.modes)}")
    found += [
        f"[market] warm_up: {timeframe!r} must be one of {', '.join(get_args(WarmUp))}"
        for timeframe in config.market.warm_up
        if timeframe not in get_args(WarmUp)
    ]
    found += _wrong_symbols(config.market.symbols)
    found += [
        f"[venom] sources: {source!r} is not one of the users {', '.join(users)}"
        for source in config.venom.sources
        if source not in users
    ]
    return found


def _wrong_symbols(symbols: tuple[str, ...]) -> list[str]:
    """Those that no message could name (protocol 1.3), or that are there twice."""
    found = [f"[market] symbols: {each!r} is there twice" for each in sorted(set(symbols)) if symbols.count(each) > 1]
    for each in symbols:
        try:
            msgspec.convert(each, SymbolName)
        except msgspec.ValidationError:
            found.append(f"[market] symbols: {each!r} must be 1 to 32 visible ASCII letters, no blank")
    return found


def _wrong_keys(config: Config) -> list[str]:
    found, owners = [], dict[str, str]()
    for name, user in config.users.items():
        if not user.public_key:
            continue
        if problem := problem_with(user.public_key):
            found.append(f"[users.{name}] public_key = {problem}")
        elif (owner := owners.setdefault(user.public_key, name)) != name:
            found.append(f"[users.{name}] public_key: is that of {owner} too; each installation has a key of its own")
    return found


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
