"""How far alerts have come, in a file beside the journal: what is to be told outlives a hub, and is not told twice.

It is replaced as a whole, so that it holds one moment. Losing it costs what waited to be sent, and nothing else.
"""

from pathlib import Path

import msgspec

from bitten.errors import BittenError, ConfigError
from bitten.rules.alerts import Told
from bitten.user_files import replace

SUFFIX = ".alerts"

_decoder = msgspec.json.Decoder(Told)


class ToldUnusable(BittenError):
    """The file is there and cannot be used; the text names it and says why."""


def told_path(journal: Path) -> Path:
    """Where a journal's file lies."""
    return journal.with_name(journal.name + SUFFIX)


def read(journal: Path) -> Told | None:
    """What was kept; None where there is none. Raises `ToldUnusable`."""
    path = told_path(journal)
    try:
        return _decoder.decode(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ToldUnusable(f"{path}: cannot be read: {error.strerror}") from None
    except msgspec.DecodeError as error:
        raise ToldUnusable(f"{path}: damaged: {error}") from None


def write(journal: Path, told: Told) -> None:
    """Keep it; durable when it returns. Raises `ToldUnusable`, with the older one left as it was."""
    try:
        replace(told_path(journal), msgspec.json.encode(told).decode(), 0o600)
    except ConfigError as error:
        raise ToldUnusable(str(error)) from None


def forget(journal: Path) -> None:
    """Keep nothing: nobody is told anything any more. Raises `ToldUnusable`."""
    try:
        told_path(journal).unlink(missing_ok=True)
    except OSError as error:
        raise ToldUnusable(f"{told_path(journal)}: cannot be removed: {error.strerror}") from None
