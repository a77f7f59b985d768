"""[alerts]: what is told, where and when."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from bitten.rules.alerts.alert import Kind
from bitten.rules.alerts.hours import Quiet, minutes
from bitten.settings import Secret, setting

ALL = tuple(kind.value for kind in Kind)


def _checked(default: str, doc: str, allowed: str, read: Callable[[str], object]) -> str:
    """A setting of what `read` can read. Raises ValueError for what it cannot."""

    def check(_: object, attribute: "attrs.Attribute[str]", value: str) -> None:
        try:
            read(value)
        except ValueError as error:
            raise ValueError(f"{attribute.name}: {error}") from None

    # attrs.field() is typed as what it makes, which this passes on.
    value: str = attrs.field(default=default, validator=check, metadata={"doc": doc, "allowed": allowed})
    return value


def _kinds(default: tuple[str, ...], doc: str) -> tuple[str, ...]:
    value: tuple[str, ...] = attrs.field(
        default=default, validator=_known_kinds, metadata={"doc": doc, "allowed": f"any of {', '.join(ALL)}"}
    )
    return value


def _known_kinds(_: object, attribute: "attrs.Attribute[tuple[str, ...]]", value: tuple[str, ...]) -> None:
    if unknown := [kind for kind in value if kind not in ALL]:
        raise ValueError(f"{attribute.name}: {unknown[0]!r} must be one of {', '.join(ALL)}")


# Any: attrs.field() makes whatever the class says.
def _secret(doc: str) -> Any:  # noqa: ANN401 - see above
    return attrs.field(default=Secret(""), metadata={"doc": doc, "allowed": ""})


@attrs.frozen
class RouteSettings:
    """[alerts.routes.NAME]"""

    url: Secret = _secret("Where alerts go: an Apprise URL, as tgram://TOKEN/CHAT. Or one of the next two names it.")
    url_env: str = setting("", "The environment variable of the hub that holds the URL.")
    url_file: str = setting("", "The file whose first line is the URL; read anew for each message.")
    events: tuple[str, ...] = _kinds(ALL, "What is told here.")
    quiet: bool = setting(True, "Quiet hours hold here.")
    per_hour: int = setting(
        12,
        "Messages of each kind within an hour; what is more waits, and comes as one message.",
        ge=1,
        le=1_000,
        why="a feed that comes and goes each minute must not bury the halt that follows.",
    )


@attrs.frozen
class AlertSettings:
    """[alerts]"""

    zone: str = setting("UTC", 'Time zone of the hours below and of the times in messages, as "Europe/Berlin".')
    quiet: str = _checked(
        "",
        "Hours in which only what is urgent is told; the rest comes afterwards, as one message.",
        'times of day as "22:00-07:00", or ""',
        Quiet.of,
    )
    urgent: tuple[str, ...] = _kinds((Kind.HALT.value, Kind.UNRESOLVED.value), "What is told in quiet hours too.")
    daily_at: str = _checked("21:00", "When the day is summed up.", 'a time of day as "21:00"', minutes)
    unresolved_s: int = setting(60, "Seconds after which a command without an outcome is told.", ge=5, le=86_400)
    timeout_s: float = setting(
        10.0, "Seconds that a service has to take a message; after that it is tried again later.", gt=0, le=60
    )
    keep_h: int = setting(72, "Hours for which what cannot be sent is kept.", ge=1, le=720)
    routes: Mapping[str, RouteSettings] = attrs.field(factory=dict)
