"""Following: each end from both sides, what nobody saw is unknown, and one by one it is as all at once."""

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.messages import FollowedTo, Signal
from bitten.rules.citadel import CitadelSettings
from bitten.rules.citadel.following import Following, end_among
from bitten.rules.facts import Followed
from bitten.rules.ledger import MOST_FOLLOWED
from bitten.units import MINUTE_MS, Direction
from tests.rules.citadel.scenes import signal
from tests.rules.venom.drawn import START, price

SETTINGS = CitadelSettings()
DAY = 1_440 * MINUTE_MS
BUY, SELL = signal(Direction.BUY), signal(Direction.SELL)
"""Stop 20 pips, target 30, from an entry at 1.1001 (the ask) and 1.1 (the bid)."""


def quote(following: Following, bid_pips: float, ms: int = 1_000, spread: float = 1.0) -> tuple[Followed, ...]:
    """A quote of the source so long after the signal, its bid in pips from 1.1."""
    return following.tick("u", "EURUSD", START + ms, price(bid_pips), price(bid_pips + spread))


def followed(*signals: Signal, settings: CitadelSettings = SETTINGS) -> Following:
    following = Following(settings)
    for each in signals:
        assert following.begin(each) == ()
    return following


@pytest.mark.parametrize(
    ("which", "bid", "end", "r"),
    [
        (BUY, 0, None, None),
        (BUY, 30.9, None, None),
        (BUY, 31, FollowedTo.TARGET, 1.5),
        (BUY, 45, FollowedTo.TARGET, 1.5),  # filled at its price, not better
        (BUY, -18.9, None, None),
        (BUY, -19, FollowedTo.STOP, -1.0),
        (BUY, -29, FollowedTo.STOP, -1.5),  # filled where the gap ended
        (SELL, -30.9, None, None),
        (SELL, -31, FollowedTo.TARGET, 1.5),
        (SELL, 18.9, None, None),
        (SELL, 19, FollowedTo.STOP, -1.0),
        (SELL, 29, FollowedTo.STOP, -1.5),
    ],
)
def test_a_buy_ends_at_the_bid_and_a_sell_at_the_ask(
    which: Signal, bid: float, end: FollowedTo | None, r: float | None
) -> None:
    ended = quote(followed(which), bid)
    assert [(each.signal_id, each.end, each.at) for each in ended] == [("S1", end, START + 1_000)] * (end is not None)
    assert [each.r for each in ended] == [pytest.approx(r, abs=1e-3)] * (end is not None)


@pytest.mark.parametrize(("ms", "over"), [(DAY - 1, False), (DAY, True), (DAY + 5, True)])
def test_what_reaches_neither_ends_at_the_price_of_the_time(ms: int, over: bool) -> None:
    ended = quote(followed(BUY), 11, ms)
    assert [(each.end, each.price) for each in ended] == [(FollowedTo.EXPIRED, price(11))] * over
    assert [each.r for each in ended] == [pytest.approx(0.5, abs=1e-3)] * over


def test_it_ends_once() -> None:
    following = followed(BUY)
    assert len(quote(following, 40)) == 1
    assert quote(following, 40, 2_000) == ()
    assert following.watches == {}


def test_others_of_its_symbol_go_on() -> None:
    far = attrs.evolve(BUY, id="far", tp=price(61))
    following = followed(BUY, far, attrs.evolve(SELL, id="sell", sl=price(90)))
    assert [each.signal_id for each in quote(following, 31)] == ["S1"]
    assert [each.signal_id for each in quote(following, 61, 2_000)] == ["far"]
    assert [each.signal_id for each in quote(following, 89, 3_000)] == ["sell"]


def test_only_its_sources_quotes_of_its_symbol_count() -> None:
    following = followed(BUY)
    assert following.tick("eve", "EURUSD", START, 2.0, 2.0) == ()
    assert following.tick("u", "GBPUSD", START, 2.0, 2.0) == ()


def test_a_crossed_quote_ends_nothing() -> None:
    following = followed(BUY)
    assert quote(following, 40, spread=-1) == ()
    assert len(quote(following, 40)) == 1


def test_without_a_target_only_the_stop_or_the_time_ends_it() -> None:
    following = followed(attrs.evolve(BUY, tp=0.0), attrs.evolve(SELL, id="s", tp=0.0, sl=2.0))
    assert quote(following, 900) == ()
    assert [each.end for each in quote(following, -900)] == [FollowedTo.STOP]


def test_without_a_stop_there_is_no_r_to_follow() -> None:
    assert followed(attrs.evolve(BUY, sl=0.0)).watches == {}


def test_a_signal_is_followed_once() -> None:
    assert len(quote(followed(BUY, BUY), 40)) == 1


@pytest.mark.parametrize(("away_ms", "known"), [(60_000, True), (60_001, False)])
def test_a_source_that_was_away_too_long_leaves_the_end_unknown(away_ms: int, known: bool) -> None:
    following = followed(BUY, attrs.evolve(SELL, id="s"))
    quote(following, 0, 1_000)
    following.source_gone("eve")
    following.source_gone("u")
    ended = quote(following, 31, 1_000 + away_ms)
    if known:
        assert [(each.signal_id, each.end) for each in ended] == [
            ("S1", FollowedTo.TARGET),
            ("s", FollowedTo.STOP),
        ]
    else:
        assert {(each.end, each.r, each.why) for each in ended} == {
            (FollowedTo.UNKNOWN, None, "its source was away for 60 s")
        }
        assert len(ended) == 2


def test_a_quiet_market_is_no_gap() -> None:
    following = followed(BUY)
    assert [each.end for each in quote(following, 31, 600 * MINUTE_MS)] == [FollowedTo.TARGET]


def test_too_many_let_the_oldest_go() -> None:
    following = Following(SETTINGS)
    for n in range(MOST_FOLLOWED):
        assert following.begin(attrs.evolve(BUY, id=f"n{n}", made_at=START + n)) == ()
    (gone,) = following.begin(attrs.evolve(BUY, id="one more"))
    assert (gone.signal_id, gone.end, gone.why) == (
        *("n0", FollowedTo.UNKNOWN),
        "more than 2,000 signals were followed at once",
    )
    assert len(following.watches["u", "EURUSD"].signals) == MOST_FOLLOWED


steps = st.lists(st.tuples(st.integers(0, 200), st.integers(-12, 12), st.integers(-1, 4)), max_size=60)


@given(steps=steps, minutes=st.integers(1, 60), direction=st.sampled_from(Direction), tp=st.booleans())
def test_one_by_one_is_as_all_at_once(
    steps: list[tuple[int, int, int]], minutes: int, direction: Direction, tp: bool
) -> None:
    settings = CitadelSettings(follow_minutes=minutes)
    of = signal(direction) if tp else attrs.evolve(signal(direction), tp=0.0)
    time, pips, quotes = START, 0, []
    for seconds, move, spread in steps:
        time, pips = time + seconds * 1_000, pips + move
        quotes.append((time, price(pips), price(pips + spread)))
    following = followed(of, settings=settings)
    one_by_one = [end for each in quotes for end in following.tick("u", "EURUSD", *each)]
    columns = list(zip(*quotes, strict=True)) or [(), (), ()]
    at_once = end_among(
        of, np.array(columns[0], np.int64), np.array(columns[1], float), np.array(columns[2], float), settings
    )
    assert one_by_one == ([] if at_once is None else [at_once])
