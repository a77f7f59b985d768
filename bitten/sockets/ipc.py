"""A socket on a path that only its owner can reach.

ZMQ asks nobody who connects to an `ipc://` path, so its folder keeps the others out. And a second bind to the path
succeeds silently and takes it away from the first: a lock beside it guards it.
"""

import os
import stat
from pathlib import Path

import attrs
import zmq

from bitten.errors import AddressError, ConfigError
from bitten.lock import FileLock
from bitten.sockets.context import Socket
from bitten.sockets.tcp import close_bound


@attrs.frozen
class HeldPath:
    """A path that a socket is bound to, and the lock beside it."""

    path: Path
    lock: FileLock

    def close(self, socket: Socket, linger_ms: int) -> None:
        """Close the socket, remove the path and give up the lock."""
        close_bound(socket, linger_ms)
        self.path.unlink(missing_ok=True)
        self.lock.release()


def bind_ipc(socket: Socket, path: Path) -> HeldPath:
    """Bind to `ipc://path`, locked, in a folder of mode 0700 that is made where it is missing.

    Raises `ConfigError` for a path that is too long or a folder that others may enter, and `AddressError` where
    another hub holds the path or it cannot be bound.
    """
    _check_length(path)
    _make_private(path.parent)
    lock = FileLock.acquire(path.with_name(path.name + ".lock"), f"desk path {path}")
    try:
        socket.bind(f"ipc://{path}")
    except zmq.ZMQError as error:
        lock.release()
        raise AddressError(f"desk path {path}: cannot bind: {error.strerror}; configure another path") from None
    return HeldPath(path, lock)


def _check_length(path: Path) -> None:
    length, allowed = len(os.fsencode(path)), zmq.IPC_PATH_MAX_LEN
    if length > allowed:
        raise ConfigError([f"desk path {path}: {length} bytes long, the system allows {allowed}: configure another"])


def _make_private(folder: Path) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise ConfigError([f"desk path: no folder {folder}: {error.strerror}: configure another"]) from None
    if stat.S_ISLNK(found.st_mode):
        raise ConfigError([f"desk path: {folder} is a link, allowed is a folder: configure where it leads"])
    if found.st_uid != os.geteuid():
        raise ConfigError([f"desk path: folder {folder} belongs to user {found.st_uid}, allowed is {os.geteuid()}"])
    if found.st_mode & 0o077:
        mode = stat.S_IMODE(found.st_mode)
        raise ConfigError([f"desk path: folder {folder} has mode {mode:04o}, allowed is 0700: chmod 700 it"])
