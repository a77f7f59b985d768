"""The risk gate: each denial from both sides of its boundary, their order, and that what passes breaks no limit."""

from collections.abc import Callable
from itertools import combinations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.messages import Signal, SignalKind, Timeframe
from bitten.rules.risk import (
    TIERS,
    DenialCode,
    Denied,
    Exposure,
    Funds,
    Lock,
    Mode,
    Order,
    Pace,
    RiskSettings,
    Situation,
    Terms,
    Tier,
    decide,
)
from bitten.units import DAY_MS, HOUR_MS, MINUTE_MS, Direction, OrderKind, Quote, SymbolSpec, TradingState
from tests.rules.venom.drawn import SPEC

SUNDAY = 3 * DAY_MS  # 1970-01-04
NOW = 10**9 * 1_000
SETTINGS = RiskSettings()
TIER = Tier(modes=tuple(Mode))

BUY = Signal(
    id="S1",
    symbol="EURUSD",
    direction=Direction.BUY,
    kind=SignalKind.RAPID_ASSAULT,
    pattern="P",
    timeframe=Timeframe.M5,
    entry=1.1,
    sl=1.098,
    tp=1.103,
    score=80.0,
    spread=0.0001,
    regime="range",
    evidence=(),
    source="u",
    made_at=NOW,
    expires=NOW + HOUR_MS,
)
SELL = attrs.evolve(BUY, direction=Direction.SELL, sl=1.102, tp=1.097)
CALM = Situation(
    signal=BUY,
    size=1.0,
    mode=Mode.AUTO,
    pressed=False,
    already_fired=False,
    hub_state=TradingState.ACTIVE,
    user_state=TradingState.ACTIVE,
    session_state="live",
    clocks_agree=True,
    busy=False,
    lock=None,
    half_risk="",
    funds=Funds(
        balance=10_000.0, equity=10_000.0, margin=0.0, free_margin=10_000.0, leverage=100, opening_equity=10_000.0
    ),
    exposure=Exposure(shots_today=0, open_positions=0, realised_today=0.0, open_risk=0.0),
    pace=Pace(user_last_minute=0, hub_last_minute=0, like_last_ten_minutes=0),
    spec=SPEC,
    quote=Quote(1.0999, 1.1, NOW),
    utc_offset=0,
    market_now=NOW,
    hub_now=5_000_000,
)
SELLING = attrs.evolve(CALM, signal=SELL, quote=Quote(1.1, 1.1001, NOW))


def funds(**change: float | None) -> Situation:
    return attrs.evolve(CALM, funds=attrs.evolve(CALM.funds, **change))  # type: ignore[arg-type]


def exposed(**change: float) -> Situation:
    return attrs.evolve(CALM, exposure=attrs.evolve(CALM.exposure, **change))  # type: ignore[arg-type]


def paced(**change: int) -> Situation:
    return attrs.evolve(CALM, pace=attrs.evolve(CALM.pace, **change))  # type: ignore[arg-type]


def dealt(situation: Situation = CALM, **change: object) -> Situation:
    return attrs.evolve(situation, spec=attrs.evolve(SPEC, **change))  # type: ignore[arg-type]


def asked(lot: float, **change: object) -> Situation:
    """An operator asks for so many lots."""
    return attrs.evolve(CALM, terms=Terms(lot=lot), **change)  # type: ignore[arg-type]


def pending(kind: OrderKind, entry: float, situation: Situation = CALM) -> Situation:
    """An operator's pending order, at a broker that wants ten points of distance."""
    signal = attrs.evolve(situation.signal, entry=entry)
    return dealt(attrs.evolve(situation, signal=signal, terms=Terms(kind=kind, lot=0.01)), stops_level=10)


def at(minutes_of_the_week: int, **change: object) -> Situation:
    """A moment of the broker's week, with a fresh signal and quote."""
    now = SUNDAY + 7 * DAY_MS + minutes_of_the_week * MINUTE_MS
    moment = attrs.evolve(
        CALM,
        market_now=now,
        quote=Quote(1.0999, 1.1, now),
        signal=attrs.evolve(BUY, made_at=now, expires=now + HOUR_MS),
    )
    return dealt(moment, **change)


