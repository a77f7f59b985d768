"""What the judges are given: the system, looked at without changing it.

A port is tried by binding it for an instant, as the hub would; nothing else is touched.
"""

import ctypes
import getpass
import os
import shutil
import socket
import stat
import sys
from pathlib import Path

import apsw
import psutil
import zmq

from bitten import __version__
from bitten.doctor.network import FirewallSeen, PortSeen
from bitten.doctor.permissions import PathSeen, Privacy
from bitten.doctor.storage import JournalSeen, PlaceSeen
from bitten.doctor.versions import VersionsSeen
from bitten.errors import BittenError, ConfigError, JournalError
from bitten.journal import JournalReader
from bitten.keys import KeyPair
from bitten.lock import is_held

CHECKED_WHOLE = 64_000_000
"""Bytes of a journal that SQLite checks in a second; beyond, `bitten journal verify` has the time."""
NEWEST = 10_000
"""Entries that are compared with their checksums: a tenth of a second."""
_UNSYNCHRONISED = 5
"""TIME_ERROR of adjtimex(2)."""


def refuse_strangers(*paths: Path) -> None:
    """Who may not look at what is the hub's would take it for absent. Raises `BittenError`."""
    for each in paths:
        try:
            os.stat(each)
        except PermissionError:
            raise BittenError(
                f"{each}: user {getpass.getuser()!r} may not look at it: ask as the user that runs the hub"
            ) from None
        except OSError:
            pass  # It is not there, which the judges are told.


def port(key: str, host: str, number: int) -> PortSeen:
    """Whether it can be bound now, and else who listens there."""
    if number == 0:
        return PortSeen(key, host, number)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # As libzmq does.
            tried.bind(address)
            tried.listen()
    except OSError as error:
        pid, holder = _listener(number)
        return PortSeen(key, host, number, error.strerror or str(error), holder, pid)
    return PortSeen(key, host, number)


def _listener(number: int) -> tuple[int | None, str]:
    """Who listens at a port, as far as this user may know it."""
    try:
        found = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return None, ""
    for each in found:
        if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == number:
            return each.pid, "another user's process" if each.pid is None else _named(each.pid)
    return None, ""


def _named(pid: int) -> str:
    try:
        return f"process {pid} ({psutil.Process(pid).name()})"
    except psutil.Error:
        return f"process {pid}"


def firewall(root: Path = Path("/")) -> FirewallSeen:
    """Whether ufw or firewalld is on, by what each leaves for everybody to read."""
    active = []
    try:
        if "ENABLED=yes" in (root / "etc/ufw/ufw.conf").read_text(encoding="utf-8").split():
            active.append("ufw")
    except OSError:
        pass  # It is not installed.
    if (root / "run/firewalld").is_dir():
        active.append("firewalld")
    return FirewallSeen(tuple(active))


def synchronised() -> bool | None:
    """Whether the kernel counts its clock as kept right; None: it does not say."""
    asked = getattr(ctypes.CDLL(None, use_errno=True), "adjtimex", None) if sys.platform == "linux" else None
    if asked is None:
        return None
    nothing_to_set = ctypes.create_string_buffer(512)  # More than a `struct timex` has.
    answer = int(asked(nothing_to_set))
    return None if answer < 0 else answer != _UNSYNCHRONISED


def place(what: str, folder: Path) -> PlaceSeen:
    """The folder, or the one in which it would be made."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    usage, files = shutil.disk_usage(there), os.statvfs(there)
    trouble = ""
    if not there.is_dir():
        trouble = f"{there} is no folder"
    elif files.f_flag & os.ST_RDONLY:
        trouble = f"{there} is mounted read-only"
    elif not os.access(there, os.W_OK | os.X_OK):
        trouble = f"this user cannot write {'it' if there == folder else there}"
    return PlaceSeen(what, folder, usage.free, files.f_favail if files.f_files else None, trouble)


def journal(path: Path) -> JournalSeen:
    """The journal's lock, and its newest part; all of it while it is small."""
    held = is_held(path.with_name(path.name + ".lock"))
    if not path.exists():
        return JournalSeen(path, exists=False, held=held)
    size = sum(each.stat().st_size for each in (path, path.with_name(path.name + "-wal")) if each.exists())
    small, entries, looked_at, trouble = size <= CHECKED_WHOLE, 0, 0, ""
    try:
        with JournalReader.open(path) as reader:
            entries = reader.newest()
            trouble = "; ".join(reader.damage()) if small else ""
            looked_at = 0 if trouble else sum(1 for _ in reader.read(after=max(0, entries - NEWEST)))
    except JournalError as error:
        trouble = str(error).removeprefix(f"journal {path}: ")
    return JournalSeen(
        path,
        exists=True,
        bytes=size,
        held=held,
        entries=entries,
        looked_at=min(looked_at, entries),
        whole=small,
        trouble=trouble,
    )


def path(what: str, where: Path, privacy: Privacy) -> PathSeen | None:
    """A file or folder; None: it is not there, or nobody lets us see it."""
    try:
        found = where.stat()
    except OSError:
        return None
    return PathSeen(what, where, stat.S_IMODE(found.st_mode), stat.S_ISDIR(found.st_mode), privacy)


def key_problem(where: Path) -> str:
    """Why the key pair that is there cannot be used; "": it can."""
    try:
        KeyPair.load(where)
    except ConfigError as error:
        return str(error).removeprefix(f"key {where}: ").removeprefix(f"key {where} ")
    return ""


def versions() -> VersionsSeen:
    """Of this installation."""
    return VersionsSeen(
        package=__version__,
        python=sys.version_info[:3],
        zmq=zmq.zmq_version_info(),
        curve=zmq.has("curve"),
        sqlite=tuple(map(int, apsw.sqlite_lib_version().split("."))),
        apsw=apsw.apsw_version(),
    )
