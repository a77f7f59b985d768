"""Where alerts go: the URL of a route, the service that it means to Apprise, and one message to it.

A URL holds a token. It is read where it is used and shown nowhere: what Apprise says of a send loses all parts of it.
Apprise is imported where it is needed: it takes half a second, which no other command has to wait for.
"""

import ipaddress
import logging
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bitten.errors import BittenError, ConfigError
from bitten.rules.alerts import AlertSettings, Message, RouteSettings
from bitten.units import one_line

if TYPE_CHECKING:
    from apprise import NotifyBase

_SHORTEST_SECRET = 4
"""Letters of a part of a URL that is struck out of what is said; shorter ones are words as "a" or "tag"."""
_LONGEST_ERROR = 200


class NotSent(BittenError):
    """A message was not taken; the text says why, without a part of the URL."""


def refuse_unknown(alerts: AlertSettings, environment: Mapping[str, str] = os.environ) -> None:
    """Raises `ConfigError` with what is wrong with URLs."""
    if problems := problems_in(alerts, environment):
        raise ConfigError(problems)


def problems_in(alerts: AlertSettings, environment: Mapping[str, str] = os.environ) -> list[str]:
    """A line for each route whose URL cannot be read, or that Apprise does not know."""
    problems = []
    for name, route in alerts.routes.items():
        try:
            _service(route, environment)
        except NotSent as error:
            problems.append(f"[alerts.routes.{name}] {error}")
    return problems


def service_of(route: RouteSettings) -> str:
    """Which kind of service, or where its URL is, for people: never a part of a URL that could be secret."""
    if route.url_env or route.url_file:
        return f"${route.url_env}" if route.url_env else route.url_file
    scheme = re.match(r"[a-z0-9]{1,32}(?=://)", route.url.reveal(), re.IGNORECASE)
    return f"{scheme[0]}://" if scheme else ""


def send(route: RouteSettings, message: Message, timeout_s: float, environment: Mapping[str, str] = os.environ) -> None:
    """Send it; blocking, for about `timeout_s`. Raises `NotSent`: the service did not take it."""
    url = _url(route, environment)
    with _heard() as said:
        try:
            service = _service(route, environment)
            # Of each of the two, and of a lone read: a service that trickles is not stopped by them.
            service.socket_connect_timeout = service.socket_read_timeout = timeout_s / 2
            taken = _told(service, message)
        except NotSent:
            raise
        except Exception as error:  # noqa: BLE001 - a hundred services' code: whatever it raises, it was not sent
            taken = False
            said.append(f"{type(error).__name__}: {error}")
    if not taken:
        raise NotSent(_struck(said[-1] if said else "the service did not take it", url))


def _told(service: "NotifyBase", message: Message) -> bool:
    """Send plain text: a service that shows HTML or Markdown is given it escaped, since strangers' words are in it."""
    from apprise import Apprise, NotifyFormat

    one = Apprise()
    one.add(service)
    return bool(one.notify(title=message.title, body=message.body, body_format=NotifyFormat.TEXT))


def _service(route: RouteSettings, environment: Mapping[str, str]) -> "NotifyBase":
    """Raises `NotSent`, a line without a part of the URL."""
    from apprise import Apprise, AppriseAsset

    url = _url(route, environment)
    with _heard():  # What is said of a URL that is none holds it.
        # In this thread: those that Apprise keeps would outlive whoever waits for them.
        service = Apprise.instantiate(url, asset=AppriseAsset(async_mode=False, service_timeout=0))
    if service is None:
        key = "url_env" if route.url_env else "url_file" if route.url_file else "url"
        raise NotSent(
            f'{key}: {service_of(route) or "it"} is no URL that Apprise {_version()} understands, as "tgram://TOKEN/CHAT"'
        )
    return service


def _version() -> str:
    from apprise import __version__

    return __version__


def _url(route: RouteSettings, environment: Mapping[str, str]) -> str:
    """Raises `NotSent` where it is not where it should be."""
    if route.url_env:
        if not (found := environment.get(route.url_env, "").strip()):
            raise NotSent(f"url_env = {route.url_env!r}: the hub's environment has no such variable, or it is empty")
        return found
    if route.url_file:
        try:
            lines = Path(route.url_file).expanduser().read_text(encoding="utf-8").split("\n")
        except OSError as error:
            raise NotSent(f"url_file = {route.url_file!r}: cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise NotSent(f"url_file = {route.url_file!r}: is no text") from None
        if not (found := lines[0].strip()):
            raise NotSent(f"url_file = {route.url_file!r}: its first line is empty")
        return found
    return route.url.reveal()


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What Apprise logs in this thread: it says there why a send failed. It goes nowhere else."""
    said: list[str] = []
    handler = _Ear(said)
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield said
    finally:
        logger.removeHandler(handler)


class _Ear(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._said = said
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self._said.append(record.getMessage())


def _struck(said: str, url: str) -> str:
    """Without the parts of the URL, its scheme and addresses of machines aside."""
    parts = {each for part in re.split(r"[/:@?&=,#]+", url)[1:] for each in (part, unquote(part))}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= _SHORTEST_SECRET and not _is_address(part):
            said = said.replace(part, "***")
    return one_line(said)[:_LONGEST_ERROR]


def _is_address(part: str) -> bool:
    try:
        ipaddress.ip_address(part)
    except ValueError:
        return part == "localhost"
    return True