def test_a_fire_that_nothing_speaks_against() -> None:
    assert decide(CALM, SETTINGS, TIER) == Order(
        symbol="EURUSD",
        direction=Direction.BUY,
        lot=0.5,  # 100 of 10,000 over 20 pips of 10 each
        entry=1.1,
        sl=1.098,
        tp=1.103,
        deviation=30,
        risk=100.0,
        expires=5_005_000,
    )


def test_a_sell_is_priced_on_the_other_side() -> None:
    order = decide(SELLING, SETTINGS, TIER)
    assert isinstance(order, Order)
    assert (order.entry, order.sl, order.tp, order.lot) == (1.1, 1.102, 1.097, 0.5)


def test_lots_are_sized_by_the_distance_that_the_stop_really_has() -> None:
    order = decide(attrs.evolve(CALM, quote=Quote(1.0998, 1.0999, NOW)), SETTINGS, TIER)
    assert isinstance(order, Order)
    assert (order.entry, order.lot, order.risk) == (1.0999, 0.52, 98.8)


@pytest.mark.parametrize(
    ("size", "half_risk", "lot"), [(1.0, "", 0.5), (0.75, "", 0.37), (1.0, "3 losses in a row", 0.25), (5.0, "", 0.5)]
)
def test_the_verdict_and_losses_lower_the_risk_and_nothing_raises_it(size: float, half_risk: str, lot: float) -> None:
    order = decide(attrs.evolve(CALM, size=size, half_risk=half_risk), SETTINGS, TIER)
    assert isinstance(order, Order)
    assert order.lot == lot


def test_a_large_fire_is_cut_to_the_most_lots() -> None:
    order = decide(CALM, attrs.evolve(SETTINGS, max_lots=0.105), TIER)
    assert isinstance(order, Order)
    assert (order.lot, order.risk) == (0.1, 20.0)


def test_prices_are_put_on_the_tick_size() -> None:
    order = decide(dealt(tick_size=0.00005, tick_value=5.0), SETTINGS, TIER)
    rough = decide(
        dealt(attrs.evolve(CALM, signal=attrs.evolve(BUY, sl=1.09801, tp=1.10299)), tick_size=0.00005, tick_value=5.0),
        SETTINGS,
        TIER,
    )
    assert rough == order


def test_a_signal_without_a_target_is_fired_without_one() -> None:
    order = decide(attrs.evolve(CALM, signal=attrs.evolve(BUY, tp=0.0)), SETTINGS, TIER)
    assert isinstance(order, Order)
    assert order.tp == 0.0


