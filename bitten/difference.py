"""What differs between two configurations, what of it can hold while the hub runs, and what must not be."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import attrs

from bitten.rules.access import Access
from bitten.sections import Config, Security
from bitten.units import Account


class Holds(StrEnum):
    """From when on a change holds."""

    NOW = "now"
    SESSION = "next session"  # for sessions that begin from now on
    RESTART = "needs a restart"


FROM_WHEN = {
    "users": Holds.NOW,
    "tiers": Holds.NOW,
    "risk": Holds.NOW,
    "xp": Holds.NOW,
    "alerts": Holds.NOW,
    "session": Holds.SESSION,
    "market": Holds.SESSION,
}
"""By section; what is not here is taken at the start alone: sockets are bound, files open, plug-ins made."""


@attrs.frozen(kw_only=True)
class Difference:
    """One key, or a whole user or tier, that is another. `before` "": it is new; `after` "": it is gone."""

    key: str
    before: str
    after: str
    holds: Holds


def differences(old: Config, new: Config) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the sections."""
    found = []
    for field in attrs.fields(Config):
        holds = FROM_WHEN.get(field.name, Holds.RESTART)
        for key, before, after in _compare(field.name, getattr(old, field.name), getattr(new, field.name)):
            found.append(Difference(key=key, before=before, after=after, holds=holds))
    return tuple(found)


def while_running(old: Config, new: Config) -> Config:
    """`new`, but for what needs a restart: that stays as it is, so that it says what is really so."""
    kept = {field.name: getattr(old, field.name) for field in attrs.fields(Config) if field.name not in FROM_WHEN}
    return attrs.evolve(new, **kept)


def lockout(old: Config, new: Config) -> str:
    """Why `new` would leave nobody who may trade, where there was somebody; "": it would not."""
    if not _traders(old) or _traders(new):
        return ""
    key = " with a key" if new.security.mode is Security.CURVE else ""
    return f"nobody could trade any more: no enabled user{key} is left (there are {', '.join(_traders(old))} now)"


def digest(config: Config, beside: Sequence[object] = ()) -> str:
    """A name for all that it says, and what was read `beside` it."""
    return hashlib.sha256(repr((config, *beside)).encode()).hexdigest()


def _traders(config: Config) -> list[str]:
    keyed = config.security.mode is Security.CURVE
    return [
        name for name, user in config.users.items() if user.access is Access.ENABLED and (user.public_key or not keyed)
    ]


def _compare(key: str, old: object, new: object) -> Iterator[tuple[str, str, str]]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted({*old, *new}):
            if name not in old or name not in new:
                yield f"{key}.{name}", "there" if name in old else "", "there" if name in new else ""
            else:
                yield from _compare(f"{key}.{name}", old[name], new[name])
    elif type(old) is type(new) and not isinstance(old, Account) and attrs.has(kind := type(old)):
        for field in attrs.fields(kind):
            yield from _compare(f"{key}.{field.name}", getattr(old, field.name), getattr(new, field.name))
    else:
        yield key, _shown(old), _shown(new)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value) or "none"
