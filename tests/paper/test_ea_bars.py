"""The bars that a paper terminal gives for warm-up."""

import pytest

from bitten.paper.bar_book import BarBook
from bitten.paper.market import MarketTick
from tests.paper.ea_bench import MARKET

MINUTE = 60_000


def book(*bids: tuple[int, float], synthetic: bool = False) -> BarBook:
    """Bids at ms after MARKET, which is the beginning of an hour."""
    bars = BarBook()
    for after, bid in bids:
        bars.add(MarketTick("EURUSD", bid, bid + 0.0001, MARKET + after, synthetic))
    return bars


def test_a_bar_is_open_high_low_close_of_the_bid_and_the_count_of_ticks() -> None:
    bars = book((0, 1.2), (10, 1.5), (20, 1.1), (59_999, 1.3), (MINUTE, 9.0))
    assert bars.closed("EURUSD", "M1", 9, MARKET + MINUTE) == ((MARKET, 1.2, 1.5, 1.1, 1.3, 4.0),)


def test_synthetic_ticks_have_no_volume() -> None:
    bars = book((0, 1.2), (15_000, 1.3), synthetic=True)
    assert bars.closed("EURUSD", "M1", 9, MARKET + MINUTE)[0][5] == 0


def test_a_bar_is_closed_by_market_time() -> None:
    bars = book((0, 1.2))
    assert bars.closed("EURUSD", "M1", 9, MARKET + MINUTE - 1) == ()
    assert len(bars.closed("EURUSD", "M1", 9, MARKET + MINUTE)) == 1


def test_longer_bars_are_composed_and_gaps_stay_gaps() -> None:
    bars = book((0, 1.0), (MINUTE, 3.0), (4 * MINUTE, 2.0), (16 * MINUTE, 5.0))
    rows = bars.closed("EURUSD", "M5", 9, MARKET + 20 * MINUTE)
    assert rows == ((MARKET, 1.0, 3.0, 1.0, 2.0, 3.0), (MARKET + 15 * MINUTE, 5.0, 5.0, 5.0, 5.0, 1.0))
    assert [row[0] for row in bars.closed("EURUSD", "M15", 9, MARKET + 30 * MINUTE)] == [MARKET, MARKET + 15 * MINUTE]


def test_a_bar_whose_beginning_nobody_saw_is_left_out() -> None:
    bars = book((3 * MINUTE, 1.0), (5 * MINUTE, 2.0))
    assert [row[0] for row in bars.closed("EURUSD", "M5", 9, MARKET + 10 * MINUTE)] == [MARKET + 5 * MINUTE]


def test_the_past_comes_before_the_ticks_and_the_newest_are_given() -> None:
    bars = BarBook()
    bars.begin("EURUSD", [(MARKET - n * MINUTE, 1.0, 1.0, 1.0, 1.0, 2.0) for n in (3, 2, 1)])
    bars.add(MarketTick("EURUSD", 1.1, 1.2, MARKET))
    rows = bars.closed("EURUSD", "M1", 2, MARKET + MINUTE)
    assert [row[0] - MARKET for row in rows] == [-MINUTE, 0]


@pytest.mark.parametrize("timeframe", ["M1", "M5", "M15", "H1"])
def test_nothing_is_known_of_another_symbol(timeframe: str) -> None:
    assert book((0, 1.0)).closed("GBPUSD", timeframe, 9, MARKET * 2) == ()  # type: ignore[arg-type]  # all four are