BOUNDARIES: list[tuple[DenialCode, Situation, Situation]] = [
    (DenialCode.HALTED, CALM, attrs.evolve(CALM, hub_state=TradingState.HALTED)),
    (DenialCode.HALTED, CALM, attrs.evolve(CALM, hub_state=TradingState.REDUCING, user_state=TradingState.HALTED)),
    (DenialCode.REDUCING, CALM, attrs.evolve(CALM, hub_state=TradingState.REDUCING)),
    (DenialCode.REDUCING, CALM, attrs.evolve(CALM, user_state=TradingState.REDUCING)),
    (DenialCode.SESSION_NOT_LIVE, CALM, attrs.evolve(CALM, session_state="reconciling")),
    (DenialCode.SESSION_NOT_LIVE, CALM, attrs.evolve(CALM, session_state="stale")),
    (DenialCode.CLOCK_SKEW, CALM, attrs.evolve(CALM, clocks_agree=False)),
    (DenialCode.BUSY, CALM, attrs.evolve(CALM, busy=True)),
    (
        DenialCode.SIGNAL_EXPIRED,
        attrs.evolve(CALM, signal=attrs.evolve(BUY, expires=NOW + 1)),
        attrs.evolve(CALM, signal=attrs.evolve(BUY, expires=NOW)),
    ),
    (
        DenialCode.REQUEST_EXPIRED,
        attrs.evolve(CALM, request_expires=CALM.hub_now + 1),
        attrs.evolve(CALM, request_expires=CALM.hub_now),
    ),
    (DenialCode.VETOED, attrs.evolve(CALM, size=0.1), attrs.evolve(CALM, size=0.0)),
    (DenialCode.CORRELATED, CALM, attrs.evolve(CALM, conflict="BUY GBPUSD is the same bet")),
    (
        DenialCode.MODE,
        attrs.evolve(CALM, mode=Mode.MANUAL, pressed=True),
        attrs.evolve(CALM, mode=Mode.MANUAL),
    ),
    (DenialCode.COUNTDOWN, attrs.evolve(CALM, mode=Mode.SEMI, counted=True), attrs.evolve(CALM, mode=Mode.SEMI)),
    (
        DenialCode.COUNTDOWN,
        attrs.evolve(CALM, mode=Mode.SEMI, pressed=True),
        attrs.evolve(CALM, mode=Mode.SEMI, pressed=False),
    ),
    (DenialCode.MODE, CALM, attrs.evolve(CALM, mode=Mode.MANUAL, counted=True)),
    (DenialCode.PASSED, CALM, attrs.evolve(CALM, passed=True)),
    (DenialCode.PASSED, CALM, attrs.evolve(CALM, mode=Mode.MANUAL, pressed=True, passed=True)),
    (DenialCode.ALREADY_FIRED, CALM, attrs.evolve(CALM, already_fired=True)),
    (DenialCode.LOCKED, attrs.evolve(CALM, lock=Lock(NOW, "w")), attrs.evolve(CALM, lock=Lock(NOW + 1, "w"))),
    (DenialCode.SHOTS, exposed(shots_today=5), exposed(shots_today=6)),
    (DenialCode.OPEN_POSITIONS, exposed(open_positions=0), exposed(open_positions=1)),
    (DenialCode.NO_STOP, CALM, attrs.evolve(CALM, signal=attrs.evolve(BUY, sl=0.0))),
    (DenialCode.NO_EQUITY, CALM, funds(opening_equity=None)),
    (DenialCode.NO_EQUITY, CALM, funds(opening_equity=0.0)),
    (DenialCode.NO_EQUITY, CALM, funds(equity=-1.0)),
    (DenialCode.DAILY_LOSS, exposed(realised_today=-200.0), exposed(realised_today=-200.01)),
    (DenialCode.DAILY_LOSS, exposed(open_risk=200.0), exposed(open_risk=200.01)),
    (
        DenialCode.DAILY_LOSS,
        exposed(realised_today=500.0, open_risk=200.0),
        exposed(realised_today=500.0, open_risk=200.01),
    ),
    (DenialCode.DAILY_LOSS, exposed(realised_today=-100.0, open_risk=100.0), exposed(open_risk=float("inf"))),
    # Half a lot at 1.1 is 55,000: a margin of 550.
    (DenialCode.MARGIN_LEVEL, funds(margin=4_450.0), funds(margin=4_450.01)),
    (DenialCode.MARGIN_LEVEL, funds(free_margin=550.0), funds(free_margin=549.99)),
    (DenialCode.NO_SPEC, CALM, attrs.evolve(CALM, spec=None)),
    (DenialCode.TRADE_MODE, dealt(trade_mode="long_only"), dealt(trade_mode="short_only")),
    (DenialCode.TRADE_MODE, dealt(SELLING, trade_mode="short_only"), dealt(SELLING, trade_mode="long_only")),
    (DenialCode.TRADE_MODE, CALM, dealt(trade_mode="close_only")),
    (DenialCode.TRADE_MODE, CALM, dealt(trade_mode="disabled")),
    (DenialCode.MARKET_CLOSED, at(1_380, hours=((1_380, 7_200),)), at(1_379, hours=((1_380, 7_200),))),
    (DenialCode.MARKET_CLOSED, at(7_199, hours=((1_380, 7_200),)), at(7_200, hours=((1_380, 7_200),))),
    (
        DenialCode.MARKET_CLOSED,
        attrs.evolve(at(1_320, hours=((1_380, 7_200),)), utc_offset=HOUR_MS),
        at(1_320, hours=((1_380, 7_200),)),
    ),
    # From the bid, 1.0999: 190 points to the stop, 310 to the target.
    (DenialCode.STOPS, dealt(stops_level=190), dealt(stops_level=191)),
    (
        DenialCode.STOPS,
        attrs.evolve(dealt(stops_level=10), signal=attrs.evolve(BUY, tp=1.1)),
        attrs.evolve(dealt(stops_level=11), signal=attrs.evolve(BUY, tp=1.1)),
    ),
    (
        DenialCode.STOPS,
        attrs.evolve(dealt(SELLING, stops_level=190)),
        attrs.evolve(dealt(SELLING, stops_level=191)),
    ),
    (DenialCode.STOPS, CALM, attrs.evolve(CALM, signal=attrs.evolve(BUY, sl=1.102))),
    (DenialCode.STOPS, CALM, attrs.evolve(CALM, signal=attrs.evolve(BUY, tp=1.099))),
    (DenialCode.VOLUME, dealt(volume_min=0.5), dealt(volume_min=0.51)),
    (DenialCode.VOLUME, asked(0.01), asked(0.009)),
    (DenialCode.VOLUME, asked(0.12), asked(0.125)),
    # Half a lot loses the 100 that one per cent of the account is.
    (DenialCode.RISK, asked(0.5), asked(0.51)),
    (DenialCode.RISK, asked(0.25, half_risk="losses"), asked(0.26, half_risk="losses")),
    (DenialCode.NO_QUOTE, CALM, attrs.evolve(CALM, quote=None)),
    (
        DenialCode.STALE_QUOTE,
        attrs.evolve(CALM, quote=Quote(1.0999, 1.1, NOW - 60_000)),
        attrs.evolve(CALM, quote=Quote(1.0999, 1.1, NOW - 60_001)),
    ),
    (
        DenialCode.CROSSED_QUOTE,
        attrs.evolve(CALM, quote=Quote(1.1, 1.1, NOW)),
        attrs.evolve(CALM, quote=Quote(1.10001, 1.1, NOW)),
    ),
    (
        DenialCode.PRICE_COLLAR,
        attrs.evolve(CALM, quote=Quote(1.1, 1.1003, NOW)),
        attrs.evolve(CALM, quote=Quote(1.1, 1.10031, NOW)),
    ),
    (
        DenialCode.PRICE_COLLAR,
        attrs.evolve(CALM, quote=Quote(1.0996, 1.0997, NOW)),
        attrs.evolve(CALM, quote=Quote(1.0996, 1.09969, NOW)),
    ),
    # Bid 1.0999, ask 1.1; a broker that wants ten points.
    (DenialCode.ENTRY, pending("limit", 1.0999), pending("limit", 1.09991)),
    (DenialCode.ENTRY, pending("stop", 1.1001), pending("stop", 1.10009)),
    (DenialCode.ENTRY, pending("limit", 1.0999), pending("limit", 1.1001)),
    (DenialCode.ENTRY, pending("stop", 1.1001), pending("stop", 1.0999)),
    (DenialCode.ENTRY, pending("limit", 1.1001, SELLING), pending("limit", 1.10009, SELLING)),
    (DenialCode.ENTRY, pending("stop", 1.0999, SELLING), pending("stop", 1.09991, SELLING)),
    # A pending order's stop and target are measured from its entry.
    (DenialCode.STOPS, pending("limit", 1.0981), pending("limit", 1.09809)),
    (DenialCode.STOPS, pending("stop", 1.1029), pending("stop", 1.10291)),
    (DenialCode.LOTS, funds(), dealt(volume_min=5.01)),
    (DenialCode.FIRES_PER_MINUTE, paced(user_last_minute=5), paced(user_last_minute=6)),
    (DenialCode.FIRES_PER_MINUTE, paced(hub_last_minute=59), paced(hub_last_minute=60)),
    (DenialCode.REPEATED, paced(like_last_ten_minutes=4), paced(like_last_ten_minutes=5)),
]


