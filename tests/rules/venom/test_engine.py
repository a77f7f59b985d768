"""VENOM's brain through its public face."""

from collections.abc import Callable, Sequence
from math import nan
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitten.messages import Bar, Evaluate, Timeframe
from bitten.rules.venom import Crash, Outcome, Silence, Venom, VenomSettings, build
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.pattern import Candidate, NoSignal, Pattern
from bitten.units import DAY_MS, HOUR_MS, MINUTE_MS, Direction, SymbolSpec
from tests.rules.venom.drawn import M5_MS, SPEC, START
from tests.rules.venom.patterns import Does, Says, Witness

SYMBOL = "EURUSD"
FREE = VenomSettings(cool_down_s=0, max_per_hour=10**9)
Ticks = Sequence[tuple[int, float, float]]


def steady(start: int, end: int, step: int = 10_000) -> Ticks:
    return [
        (time, 1.1 + time // step % 5 / 10_000, 1.1001 + time // step % 5 / 10_000) for time in range(start, end, step)
    ]


def play(venom: Venom, ticks: Ticks, user: str = "alice") -> list[Evaluate]:
    return [work for tick in ticks if (work := venom.tick(user, SYMBOL, *tick))]


def warm(patterns: Sequence[Pattern], venom_settings: VenomSettings = FREE, spec: SymbolSpec = SPEC) -> Venom:
    """Twenty M5 bars, and ticks up to a second before the end of the next."""
    venom = Venom(venom_settings, patterns)
    venom.spec("alice", spec, 0)
    play(venom, steady(START, START + 21 * M5_MS))
    return venom


def next_bar(venom: Venom, bars: int = 21) -> Outcome:
    (work,) = venom.heartbeat("alice", START + bars * M5_MS)
    return venom.evaluate(work)


# --- of several, the best --------------------------------------------------------------------------------------------


def test_the_best_score_wins_and_the_others_are_outscored() -> None:
    outcome = next_bar(warm([Says("A", 60), Says("B", 80), Says("C", 70)]))
    assert outcome.signal is not None
    assert outcome.signal.pattern == "B"
    assert outcome.silences == (Silence("C", "outscored"), Silence("A", "outscored"))


def test_of_equal_scores_the_first_in_the_configuration_wins() -> None:
    outcome = next_bar(warm([Says("Z", 70), Says("A", 70)]))
    assert outcome.signal is not None
    assert outcome.signal.pattern == "Z"


def test_a_direction_that_the_broker_does_not_take_gives_way_to_the_next_best() -> None:
    patterns = [Says("A", 90, Direction.SELL), Says("B", 60, Direction.BUY)]
    outcome = next_bar(warm(patterns, spec=attrs.evolve(SPEC, trade_mode="long_only")))
    assert outcome.signal is not None
    assert outcome.signal.pattern == "B"
    assert outcome.silences == (Silence("A", "not_traded"),)


def test_a_signal_says_what_it_came_from() -> None:
    made = next_bar(warm([Says("A", 60)])).signal
    assert made is not None
    assert made.id == f"A:EURUSD:M5:{START + 21 * M5_MS}:B"
    assert (made.source, made.made_at, made.expires) == ("alice", START + 21 * M5_MS, START + 21 * M5_MS + 60_000)


# --- no signal, and why ----------------------------------------------------------------------------------------------


def test_why_there_is_no_signal_is_said_and_counted() -> None:
    venom = warm([Does("A", lambda _: None), Does("B", lambda _: NoSignal("no_volume"))])
    assert next_bar(venom).silences == (Silence("A", "nothing_found"), Silence("B", "no_volume"))
    assert venom.statistics().silences == {("A", "nothing_found"): 1, ("B", "no_volume"): 1}


def test_the_count_of_reasons_is_bounded() -> None:
    venom = warm([Does("A", lambda market: NoSignal(str(market.at)))])
    for bar in range(21, 400):
        play(venom, [(START + bar * M5_MS - 1000, 1.1, 1.1001)])
        next_bar(venom, bar)
    counts = venom.statistics().silences
    assert len(counts) <= 258
    assert sum(counts.values()) == 379


def test_cadence_holds_over_bars() -> None:
    venom = warm([Says("A")], VenomSettings(cool_down_s=600, max_per_hour=2))
    said = []
    for bar in range(21, 35):
        play(venom, [(START + bar * M5_MS - 1000, 1.1, 1.1001)])
        outcome = next_bar(venom, bar)
        said.append("signal" if outcome.signal else outcome.silences[0].reason)
    limit = ["hourly_limit"] * 8
    assert said == ["signal", "cool_down", "signal", "cool_down", *limit, "signal", "cool_down"]


@pytest.mark.parametrize("setting", [{"warm_bars": 22}, {"max_spread_pips": 0.5}, {"max_tick_age_s": 9}])
def test_a_gate_stops_every_pattern(setting: dict[str, Any]) -> None:
    outcome = next_bar(warm([Says("A")], attrs.evolve(FREE, **setting)))
    assert outcome.signal is None
    assert [silence.pattern for silence in outcome.silences] == [""]


def test_without_a_spec_or_a_quote_nothing_is_signalled() -> None:
    venom = Venom(FREE, [Says("A")])
    play(venom, steady(START, START + 21 * M5_MS))
    assert next_bar(venom).silences == (Silence("", "no_spec"),)
    forgotten = Evaluate(symbol=SYMBOL, trigger="bar", at=START)
    unknown = Evaluate(symbol="XAUUSD", trigger="bar", at=START)
    assert venom.evaluate(forgotten).silences == venom.evaluate(unknown).silences == (Silence("", "no_quote"),)


# --- a pattern's crash costs only itself -----------------------------------------------------------------------------


Detect = Callable[[MarketView], Candidate | NoSignal | None]


def talks(_: MarketView) -> Candidate:
    return "BUY"  # type: ignore[return-value] # as a plug-in that nobody type-checked may


def crash(_: MarketView) -> Candidate:
    raise KeyError("oops")


@pytest.mark.parametrize(
    ("detect", "error"),
    [
        (crash, "KeyError: 'oops'"),
        (talks, "TypeError: detect() answered 'BUY': must be a Candidate, NoSignal or None"),
        (lambda _: Candidate(Direction.BUY, score=nan), "ValueError: score = nan: must be 0 to 100"),
        (lambda _: Candidate(Direction.BUY, score=100.1), "ValueError: score = 100.1: must be 0 to 100"),
    ],
)
def test_a_pattern_that_raises_is_benched_and_the_others_play_on(detect: Detect, error: str) -> None:
    venom = warm([Does("BAD", detect), Says("GOOD")])
    first = next_bar(venom)
    assert first.crashes == (Crash("BAD", error),)
    assert first.signal is not None
    assert first.signal.pattern == "GOOD"
    play(venom, steady(START + 21 * M5_MS, START + 22 * M5_MS))
    second = next_bar(venom, 22)
    assert second.crashes == ()
    assert second.signal is not None
    assert venom.statistics().benched == {"BAD": error}


# --- triggers --------------------------------------------------------------------------------------------------------


def test_a_tick_pattern_is_asked_at_every_tick_with_the_newest_quote() -> None:
    venom = warm([Says("T", trigger="tick"), Says("B", 99)])
    time = START + 21 * M5_MS - 500
    work = venom.tick("alice", SYMBOL, time, 1.2, 1.2001)
    assert work == Evaluate(symbol=SYMBOL, trigger="tick", at=time)
    made = venom.evaluate(work).signal
    assert made is not None
    assert (made.pattern, made.entry) == ("T", 1.2001)


def test_without_a_tick_pattern_only_a_closed_m5_bar_is_work() -> None:
    work = play(Venom(FREE, [Says("A")]), steady(START, START + 16 * MINUTE_MS))
    assert [each.at - START for each in work] == [M5_MS, 2 * M5_MS, 3 * M5_MS]


def test_a_repeated_tick_is_counted_and_changes_nothing() -> None:
    venom = warm([])
    tick = (START + 21 * M5_MS - 1000, 1.1, 1.1002)
    play(venom, [tick, tick, tick])
    assert venom.statistics().repeated == 2
    assert next_bar(venom) == Outcome()
    view = venom.market(SYMBOL, START + 21 * M5_MS)
    assert view is not None
    assert view.m5.volume[-1] == 31


def test_a_crossed_quote_is_in_the_bars_but_no_signal_is_made_on_it() -> None:
    venom = warm([Says("A")])
    play(venom, [(START + 21 * M5_MS - 1, 1.2, 1.1)])
    assert next_bar(venom).silences == (Silence("", "crossed_quote"),)
    view = venom.market(SYMBOL, START + 21 * M5_MS)
    assert view is not None
    assert view.m5.high[-1] == 1.2
    assert venom.statistics().crossed == 1


# --- sources ---------------------------------------------------------------------------------------------------------

PREFER = VenomSettings(sources=("alice", "bob"))


@pytest.mark.parametrize(
    ("venom_settings", "order", "source"),
    [
        (VenomSettings(), ("bob", "alice"), "bob"),
        (PREFER, ("bob", "alice"), "alice"),
        (PREFER, ("alice", "bob"), "alice"),
        (PREFER, ("mallory", "bob"), "bob"),
        (PREFER, ("mallory",), None),
    ],
)
def test_whose_ticks_count(venom_settings: VenomSettings, order: tuple[str, ...], source: str | None) -> None:
    venom = Venom(venom_settings, [])
    for user in order:
        venom.tick(user, SYMBOL, START, 1.1, 1.1001)
    assert venom.statistics().sources.get(SYMBOL) == source


def test_a_lesser_sources_ticks_do_not_enter_the_bars() -> None:
    venom = Venom(PREFER, [])
    for time, bid, ask in steady(START, START + 2 * MINUTE_MS):
        venom.tick("alice", SYMBOL, time, bid, ask)
        venom.tick("bob", SYMBOL, time, 9.0, 9.1)
    venom.spec("alice", SPEC, 0)
    view = venom.market(SYMBOL, START + MINUTE_MS)
    assert view is None
    assert venom.statistics().ignored == 12
    venom.heartbeat("alice", START + M5_MS)
    view = venom.market(SYMBOL, START + M5_MS)
    assert view is not None
    assert view.m5.high.max() < 2


def test_when_a_source_is_gone_the_next_takes_over_with_its_own_spec() -> None:
    venom = warm([Says("A")])
    venom.spec("bob", attrs.evolve(SPEC, trade_mode="short_only"), 0)
    venom.source_gone("alice")
    work = play(venom, steady(START + 21 * M5_MS + 10_000, START + 24 * M5_MS), "bob")
    outcomes = [venom.evaluate(each) for each in work]
    assert venom.statistics().sources == {SYMBOL: "bob"}
    assert [outcome.silences for outcome in outcomes] == [
        (Silence("", "no_quote"),),  # alice's last quote went with her
        (Silence("", "partial_bar"),),
        (Silence("A", "not_traded"),),
    ]


@pytest.mark.parametrize(("back", "anew"), [(HOUR_MS, False), (HOUR_MS + 1, True)])
def test_a_new_source_whose_time_is_long_past_begins_another_market(back: int, anew: bool) -> None:
    venom = warm([])
    venom.source_gone("alice")
    newest = START + 21 * M5_MS - MINUTE_MS
    venom.tick("alice", SYMBOL, newest - back, 1.1, 1.1001)
    assert venom.statistics().late == (0 if anew else 1)
    assert (venom.statistics().bars[Timeframe.M5] == 0) is anew


@pytest.mark.parametrize(("back", "anew"), [(7 * DAY_MS, False), (7 * DAY_MS + MINUTE_MS, True)])
def test_a_new_source_whose_history_is_long_past_begins_another_market(back: int, anew: bool) -> None:
    venom = warm([])
    venom.source_gone("alice")
    end = START + 21 * M5_MS - MINUTE_MS - back
    venom.seed("alice", SYMBOL, Timeframe.M1, [Bar(end - MINUTE_MS, 1.1, 1.1, 1.1, 1.1, 1.0)])
    assert (venom.statistics().bars[Timeframe.M5] == 0) is anew


def test_a_heartbeat_closes_only_the_bars_of_the_symbols_that_its_session_feeds() -> None:
    venom = warm([])
    venom.tick("bob", "GBPUSD", START, 1.5, 1.5001)
    assert venom.heartbeat("mallory", START + 30 * M5_MS) == []
    assert [work.symbol for work in venom.heartbeat("bob", START + M5_MS)] == ["GBPUSD"]
    assert [work.symbol for work in venom.heartbeat("alice", START + 21 * M5_MS)] == [SYMBOL]


def test_history_counts_only_from_the_source() -> None:
    venom = Venom(PREFER, [])
    past = [Bar(START + place * M5_MS, 1.1, 1.2, 1.0, 1.1, 5.0) for place in range(20)]
    venom.seed("mallory", SYMBOL, Timeframe.M5, past)
    assert venom.statistics().sources == {}
    venom.seed("bob", SYMBOL, Timeframe.M5, past)
    assert venom.statistics().sources == {SYMBOL: "bob"}


def test_the_closed_bars_of_all_symbols_do_not_depend_on_whose_tick_came_first() -> None:
    venom, m15 = Venom(FREE, []), Timeframe.M15
    for symbol, count in ((SYMBOL, 4), ("GBPUSD", 3)):
        past = [Bar(START + place * m15.ms, 1.1, 1.2, 1.0, 1.1, 5.0) for place in range(count)]
        venom.seed("alice", symbol, m15, past)
    at = START + 4 * m15.ms
    assert {symbol: len(bars) for symbol, bars in venom.closed(m15, at).items()} == {SYMBOL: 3, "GBPUSD": 3}
    assert {symbol: len(bars) for symbol, bars in venom.closed(m15, at + 1).items()} == {SYMBOL: 4, "GBPUSD": 3}


def test_warmed_by_history_the_first_whole_bar_may_signal() -> None:
    venom = Venom(FREE, [Says("A")])
    venom.spec("alice", SPEC, 0)
    past = [Bar(START + place * M5_MS, 1.1, 1.2, 1.0, 1.1, 5.0) for place in range(20)]
    venom.seed("alice", SYMBOL, Timeframe.M5, past)
    (work,) = play(venom, steady(START + 20 * M5_MS, START + 21 * M5_MS + 1))
    assert venom.evaluate(work).signal is not None


def test_the_number_of_symbols_is_bounded() -> None:
    venom = Venom(attrs.evolve(FREE, max_symbols=2), [])
    for symbol in ("A", "B", "C"):
        venom.tick("alice", symbol, START, 1.0, 1.1)
    assert set(venom.statistics().sources) == {"A", "B"}
    assert venom.statistics().ignored == 1


# --- signals are a function of the ticks -----------------------------------------------------------------------------

moves = st.lists(st.tuples(st.integers(1, 150_000), st.integers(-9, 9)), min_size=60, max_size=90)


def wander(steps: list[tuple[int, int]]) -> Ticks:
    """Twenty quiet bars, then a walk."""
    ticks, time, bid = list(steady(START, START + 21 * M5_MS, 60_000)), START + 21 * M5_MS, 1.1
    for step, move in steps:
        time += step
        bid = round(bid + move / 10_000, 5)
        ticks.append((time, bid, round(bid + 0.0001, 5)))
    return ticks


def fresh() -> Venom:
    venom = Venom(VenomSettings(), [Witness(), *build(VenomSettings(), resolve_name)])
    venom.spec("alice", SPEC, 0)
    return venom


def at_once(ticks: Ticks) -> list[Outcome]:
    venom = fresh()
    return [venom.evaluate(work) for tick in ticks if (work := venom.tick("alice", SYMBOL, *tick))]


@settings(max_examples=25, deadline=None)
@given(moves)
def test_evaluating_later_sees_no_more_than_evaluating_at_once(steps: list[tuple[int, int]]) -> None:
    ticks = wander(steps)
    venom = fresh()
    later = [venom.evaluate(work) for work in play(venom, ticks)]
    assert later == at_once(ticks)
    assert any(outcome.signal for outcome in later)


@settings(max_examples=25, deadline=None)
@given(moves, st.sets(st.integers(0, 89)))
def test_heartbeats_make_a_signal_earlier_but_never_another(steps: list[tuple[int, int]], beats: set[int]) -> None:
    ticks = wander(steps)
    venom, signals = fresh(), []
    for place, tick in enumerate(ticks):
        works = [venom.tick("alice", SYMBOL, *tick)]
        if place % 90 in beats and place + 1 < len(ticks):
            works += venom.heartbeat("alice", ticks[place + 1][0])
        signals += [made for work in works if work and (made := venom.evaluate(work).signal)]
    expected = [outcome.signal for outcome in at_once(ticks) if outcome.signal]
    assert signals == expected


# --- a recorded market -----------------------------------------------------------------------------------------------


def minute_ticks(data: Path, hours: int) -> Ticks:
    """Four ticks a minute: open, high, low, close at seconds 0, 15, 30, 59."""
    sides = [
        pl.read_csv(data / f"GBPUSD_2012-02_M1_{side}.csv.gz").with_columns(
            pl.col("timestamp").str.slice(0, 19).str.to_datetime(time_unit="ms").cast(pl.Int64).alias("start")
        )
        for side in ("bid", "ask")
    ]
    rows = zip(*(side.head(hours * 60).iter_rows(named=True) for side in sides), strict=True)
    return [
        (bid["start"] + second * 1000, bid[name], ask[name])
        for bid, ask in rows
        for name, second in (("open", 0), ("high", 15), ("low", 30), ("close", 59))
    ]


@pytest.mark.data
def test_sixty_hours_of_a_recorded_market_make_some_signals_and_not_many(market_data: Path) -> None:
    ticks = minute_ticks(market_data, 60)
    venom = Venom(VenomSettings(), build(VenomSettings(), resolve_name))
    venom.spec("alice", SPEC, 0)
    signals = [
        made for tick in ticks if (work := venom.tick("alice", SYMBOL, *tick)) and (made := venom.evaluate(work).signal)
    ]
    assert {made.pattern for made in signals} == {"LIQUIDITY_SWEEP_REVERSAL", "BAND_FADE"}
    assert 5 <= len(signals) <= 30
    assert len({made.id for made in signals}) == len(signals)
    assert venom.statistics().silences["MOMENTUM_BURST", "no_volume"] > 600
    assert all(
        made.reward_to_risk == pytest.approx(2 if made.kind == "PRECISION_STRIKE" else 1.5, abs=0.02)
        for made in signals
    )
    assert ticks[-1][0] - ticks[0][0] < 61 * HOUR_MS
