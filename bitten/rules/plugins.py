"""Plug-ins by name, as the configuration lists them: built-in ones, and a user's own as "file.py:Class"."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeVar

from bitten.errors import ConfigError
from bitten.units import one_line


class Named(Protocol):
    """What every plug-in has."""

    name: str


P = TypeVar("P", bound=Named)
_LONGEST_ERROR = 300


def load(
    key: str,
    names: Iterable[str],
    built_in: Mapping[str, Callable[[], P]],
    accept: Callable[[object], P],
    resolve: Callable[[str], object],
) -> tuple[P, ...]:
    """The plug-ins in use, in the order of the configuration's `key`.

    `resolve` finds the class behind "package.module:Class" (`plug_ins.resolve` does); it is
    made without arguments, and `accept` returns what was made, or raises what is wrong with it. Raises ConfigError with
    a line for each name that is unknown, doubled, cannot be loaded or is not what it must be.
    """
    found: dict[str, P] = {}
    problems = []
    for name in names:
        try:
            made = built_in[name]() if name in built_in else accept(_own(name, built_in, resolve))
            if made.name in found:
                raise ValueError(f"there is another one called {made.name}")
            found[made.name] = made
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in may raise anything while it is loaded
            problems.append(f"{key}: {name!r}: {error}")
    if problems:
        raise ConfigError(problems)
    return tuple(found.values())


def crash_of(error: BaseException) -> str:
    """What a plug-in raised, in one line that can be journaled, whatever its author made of it."""
    kind = type(error).__name__
    try:
        return one_line(f"{kind}: {error}")[:_LONGEST_ERROR]
    except Exception:  # noqa: BLE001 - its own __str__ raises
        return kind


def _own(name: str, built_in: Iterable[str], resolve: Callable[[str], object]) -> object:
    if ":" not in name:
        raise ValueError(f'must be one of {", ".join(built_in)}, or "file.py:Class"')
    factory = resolve(name)
    if not callable(factory):
        raise TypeError(f"{factory!r} is no class")
    made: object = factory()
    return made
