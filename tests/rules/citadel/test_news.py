"""News: points near an event, a veto at it, for the currencies that it moves; and who may tell of one."""

import attrs
import pytest

from bitten.rules.citadel import Calendar, CitadelSettings, Points, Scene, Veto
from bitten.rules.citadel.calendar import Event, Importance, currencies_of
from bitten.rules.citadel.news import Blackout, News
from bitten.rules.citadel.newsroom import MOST_TOLD, Newsroom
from bitten.units import MINUTE_MS
from tests.rules.citadel.scenes import scene
from tests.rules.venom.drawn import SPEC, START

SETTINGS = CitadelSettings()
HIGH = Importance.HIGH


def event(ms_after: int, currency: str = "USD", importance: Importance = HIGH, name: str = "NFP") -> Event:
    return Event(START + ms_after, currency, importance, name)


def before(*events: Event, symbol: str = "EURUSD") -> Scene:
    """A EURUSD signal, or another symbol's, with these events known."""
    made = attrs.evolve(scene(spec=attrs.evolve(SPEC, symbol=symbol)), calendar=Calendar(events))
    return attrs.evolve(made, signal=attrs.evolve(made.signal, symbol=symbol))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("ms", "near", "at_it"),
    [
        (0, True, True),
        (5 * MINUTE_MS, True, True),
        (5 * MINUTE_MS + 1, True, False),
        (30 * MINUTE_MS, True, False),
        (30 * MINUTE_MS + 1, False, False),
    ],
)
def test_points_within_thirty_minutes_and_a_veto_within_five(ms: int, near: bool, at_it: bool, sign: int) -> None:
    of = before(event(sign * ms))
    points, veto = News(SETTINGS).judge(of), Blackout(SETTINGS).judge(of)
    assert (points is not None, veto is not None) == (near, at_it)
    assert points is None or points.points == -2.0


@pytest.mark.parametrize(
    ("ms", "when"), [(-12 * MINUTE_MS, "12 min ago"), (12 * MINUTE_MS, "in 12 min"), (20_000, "now")]
)
def test_the_sentence_says_what_and_when(ms: int, when: str) -> None:
    assert News(SETTINGS).judge(before(event(ms))) == Points(-2.0, f"news: USD NFP {when}")


def test_the_blackouts_sentence() -> None:
    assert Blackout(SETTINGS).judge(before(event(60_000))) == Veto("news blackout: USD NFP in 1 min")


@pytest.mark.parametrize(
    ("symbol", "currency", "counts"),
    [
        ("EURUSD", "USD", True),
        ("EURUSD", "EUR", True),
        ("EURUSD", "GBP", False),
        ("EURUSD", "ALL", True),
        ("EURUSD.pro", "USD", True),
        ("eurusdm", "USD", True),
        ("US30", "USD", False),
        ("US30", "ALL", True),
        ("GER40", "EUR", True),
        ("GER40", "USD", True),
        ("GER40", "GBP", False),
    ],
)
def test_whose_news_concern_a_symbol(symbol: str, currency: str, counts: bool) -> None:
    settings = CitadelSettings(news_symbols=("GER40:EUR", "GER40:USD"))
    assert (News(settings).judge(before(event(0, currency), symbol=symbol)) is not None) is counts


def test_what_the_operator_told_of_a_symbol_stands_in_place_of_its_name() -> None:
    assert currencies_of("EURUSD", {"EURUSD": frozenset({"GBP"})}) == {"GBP", "ALL"}


@pytest.mark.parametrize("importance", Importance)
@pytest.mark.parametrize("least", ["low", "moderate", "high"])
def test_what_counts_for_how_much(importance: Importance, least: str) -> None:
    counts = importance >= {"low": 1, "moderate": 2, "high": 3}[least]
    of = before(event(0, importance=importance))
    assert (News(CitadelSettings(news_importance=least)).judge(of) is not None) is counts


def test_several_events_count_once_and_the_nearest_is_named() -> None:
    of = before(event(9 * MINUTE_MS, name="late"), event(-7 * MINUTE_MS, name="near"), event(20 * MINUTE_MS))
    assert News(SETTINGS).judge(of) == Points(-2.0, "news: USD near 7 min ago")
    both = before(event(7 * MINUTE_MS, "EUR", Importance.LOW), event(-7 * MINUTE_MS), event(7 * MINUTE_MS, "EUR"))
    assert News(CitadelSettings(news_importance="low")).judge(both) == Points(-2.0, "news: USD NFP 7 min ago")


def test_a_blackout_of_no_minutes_is_none() -> None:
    assert Blackout(CitadelSettings(blackout_minutes=0)).judge(before(event(0))) is None


@pytest.mark.parametrize("pair", ["US30", "US30:usd", ":USD", "US 30:USD", "US30:USDX"])
def test_a_pair_that_cannot_be_read_is_refused(pair: str) -> None:
    with pytest.raises(ValueError, match="must be a symbol and a currency"):
        CitadelSettings(news_symbols=(pair,))


def rows(*minutes: int, level: int = 3) -> list[tuple[int, str, int, str]]:
    return [(START + each * MINUTE_MS, "usd", level, "NFP") for each in minutes]


def times(room: Newsroom) -> list[int]:
    return [(each.time - START) // MINUTE_MS for each in room.calendar.events]


def test_file_and_terminals_are_one_calendar() -> None:
    room = Newsroom(())
    room.read(Calendar((event(0),)))
    assert room.hear("amy", rows(0, 10)) == 2
    assert room.hear("bob", rows(5)) == 1
    assert times(room) == [0, 5, 10]  # what file and terminal both say is one event
    room.read(Calendar())
    assert times(room) == [0, 5, 10]
    assert len(room.file) == 0


def test_a_terminal_replaces_what_it_told_of_the_same_time() -> None:
    room = Newsroom(())
    room.hear("amy", rows(0, 10, 20, 30))
    room.hear("amy", rows(10, 15, 20))
    assert times(room) == [0, 10, 15, 20, 30]
    room.hear("bob", rows(0))
    room.hear("amy", rows(-1, 31))
    assert times(room) == [-1, 0, 31]
    room.hear("amy", [])
    assert times(room) == [-1, 0, 31]


def test_only_sources_are_heard_where_there_are_some() -> None:
    room = Newsroom(("amy",))
    assert (room.hear("eve", rows(0)), room.hear("amy", rows(1))) == (0, 1)
    assert times(room) == [1]


def test_a_terminal_cannot_tell_without_end() -> None:
    room = Newsroom(())
    for part in range(3):
        room.hear("amy", rows(*range(part * 2_500, (part + 1) * 2_500)))
    assert (len(room.calendar), times(room)[0]) == (MOST_TOLD, 2_500)


def test_an_importance_beyond_metatraders_is_high() -> None:
    room = Newsroom(())
    room.hear("amy", rows(0, level=7))
    assert room.calendar.events[0].importance is HIGH
