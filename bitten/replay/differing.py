"""Where two values first differ, in words."""

from collections.abc import Iterator

import attrs


def difference(what: str, recorded: object, now: object) -> str:
    """The first difference between what was recorded of `what` and what it is now; "": there is none."""
    return next((f"{what}: {each}" for each in _differences("", recorded, now)), "")


def _differences(path: str, recorded: object, now: object) -> Iterator[str]:
    if recorded == now:
        return
    kind = type(recorded)
    if kind is type(now) and attrs.has(kind):
        for field in attrs.fields(kind):
            name = f"{path}.{field.name}" if path else field.name
            yield from _differences(name, getattr(recorded, field.name), getattr(now, field.name))
    elif isinstance(recorded, tuple) and isinstance(now, tuple) and len(recorded) == len(now):
        for number, (one, other) in enumerate(zip(recorded, now, strict=True)):
            yield from _differences(f"{path}[{number}]", one, other)
    else:
        where = f"{path} " if path else ""
        yield f"{where}was {_told(recorded)}, is {_told(now)} now"


def _told(value: object) -> str:
    return "none" if value is None else str(value) if value != "" else '""'
