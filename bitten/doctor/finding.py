"""What the doctor says of one thing."""

from enum import StrEnum

import attrs


class Severity(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"  # the hub runs, and something will go wrong or cannot be told
    ERROR = "error"  # the hub does not start, or does not trade as it should


class Group(StrEnum):
    """What belongs together, in the order in which it is shown."""

    HUB = "hub"
    NETWORK = "network"
    CLOCK = "clock"
    STORAGE = "storage"
    PERMISSIONS = "permissions"
    VERSIONS = "versions"
    TERMINALS = "terminals"
    STAGES = "stages"


@attrs.frozen
class Finding:
    """One thing that was looked at."""

    group: Group
    about: str
    severity: Severity
    seen: str
    """One line."""
    remedy: str = ""
    """What to do, one line; "" where nothing is to be done."""


def ok(group: Group, about: str, seen: str) -> Finding:
    """It is as it should be."""
    return Finding(group, about, Severity.OK, seen)


def warning(group: Group, about: str, seen: str, remedy: str) -> Finding:
    """It works, and should be looked at."""
    return Finding(group, about, Severity.WARNING, seen, remedy)


def error(group: Group, about: str, seen: str, remedy: str) -> Finding:
    """It must be put right."""
    return Finding(group, about, Severity.ERROR, seen, remedy)
