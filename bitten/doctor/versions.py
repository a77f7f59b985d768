"""Judges of what the hub is made of."""

from collections.abc import Iterator

import attrs

from bitten.doctor.finding import Finding, Group, error, ok, warning

OLDEST_PYTHON = (3, 11)
OLDEST_ZMQ = (4, 3, 0)
"""4.3 came with the heartbeats and handshake events that the ports are guarded with."""
OLDEST_SQLITE = (3, 37, 0)
"""STRICT tables, of which the journal is one (sqlite.org, STRICT Tables)."""

Version = tuple[int, ...]


@attrs.frozen
class VersionsSeen:
    """As the libraries say it themselves."""

    package: str
    python: Version
    zmq: Version
    curve: bool
    """libzmq was built with it."""
    sqlite: Version
    apsw: str


def judge_versions(seen: VersionsSeen, *, curve: bool, hub: str | None) -> Iterator[Finding]:
    """`curve`: it is configured. `hub`: the version of the hub that runs; None: none does."""
    yield _package(seen.package, hub)
    yield _at_least("Python", seen.python, OLDEST_PYTHON, "install a newer Python, and BITTEN with it")
    yield _at_least("libzmq", seen.zmq, OLDEST_ZMQ, "pip install --upgrade pyzmq")
    yield _curve(seen, wanted=curve)
    yield _at_least("SQLite", seen.sqlite, OLDEST_SQLITE, "pip install --upgrade apsw", f", through apsw {seen.apsw}")


def _package(installed: str, hub: str | None) -> Finding:
    if hub is None or hub == installed:
        return ok(Group.VERSIONS, "BITTEN", installed)
    return warning(Group.VERSIONS, "BITTEN", f"{installed} is installed, the hub runs {hub}", "restart the hub")


def _at_least(name: str, found: Version, oldest: Version, remedy: str, rest: str = "") -> Finding:
    seen = _dotted(found) + rest
    if found >= oldest:
        return ok(Group.VERSIONS, name, seen)
    return error(Group.VERSIONS, name, f"{seen}: {_dotted(oldest)} is the oldest that serves", remedy)


def _curve(seen: VersionsSeen, *, wanted: bool) -> Finding:
    if seen.curve:
        return ok(Group.VERSIONS, "CURVE", "is part of this libzmq")
    judge = error if wanted else warning
    return judge(Group.VERSIONS, "CURVE", "this libzmq was built without it", "pip install --force-reinstall pyzmq")


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))
