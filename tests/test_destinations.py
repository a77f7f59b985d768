"""Where a route's URL is, what is refused, and that its token is shown nowhere."""

from pathlib import Path

import attrs
import pytest

from bitten.config import load
from bitten.destinations import NotSent, refuse_unknown, send, service_of
from bitten.difference import differences, digest
from bitten.errors import ConfigError
from bitten.rules.alerts import AlertSettings, Message, RouteSettings
from bitten.settings import Secret
from tests.receiver import receiver

TOKEN = "sekrit-token"
MESSAGE = Message(title="t", body="b", alerts=())


def route(url: str) -> RouteSettings:
    return RouteSettings(url=Secret(url))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (route(f"nosuch://{TOKEN}/1"), "url: nosuch:// is no URL that Apprise "),
        (route(f"tgram://{TOKEN}"), "url: tgram:// is no URL that Apprise "),
        (route(TOKEN), "url: it is no URL that Apprise "),
        (RouteSettings(url_env="NONE"), "url_env = 'NONE': the hub's environment has no such variable, or it is empty"),
        (RouteSettings(url_env="BAD"), "url_env: $BAD is no URL that Apprise "),
        (RouteSettings(url_file="/none"), "url_file = '/none': cannot be read: No such file or directory"),
    ],
)
def test_a_url_that_is_none_is_refused_in_a_line_without_its_token(given: RouteSettings, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        refuse_unknown(AlertSettings(routes={"phone": given}), {"BAD": f"nosuch://{TOKEN}"})
    (line,) = caught.value.problems
    assert line.startswith(f"[alerts.routes.phone] {said}")
    assert TOKEN not in line


def test_the_url_may_be_in_the_file_or_in_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "url"
    with receiver() as service:
        file.write_text(f"{service.url}\n", encoding="utf-8")
        for given in (route(service.url), RouteSettings(url_file=str(file)), RouteSettings(url_env="URL")):
            send(given, MESSAGE, 5.0, {"URL": service.url})
            assert TOKEN not in service_of(given)
        assert service.taken == ["t\nb"] * 3


def test_a_service_that_shows_html_is_given_no_tags() -> None:
    with receiver() as service:
        told = Message(title="t", body="<b>a stranger</b>\nsecond", alerts=())
        send(route(f"{service.url}?format=html"), told, 5.0, {})
    (found,) = service.taken
    assert "<b>" not in found
    assert "&lt;b&gt;" in found


def test_what_went_wrong_is_said_without_the_token() -> None:
    with receiver() as service:
        service.status = 500
        with pytest.raises(NotSent, match="error=500") as caught:
            send(route(service.url), MESSAGE, 5.0, {})
    assert TOKEN not in str(caught.value)


def test_the_configuration_and_its_difference_show_no_token_and_yet_that_it_is_another() -> None:
    old, new = (AlertSettings(routes={"phone": route(f"tgram://{each}/1")}) for each in (TOKEN, f"{TOKEN}2"))
    config = load(Path(__file__).parents[1] / "config" / "bitten.toml")
    before, after = attrs.evolve(config, alerts=old), attrs.evolve(config, alerts=new)
    (found,) = differences(before, after)
    assert (found.key, found.holds) == ("alerts.routes.phone.url", "now")
    assert found.before != found.after
    assert digest(before) != digest(after)
    assert TOKEN not in f"{found} {before!r} {before.alerts.routes['phone'].url}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'[alerts.routes.p]\nurl = ["{TOKEN}"]', "alerts.routes['p'].url: must be a string"),
        ("[alerts.routes.p]", "[alerts.routes.p] is given none of them: must be one of url, url_env, url_file"),
        (f'[alerts.routes.p]\nurl = "{TOKEN}"\nurl_env = "A"', "[alerts.routes.p] is given url and url_env: must be"),
        ('[alerts.routes."a b"]\nurl_env = "A"', "[alerts.routes] route 'a b': must be 1 to 64 of"),
        ('[alerts.routes.p]\nurl_env = "A"\nevents = ["fire"]', "events: 'fire' must be one of session_lost, refused"),
        ('[alerts]\nzone = "Mars/Base"', "[alerts] zone = 'Mars/Base': is no time zone that is known here"),
        ('[alerts]\nquiet = "22-07"', "quiet: '22-07' must be times of day as \"22:00-07:00\""),
        ('[alerts]\ndaily_at = "25:00"', "daily_at: '25:00' must be a time of day as \"21:00\""),
    ],
)
def test_a_mistake_in_the_section_is_a_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "bitten.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "bitten.toml")
    (line,) = caught.value.problems
    assert said in line
    assert TOKEN not in line
