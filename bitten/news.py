"""The operator's calendar file on disk (`[citadel] news_file`): read whole or refused whole."""

from pathlib import Path

from bitten.errors import ConfigError
from bitten.rules.citadel import Calendar, CitadelSettings
from bitten.rules.citadel.news_file import read


def read_news(settings: CitadelSettings) -> Calendar:
    """The calendar that the configuration names; an empty one where it names none.

    A relative path is looked for in the working directory, as the journal's. Raises `ConfigError` with a line for each
    mistake: file, line, what is wrong.
    """
    if not settings.news_file:
        return Calendar()
    path = Path(settings.news_file).expanduser()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError([f"{path}: [citadel] news_file cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: not UTF-8 text: {error.reason} at byte {error.start}"]) from None
    found = read(text)
    if found.problems:
        raise ConfigError([f"{path}: {problem}" for problem in found.problems])
    return found.calendar
