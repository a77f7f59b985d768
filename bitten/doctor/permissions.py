"""Judges of who may read and write what is the hub's."""

import stat
from enum import Enum, auto
from pathlib import Path

import attrs

from bitten.doctor.finding import Finding, Group, Severity, error, ok

OTHERS = stat.S_IRWXG | stat.S_IRWXO
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
OTHERS_READ = stat.S_IRGRP | stat.S_IROTH


class Privacy(Enum):
    """What a file or folder must be kept from."""

    STEERING = auto()  # others may read it, none may write it: the configuration
    ACCOUNTS = auto()  # who reads it knows accounts and money: the journal, the log, the tape
    SECRET = auto()  # who reads it can pretend to be the hub, or the operator


@attrs.frozen
class PathSeen:
    """A file or folder of the hub's that is there."""

    what: str
    path: Path
    mode: int
    """Permission bits."""
    is_folder: bool
    privacy: Privacy


def judge_path(seen: PathSeen) -> Finding:
    """Nobody else does with it what only its owner may."""
    about = f"{seen.what} {seen.path}"
    found = _too_much(seen)
    if found is None:
        return ok(Group.PERMISSIONS, about, f"mode {seen.mode:04o}")
    severity, what, remedy = found
    return Finding(Group.PERMISSIONS, about, severity, f"mode {seen.mode:04o}: {what}", remedy)


def _too_much(seen: PathSeen) -> tuple[Severity, str, str] | None:
    """How bad, what it is, and what helps."""
    private = f"chmod {'700' if seen.is_folder else '600'} {seen.path}"
    match seen.privacy:
        case Privacy.SECRET if seen.mode & OTHERS and seen.is_folder:
            return Severity.ERROR, "others than its owner have a way in; the hub does not start with it", private
        case Privacy.SECRET if seen.mode & OTHERS:
            return Severity.ERROR, "others could have read it", f"{private}, and make a new pair: this one may be known"
        case Privacy.ACCOUNTS if seen.mode & OTHERS_WRITE:
            return Severity.ERROR, "others can change it", private
        case Privacy.ACCOUNTS if seen.mode & OTHERS_READ:
            return Severity.WARNING, "others can read accounts and money in it", private
        case Privacy.STEERING if seen.mode & OTHERS_WRITE:
            return Severity.ERROR, "others can change who trades, and with which limits", f"chmod go-w {seen.path}"
    return None


def judge_key(path: Path, *, curve: bool, exists: bool, problem: str) -> Finding:
    """The hub's key pair. `problem`: why one that is there cannot be used, and after a colon what to do."""
    about = f"key {path}"
    if not exists and not curve:
        return ok(Group.PERMISSIONS, about, "none, and under [security] mode = plain none is needed")
    if not exists:
        remedy = "`bitten enroll USER` makes it; if EAs are enrolled already, restore it from a backup"
        return error(Group.PERMISSIONS, about, "there is none, and [security] mode = curve needs it", remedy)
    if problem:
        what, _, remedy = problem.partition(": ")
        return error(Group.PERMISSIONS, about, what, remedy)
    return ok(Group.PERMISSIONS, about, "a key pair, for its owner alone")
