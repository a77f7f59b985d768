"""Errors that cross a module's border, each with the exit code that the door gives for it.

Two kinds, as h11 and trio keep them apart: an error of ours is a defect and crashes its actor; an error
of the other side (`Malformed`, `ConfigError`) is expected, says one clear line, and harms nobody else.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a `bitten` command tells the shell."""

    OK = 0
    ERROR = 1
    USAGE = 2
    NOT_RUNNING = 3
    CONFIGURATION = 4
    TIMEOUT = 5


class BittenError(Exception):
    """Base of every error that a person may be shown: its text is one line that says what and what to do."""

    exit_code = ExitCode.ERROR


class Malformed(BittenError):
    """Bytes of a peer that are not a message of the wire (protocol 1.2, 1.3, 8.1). The text names the field."""


class IllegalEvent(BittenError):
    """A state machine was given an event that its state does not allow; nothing was changed."""


class ConfigError(BittenError):
    """The configuration cannot be used. `problems` has a line a mistake: file, key, value, what is allowed."""

    exit_code = ExitCode.CONFIGURATION

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class AddressError(BittenError):
    """A socket could not be bound: the text names the endpoint and who holds it."""


class JournalError(BittenError):
    """The journal could not be opened, read or written. Nothing that was not durable has been promised."""


class JournalDamaged(JournalError):
    """What is in the journal's file is not what was written."""


class HubNotRunning(BittenError):
    """No hub answers on the desk's path."""

    exit_code = ExitCode.NOT_RUNNING


class HubTimeout(BittenError):
    """A hub is there, but it did not answer in time."""

    exit_code = ExitCode.TIMEOUT


class MarketFileError(BittenError):
    """A line of a market file cannot be read: file, line number, what is wrong."""
