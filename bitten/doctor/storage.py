"""Judges of disks and of the journal."""

from pathlib import Path

import attrs

from bitten.doctor.finding import Finding, Group, error, ok, warning

LEAST = 100_000_000
"""Bytes below which a disk counts as full: a busy day of journal and tape."""
ENOUGH = 1_000_000_000
"""Bytes below which it is said: some weeks of a hub, and what else the machine writes."""


@attrs.frozen
class PlaceSeen:
    """Where the hub writes."""

    what: str
    """"journal", "log" or "tape"."""
    path: Path
    free: int
    """Bytes, for who is not root."""
    free_files: int | None
    """How many more; None: the file system does not count them."""
    trouble: str = ""
    """Why nothing can be written there; "": it can."""


def judge_place(seen: PlaceSeen) -> Finding:
    """Can be written, and has room."""
    about, room = f"{seen.what} folder {seen.path}", f"{_size(seen.free)} free"
    if seen.trouble:
        remedy = f"give the hub's user the folder (chown, chmod u+rwx), or name another for the {seen.what}"
        return error(Group.STORAGE, about, seen.trouble, remedy)
    if seen.free_files is not None and seen.free_files < LEAST // 1_000_000:
        remedy = "delete small files there: the file system has no more of them to give"
        return error(Group.STORAGE, about, f"room for {seen.free_files} more files alone", remedy)
    remedy = "free room there, lower [tape] max_mb and [log] keep, or move it to a larger disk"
    if seen.free < LEAST:
        return error(Group.STORAGE, about, f"{room}: nothing is fired that cannot be journaled", remedy)
    if seen.free < ENOUGH:
        return warning(Group.STORAGE, about, room, remedy)
    return ok(Group.STORAGE, about, f"can be written, {room}")


@attrs.frozen
class JournalSeen:
    """The journal's file, looked at for a bounded time."""

    path: Path
    exists: bool
    bytes: int = 0
    """With its write-ahead log."""
    held: bool = False
    """A process has its lock."""
    entries: int = 0
    looked_at: int = 0
    """The newest so many entries."""
    whole: bool = False
    """SQLite's own check went through all of the file."""
    trouble: str = ""
    """What is wrong with it."""


def judge_journal(seen: JournalSeen, *, hub_up: bool, failure: str = "") -> Finding:
    """Whole as far as it was looked at, and nobody else's. `failure`: why the running hub cannot write it."""
    about = f"journal {seen.path}"
    if failure:
        return error(
            Group.STORAGE, about, f"the hub cannot write it: {failure}", "see to its disk; the hub tries by itself"
        )
    if seen.trouble:
        remedy = "stop the hub, keep the file, and restore a backup (docs/operating.md, What to do when)"
        return error(Group.STORAGE, about, seen.trouble, remedy)
    if seen.held and not hub_up:
        remedy = "stop that process, or name its configuration with --config, or choose another [journal] path"
        return error(Group.STORAGE, about, "held by a process that is not the hub at the configured desk", remedy)
    if not seen.exists:
        return ok(Group.STORAGE, about, "none yet: the first start makes it")
    what = "all entries" if seen.looked_at == seen.entries else f"the newest {seen.looked_at:,} of them"
    file = "the file and " if seen.whole else ""
    said = f"{seen.entries:,} entries, {_size(seen.bytes)}: {file}{what} are as they were written"
    more = "" if seen.whole and seen.looked_at == seen.entries else "; `bitten journal verify` looks at everything"
    return ok(Group.STORAGE, about, said + more)


def _size(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.2f} MB"
