"""Playing a market against a clock."""

from bitten.paper.market import MarketTick
from bitten.paper.playback import Playback
from tests.paper.ea_bench import MARKET


def played(*after: int, speed: float = 1.0) -> Playback:
    """A market with a tick at each of these ms."""
    return Playback((MarketTick("EURUSD", 1.1, 1.2, MARKET + ms) for ms in after), MARKET, speed)


def due(playback: Playback, now: int) -> list[int]:
    """The ticks due, as ms after the market's start."""
    return [tick.time - MARKET for tick in playback.due(now)]


def test_nothing_is_due_before_it_begins() -> None:
    playback = played(0, 10)
    assert due(playback, 10**9) == []
    assert playback.wait(10**9) is None
    assert playback.market_time(10**9) == MARKET


def test_ticks_come_when_their_time_has() -> None:
    playback = played(0, 10, 20)
    playback.begin(1000, MARKET)
    assert due(playback, 1000) == [0]
    assert playback.wait(1000) == 11
    assert due(playback, 1009) == []
    assert due(playback, 1025) == [10, 20]
    assert playback.over


def test_speed_is_times_the_markets_own_pace() -> None:
    playback = played(0, 30_000, 60_000, speed=300.0)
    playback.begin(0, MARKET)
    assert due(playback, 99) == [0]
    assert playback.market_time(99) == MARKET + 29_700
    assert due(playback, 200) == [30_000, 60_000]


def test_market_time_goes_on_between_ticks_but_never_past_one_that_was_not_played() -> None:
    playback = played(0, 100)
    playback.begin(0, MARKET)
    due(playback, 0)
    assert [playback.market_time(now) - MARKET for now in (50, 40, 500)] == [50, 50, 100]


def test_market_time_stands_still_after_the_last_tick() -> None:
    playback = played(0)
    playback.begin(0, MARKET)
    due(playback, 5000)
    assert playback.market_time(10_000) == MARKET


def test_it_goes_on_from_where_it_was() -> None:
    playback = played(0, 100, 200, 300)
    assert [tick.time - MARKET for tick in (playback.skip(), playback.skip()) if tick] == [0, 100]
    playback.begin(5000, MARKET + 250)
    assert due(playback, 5000) == [200]
    assert playback.wait(5000) == 51


def test_much_to_catch_up_with_comes_in_pieces() -> None:
    playback = played(*range(5000))
    playback.begin(0, MARKET)
    assert [len(due(playback, 10**6)) for _ in range(4)] == [2000, 2000, 1000, 0]
