"""Where log lines go: for people on a terminal, as JSON lines into a rotating file."""

import os
import sys
import traceback
from pathlib import Path

import attrs
import msgspec
from loguru import logger

from bitten.errors import ConfigError
from bitten.settings import setting
from bitten.units import one_line

LEVELS = ("TRACE", "DEBUG", "INFO", "WARNING", "ERROR")


@attrs.frozen
class LogSettings:
    """[log]"""

    level: str = setting("INFO", "The least severe line that is shown and kept.", choices=LEVELS)
    file: str = setting("", 'JSON lines go here; "" is bitten.log.jsonl beside the journal, "-" is nowhere.')
    rotation_mb: int = setting(20, "Megabytes after which a new file is begun.", ge=1, le=10_000)
    keep: int = setting(10, "Old files that are kept; the oldest is deleted.", ge=1, le=10_000)


def show(level: str = "INFO") -> None:
    """Send lines to standard error alone, for people."""
    logger.remove()
    logger.configure(patcher=_one_line)
    logger.add(sys.stderr, level=level, format=_HUMAN, backtrace=False, diagnose=False)


def configure(settings: LogSettings, beside: Path) -> None:
    """Send lines to standard error and to the file. Raises `ConfigError` where the file cannot be opened."""
    show(settings.level)
    if settings.file == "-":
        return
    path = Path(settings.file).expanduser() if settings.file else beside.with_name("bitten.log.jsonl")
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


def _for_its_owner(path: str, flags: int) -> int:
    """Accounts and money stand in it: nobody else reads it, whatever the umask."""
    return os.open(path, flags, 0o600)


_HUMAN = "<dim>{time:HH:mm:ss.SSS}</dim> <level>{level: <7}</level> {message}"


def _one_line(record: "loguru.Record") -> None:  # type: ignore[name-defined] # noqa: F821 - a name for type checkers only
    """A line stays a line, whatever a peer put into a name: control characters and bidi marks are escaped."""
    record["message"] = one_line(record["message"])


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
