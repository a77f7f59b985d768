"""The users' part of the configuration on disk, changed in place: the comments and the order of a file stay.

A file is replaced as a whole, so whoever reads it meanwhile sees the old one or the new one.
"""

import fcntl
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs
import tomlkit
from tomlkit.exceptions import TOMLKitError

from bitten import config
from bitten.errors import BittenError, ConfigError, ExitCode
from bitten.rules.access import problem_with_name


class UnknownUser(BittenError):
    """No user of that name is configured."""

    exit_code = ExitCode.USAGE


@attrs.frozen
class UserFiles:
    """The users of the configuration file `config`: in itself, and one a file in `users.d/` beside it."""

    config: Path

    def path_of(self, user: str) -> Path:
        """Where a user's own file is, or would be. Raises `BittenError` for a name that cannot be a user's."""
        if problem := problem_with_name(user):
            raise UnknownUser(problem)
        return self.config.parent / "users.d" / f"{user}.toml"

    def add(self, user: str, table: Mapping[str, object]) -> Path:
        """Write the file of a new user. Raises `BittenError` for one who is there, `ConfigError` where it cannot be."""
        path = self.path_of(user)
        self._is_ones_own()
        with self._alone():
            if path.exists() or user in self._users_in_config():
                where = path if path.exists() else self.config
                raise BittenError(f"user {user!r} is configured already, in {where}")
            replace(path, tomlkit.dumps(table), 0o600)
        return path

    def change(self, user: str, changes: Mapping[str, object]) -> Path:
        """Change keys of a user where the user stands; the file. Raises `UnknownUser`, and `ConfigError`."""
        self._is_ones_own()
        with self._alone():
            return self._change(user, changes)

    def _change(self, user: str, changes: Mapping[str, object]) -> Path:
        path = self.path_of(user)
        own = path.exists()
        if not own and user not in (known := self._users_in_config()):
            names = ", ".join(sorted({*known, *(each.stem for each in path.parent.glob("*.toml"))})) or "none"
            raise UnknownUser(f"user {user!r} is not configured; known are {names}")
        path = (path if own else self.config).resolve()
        document = _document(path)
        table = document if own else document["users"][user]
        wanted = tomllib.loads(tomlkit.dumps(document))
        for key, value in changes.items():
            table[key] = value
            (wanted if own else wanted["users"][user])[key] = value
        text = tomlkit.dumps(document)
        if tomllib.loads(text) != wanted:
            raise ConfigError([f"{path}: is written in a way that cannot be changed safely: change it by hand"])
        replace(path, text, path.stat().st_mode & 0o777)
        return path

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One command at a time: two that read the same file and write it would undo one another's change."""
        try:
            descriptor = os.open(self.config.parent, os.O_RDONLY)
        except OSError as error:
            raise ConfigError([f"{self.config.parent}: cannot be read: {error.strerror}"]) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _is_ones_own(self) -> None:
        if self.config == config.packaged():
            raise ConfigError([f"{self.config} is what BITTEN is shipped with: copy it, and name the copy by --config"])

    def _users_in_config(self) -> Mapping[str, object]:
        users = _document(self.config).unwrap().get("users", {})
        return users if isinstance(users, dict) else {}


def _document(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from None
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: not TOML: {error}"]) from None


def replace(path: Path, text: str, mode: int) -> None:
    """Durable when it returns. As root: the file is its folder's owner's, so that the hub can read it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
            if os.geteuid() == 0:
                owner = (path if path.exists() else path.parent).stat()
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync(path.parent)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise ConfigError([f"{path}: cannot be written: {error.strerror}"]) from None


def _sync(folder: Path) -> None:
    """The new name is durable too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