@pytest.mark.parametrize(("code", "passes", "fails"), BOUNDARIES, ids=[code for code, _, _ in BOUNDARIES])
def test_boundary(code: DenialCode, passes: Situation, fails: Situation) -> None:
    assert isinstance(decide(passes, SETTINGS, TIER), Order)
    denied = decide(fails, SETTINGS, TIER)
    assert isinstance(denied, Denied)
    assert denied.code is code
    assert denied.message
    assert "\n" not in denied.message


def test_asked_lots_are_never_cut() -> None:
    rich = funds(balance=1e6, equity=1e6, free_margin=1e6, opening_equity=1e6)
    fired = decide(attrs.evolve(rich, terms=Terms(lot=5.0)), SETTINGS, TIER)
    assert isinstance(fired, Order)
    assert fired.lot == 5.0
    denied = decide(attrs.evolve(rich, terms=Terms(lot=5.01)), SETTINGS, TIER)
    assert isinstance(denied, Denied)
    assert denied.code is DenialCode.LOTS


def test_a_pending_order_is_priced_by_its_own_entry() -> None:
    order = decide(attrs.evolve(pending("limit", 1.099), terms=Terms(kind="limit", good_till=NOW + 1)), SETTINGS, TIER)
    assert isinstance(order, Order)
    # Ten pips to the stop: twice the lots of twenty. The collar is for fires at the market.
    assert (order.kind, order.entry, order.lot, order.good_till) == ("limit", 1.099, 1.0, NOW + 1)


