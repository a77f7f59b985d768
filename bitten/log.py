"""Where log lines go: for people on a terminal, as JSON lines into a rotating file, and into the desk's memory."""

import os
import sys
import traceback
from collections import deque
from itertools import count
from pathlib import Path

import attrs
import msgspec
from loguru import logger

from bitten.errors import ConfigError
from bitten.settings import setting
from bitten.units import one_line
from bitten.wire.lately import LogAnswer, LogLine, LogRequest

REMEMBERED = 1_000
"""Lines that the desk can be asked for: some minutes of a busy hub, some hundred kilobytes."""
LEVELS = ("TRACE", "DEBUG", "INFO", "WARNING", "ERROR")


@attrs.frozen
class LogSettings:
    """[log]"""

    level: str = setting("INFO", "The least severe line that is shown and kept.", choices=LEVELS)
    file: str = setting("", 'JSON lines go here; "" is bitten.log.jsonl beside the journal, "-" is nowhere.')
    rotation_mb: int = setting(20, "Megabytes after which a new file is begun.", ge=1, le=10_000)
    keep: int = setting(10, "Old files that are kept; the oldest is deleted.", ge=1, le=10_000)


class Memory:
    """The newest lines of this process."""

    def __init__(self) -> None:
        self._lines: deque[LogLine] = deque(maxlen=REMEMBERED)
        self._numbers = count(1)
        self._hub = os.urandom(8).hex()

    def keep(self, time_ms: int, level: str, message: str) -> None:
        """Remember a line."""
        self._lines.append(LogLine(n=next(self._numbers), time=time_ms, level=level, message=message))

    def recall(self, request: LogRequest) -> LogAnswer:
        """The lines after the one that was seen; all that are remembered, where it was another hub's."""
        since = request.since if request.hub == self._hub else 0
        lines = tuple(each for each in self._lines if each.n > since)
        lost = lines[0].n - since - 1 if lines else 0
        return LogAnswer(hub=self._hub, lines=lines, lost=lost)


MEMORY = Memory()
"""Of this process, as loguru's logger is."""


def show(level: str = "INFO") -> None:
    """Send lines to standard error alone, for people."""
    logger.remove()
    logger.configure(patcher=_kept_on_one_line)
    logger.add(sys.stderr, level=level, format=_HUMAN, backtrace=False, diagnose=False)


def configure(settings: LogSettings, beside: Path) -> None:
    """Send lines to standard error and to the file. Raises `ConfigError` where the file cannot be opened."""
    show(settings.level)
    path = file_of(settings, beside)
    if path is None:
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        logger.add(
            path,
            level=settings.level,
            format=_json_line,
            rotation=settings.rotation_mb * 1_000_000,
            retention=settings.keep,
            # `diagnose` would write the values of variables, keys among them, into the file.
            backtrace=False,
            diagnose=False,
            opener=_for_its_owner,
        )
    except OSError as error:
        raise ConfigError(
            [f"[log] file = {str(path)!r}: {error.strerror}; choose a file that can be written"]
        ) from None


def file_of(settings: LogSettings, beside: Path) -> Path | None:
    """Where the JSON lines go; None: nowhere."""
    if settings.file == "-":
        return None
    return Path(settings.file).expanduser() if settings.file else beside.with_name("bitten.log.jsonl")


def _for_its_owner(path: str, flags: int) -> int:
    """Accounts and money stand in it: nobody else reads it, whatever the umask."""
    return os.open(path, flags, 0o600)


_HUMAN = "<dim>{time:HH:mm:ss.SSS}</dim> <level>{level: <7}</level> {message}"


def _kept_on_one_line(record: "loguru.Record") -> None:  # type: ignore[name-defined] # noqa: F821 - a name for type checkers only
    """A line stays a line, whatever a peer put into a name: control characters and bidi marks are escaped.

    It is remembered here, where a line comes by once, and before it is formatted: a sink more costs a fire's time.
    """
    message = record["message"] = one_line(record["message"])
    time = record["time"]
    # Cut off as in the file, so that a line is known again there.
    MEMORY.keep(int(time.timestamp()) * 1_000 + time.microsecond // 1_000, record["level"].name, message)


def _json_line(record: "loguru.Record") -> str:  # type: ignore[name-defined] # noqa: F821 - as above
    """A line of the file. What loguru makes of it by itself has a dozen fields more, and costs a fire's time."""
    line = {
        "time": record["time"].isoformat(timespec="milliseconds"),
        "level": record["level"].name,
        "message": record["message"],
        "where": f"{record['name']}:{record['function']}:{record['line']}",
    }
    if record["exception"] is not None:
        text = "".join(traceback.format_exception(*record["exception"]))
        line["exception"] = text.encode(errors="backslashreplace").decode()
    record["extra"]["json"] = msgspec.json.encode(line).decode()
    return "{extra[json]}\n"
