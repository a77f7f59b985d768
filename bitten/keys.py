"""CURVE key pairs on disk: made once, kept where nobody else can read them, and never shown."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Self

import attrs
import zmq
from zmq.auth import load_certificate

from bitten.errors import ConfigError
from bitten.rules.access import problem_with
from bitten.settings import Secret

_TEXT = """\
# A CURVE key pair. Whoever has this file can pretend to be its owner: it stays here, readable by its owner alone.
metadata
curve
    public-key = "{public}"
    secret-key = "{secret}"
"""


@attrs.frozen
class KeyPair:
    """A CURVE key pair, Z85."""

    public: str
    secret: Secret

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a pair. Raises `ConfigError` where there is none, or others than its owner can read or replace it."""
        _refuse_what_is_loose(path)
        pair = _read(path)
        if pair is None:
            raise ConfigError([f"key {path}: holds no key pair: restore it from a backup"])
        public, secret = pair
        return cls(public, Secret(secret))

    @classmethod
    def make(cls, path: Path) -> Self:
        """Make a pair, in a folder for its owner alone. Raises `ConfigError` where it cannot be kept so, or exists."""
        public, secret = (key.decode() for key in zmq.curve_keypair())
        if path.exists():
            raise ConfigError([f"key {path}: exists already; it is never written over"])
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_a_loose_folder(path)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise ConfigError([f"key {path}: cannot be written: {error.strerror}"]) from None
        try:
            with open(descriptor, "w", encoding="ascii") as file:
                file.write(_TEXT.format(public=public, secret=secret))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            with suppress(OSError):
                path.unlink()
            raise ConfigError([f"key {path}: cannot be written: {error.strerror}"]) from None
        return cls(public, Secret(secret))

    @classmethod
    def load_or_make(cls, path: Path) -> Self:
        """The pair that is there, or a new one. Raises `ConfigError`."""
        return cls.load(path) if path.exists() else cls.make(path)


@attrs.frozen
class CurveClient:
    """What an EA connects with: its own pair, and the hub's public key, Z85. Raises `ConfigError` for another text."""

    pair: KeyPair
    server: str = attrs.field()

    @server.validator
    def _is_a_key(self, _: object, value: str) -> None:
        if problem := problem_with(value):
            raise ConfigError([f"the hub's key {problem}"])


def _refuse_what_is_loose(path: Path) -> None:
    """What others than its owner can read: a key; what they can write: the folder of keys."""
    mode = _mode_of(path)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError([f"key {path} has mode {mode:04o}, allowed is 0600: chmod 600 it, and make a new pair"])
    _refuse_a_loose_folder(path)


def _refuse_a_loose_folder(path: Path) -> None:
    mode = _mode_of(path.parent)
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise ConfigError([f"key {path}: others can write its folder, of mode {mode:04o}: chmod 700 {path.parent}"])


def _mode_of(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise ConfigError([f"key {path}: cannot be read: {error.strerror}"]) from None


def _read(path: Path) -> tuple[str, str] | None:
    """The public and the secret half; None where they are no pair."""
    try:
        public, secret = load_certificate(path)
        if secret is None or zmq.curve_public(secret) != public or problem_with(public.decode("ascii")):
            return None
        return public.decode("ascii"), secret.decode("ascii")
    except (OSError, ValueError, zmq.ZMQError):
        return None