def test_the_value_of_a_fire_from_both_sides() -> None:
    assert isinstance(decide(CALM, attrs.evolve(SETTINGS, max_value=55_000.0), TIER), Order)
    denied = decide(CALM, attrs.evolve(SETTINGS, max_value=54_999.99), TIER)
    assert isinstance(denied, Denied)
    assert denied.code is DenialCode.VALUE


def test_the_mode_must_be_the_tiers() -> None:
    denied = decide(attrs.evolve(CALM, mode=Mode.SEMI), SETTINGS, TIERS["NIBBLER"])
    assert denied == Denied(code=DenialCode.MODE, message="mode semi is not among the tier's: manual")


def test_every_code_has_a_meaning_and_a_case() -> None:
    assert all(code.meaning.endswith(".") for code in DenialCode)
    assert {code for code, _, _ in BOUNDARIES} | {DenialCode.VALUE} == set(DenialCode)


def test_a_denial_says_the_numbers() -> None:
    denied = decide(exposed(realised_today=-150.0, open_risk=60.0), SETTINGS, TIER)
    assert denied == Denied(
        code=DenialCode.DAILY_LOSS,
        message="lost today 150.00, at risk 60.00, this fire 100.00: together above the day's cap of 300.00",
    )


FAULTS: list[tuple[DenialCode, Callable[[Situation], Situation]]] = [
    (DenialCode.HALTED, lambda s: attrs.evolve(s, hub_state=TradingState.HALTED)),
    (DenialCode.REDUCING, lambda s: attrs.evolve(s, user_state=TradingState.REDUCING)),
    (DenialCode.SESSION_NOT_LIVE, lambda s: attrs.evolve(s, session_state="lost")),
    (DenialCode.CLOCK_SKEW, lambda s: attrs.evolve(s, clocks_agree=False)),
    (DenialCode.BUSY, lambda s: attrs.evolve(s, busy=True)),
    (DenialCode.SIGNAL_EXPIRED, lambda s: attrs.evolve(s, signal=attrs.evolve(s.signal, expires=NOW))),
    (DenialCode.REQUEST_EXPIRED, lambda s: attrs.evolve(s, request_expires=1)),
    (DenialCode.VETOED, lambda s: attrs.evolve(s, size=0.0)),
    (DenialCode.CORRELATED, lambda s: attrs.evolve(s, conflict="BUY GBPUSD is the same bet")),
    (DenialCode.COUNTDOWN, lambda s: attrs.evolve(s, mode=Mode.SEMI)),
    (DenialCode.PASSED, lambda s: attrs.evolve(s, passed=True)),
    (DenialCode.ALREADY_FIRED, lambda s: attrs.evolve(s, already_fired=True)),
    (DenialCode.LOCKED, lambda s: attrs.evolve(s, lock=Lock(NOW + 1, "w"))),
    (DenialCode.SHOTS, lambda s: attrs.evolve(s, exposure=attrs.evolve(s.exposure, shots_today=99))),
    (DenialCode.OPEN_POSITIONS, lambda s: attrs.evolve(s, exposure=attrs.evolve(s.exposure, open_positions=99))),
    (DenialCode.NO_STOP, lambda s: attrs.evolve(s, signal=attrs.evolve(s.signal, sl=0.0))),
    (DenialCode.NO_EQUITY, lambda s: attrs.evolve(s, funds=attrs.evolve(s.funds, opening_equity=None))),
    (DenialCode.DAILY_LOSS, lambda s: attrs.evolve(s, exposure=attrs.evolve(s.exposure, realised_today=-9e9))),
    (DenialCode.MARGIN_LEVEL, lambda s: attrs.evolve(s, funds=attrs.evolve(s.funds, margin=1e9))),
    (DenialCode.TRADE_MODE, lambda s: attrs.evolve(s, spec=_spec(s, trade_mode="disabled"))),
    (DenialCode.MARKET_CLOSED, lambda s: attrs.evolve(s, spec=_spec(s, hours=((0, 1),)))),
    (DenialCode.STOPS, lambda s: attrs.evolve(s, spec=_spec(s, stops_level=9_999))),
    (DenialCode.VOLUME, lambda s: attrs.evolve(s, spec=_spec(s, volume_min=4.0))),
    (DenialCode.STALE_QUOTE, lambda s: attrs.evolve(s, quote=Quote(1.0999, 1.1, 1))),
    (DenialCode.FIRES_PER_MINUTE, lambda s: attrs.evolve(s, pace=attrs.evolve(s.pace, hub_last_minute=10**9))),
    (DenialCode.REPEATED, lambda s: attrs.evolve(s, pace=attrs.evolve(s.pace, like_last_ten_minutes=10**9))),
]


def _spec(situation: Situation, **change: object) -> SymbolSpec:
    return attrs.evolve(situation.spec or SPEC, **change)  # type: ignore[arg-type]


def test_of_two_faults_the_earlier_is_told() -> None:
    for (first, spoil), (_, spoil_more) in combinations(FAULTS, 2):
        denied = decide(spoil_more(spoil(CALM)), SETTINGS, TIER)
        assert isinstance(denied, Denied)
        assert denied.code is first
    assert [code for code, _ in FAULTS] == [code for code in DenialCode if code in dict(FAULTS)]


def test_a_benchmark_can_lift_every_limit() -> None:
    lifted = RiskSettings(
        collar_pips=1e9,
        max_quote_age_s=10**9,
        margin_level_pct=0.0,
        max_lots=1e9,
        max_value=1e15,
        fires_per_minute_user=10**9,
        fires_per_minute_hub=10**9,
        like_fires=10**9,
    )
    tier = Tier(10**9, 10**9, 1.0, 1e9, tuple(Mode))
    busy = attrs.evolve(
        CALM,
        exposure=Exposure(shots_today=10**8, open_positions=10**8, realised_today=-1e9, open_risk=1e9),
        pace=Pace(user_last_minute=10**8, hub_last_minute=10**8, like_last_ten_minutes=10**8),
        funds=attrs.evolve(CALM.funds, margin=1e6),
    )
    assert isinstance(decide(busy, lifted, tier), Order)


def test_the_tiers_as_shipped() -> None:
    assert {name: attrs.astuple(tier) for name, tier in TIERS.items()} == {
        "NIBBLER": (6, 1, 1.0, 3.0, ("manual",)),
        "FANG": (10, 2, 1.0, 4.0, ("manual", "semi")),
        "COMMANDER": (20, 5, 1.5, 5.0, ("manual", "semi", "auto")),
        "APEX": (60, 10, 2.0, 6.0, ("manual", "semi", "auto")),
    }


def test_a_tier_refuses_a_mode_that_is_none() -> None:
    with pytest.raises(ValueError, match="modes: 'fast' must be one of manual, semi, auto"):
        Tier(modes=("manual", "fast"))


money = st.floats(5_000, 20_000)
points_away = st.integers(-32, 32)


BROKEN: dict[str, DenialCode] = {
    "life": DenialCode.SIGNAL_EXPIRED,
    "size": DenialCode.VETOED,
    "shots": DenialCode.SHOTS,
    "open": DenialCode.OPEN_POSITIONS,
    "age": DenialCode.STALE_QUOTE,
    "crossed": DenialCode.CROSSED_QUOTE,
}
BY_THE_NUMBERS = {
    DenialCode.DAILY_LOSS,
    DenialCode.MARGIN_LEVEL,
    DenialCode.STOPS,
    DenialCode.VOLUME,
    DenialCode.PRICE_COLLAR,
}


@st.composite
def situations(draw: st.DrawFn, broken: str) -> Situation:
    """Moments near the limits, one of which is broken by name and some by the numbers."""
    direction = draw(st.sampled_from(Direction))
    sign = direction.sign
    bid = round(1.1 + draw(points_away) * 0.00001, 5)
    signal = attrs.evolve(
        BUY,
        direction=direction,
        entry=1.1,
        sl=round(1.1 - sign * draw(st.integers(50, 400)) * 0.00001, 5),
        tp=round(1.1 + sign * draw(st.integers(50, 400)) * 0.00001, 5),
        expires=NOW + (0 if broken == "life" else draw(st.sampled_from((60_000, 1)))),
    )
    spread = -1 if broken == "crossed" else draw(st.sampled_from((5, 0, 12)))
    return attrs.evolve(
        CALM,
        signal=signal,
        size=0.0 if broken == "size" else draw(st.sampled_from((1.0, 0.75, 0.5, 0.25))),
        half_risk=draw(st.sampled_from(("", "", "losses"))),
        funds=Funds(
            balance=draw(money),
            equity=draw(money),
            margin=draw(st.floats(0, 3_000)),
            free_margin=draw(money),
            leverage=draw(st.sampled_from((30, 100, 500))),
            opening_equity=draw(money),
        ),
        exposure=Exposure(
            shots_today=6 if broken == "shots" else draw(st.integers(0, 5)),
            open_positions=2 if broken == "open" else draw(st.integers(0, 1)),
            realised_today=draw(st.floats(-200, 200)),
            open_risk=draw(st.floats(0, 200)),
        ),
        spec=attrs.evolve(SPEC, stops_level=draw(st.sampled_from((0, 10, 60)))),
        quote=Quote(
            bid,
            round(bid + spread * 0.00001, 5),
            NOW - (60_001 if broken == "age" else draw(st.sampled_from((0, 60_000)))),
        ),
    )


@pytest.mark.parametrize("broken", ["", *BROKEN])
@given(data=st.data())
def test_an_order_that_passed_breaks_no_limit(broken: str, data: st.DataObject) -> None:
    situation, tier = data.draw(situations(broken)), Tier(6, 2, 1.0, 3.0, tuple(Mode))
    order = decide(situation, SETTINGS, tier)
    if isinstance(order, Denied):
        assert order.code in {BROKEN.get(broken), *BY_THE_NUMBERS}
        return
    assert not broken
    quote, exposure, account = situation.quote, situation.exposure, situation.funds
    assert quote is not None
    assert account.opening_equity is not None
    sign = order.direction.sign
    budget = 0.01 * min(account.balance, account.equity) * situation.size * (0.5 if situation.half_risk else 1)
    assert order.risk == pytest.approx((order.entry - order.sl) * sign * 100_000 * order.lot)
    assert 0 < order.risk <= budget * (1 + 1e-12)
    assert 0.01 <= order.lot <= 5
    assert order.lot * 100 == pytest.approx(round(order.lot * 100))
    assert exposure.shots_today < 6
    assert exposure.open_positions < 2
    lost = max(0.0, -exposure.realised_today) + exposure.open_risk + order.risk
    assert lost <= account.opening_equity * 0.03 + 1e-6
    assert account.equity >= 2 * (account.margin + order.lot * order.entry * 100_000 / account.leverage) - 1e-6
    assert situation.market_now < situation.signal.expires
    assert not quote.crossed
    assert abs(order.entry - situation.signal.entry) <= 0.0003 + 1e-9
    closing = quote.exit(order.direction)
    level = (situation.spec or SPEC).stops_level * 0.00001 - 1e-9
    assert (closing - order.sl) * sign >= level
    assert (order.tp - closing) * sign >= level
