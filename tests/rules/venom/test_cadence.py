"""Cadence: each gate from both sides of its limit."""

from typing import Literal

import attrs
import pytest

from bitten.messages import Evaluate
from bitten.rules.venom.cadence import Cadence, market_gate
from bitten.rules.venom.context import MarketView
from bitten.rules.venom.settings import VenomSettings
from bitten.units import HOUR_MS, MINUTE_MS, Quote
from tests.rules.venom.drawn import M5_MS, QUIET, SPEC, START, drawn, price, seen

AT = START + 20 * M5_MS
Trigger = Literal["bar", "tick"]


def gate(view: MarketView, trigger: Trigger = "bar", utc_offset: int = 0) -> str:
    return market_gate(view, Evaluate(symbol="EURUSD", trigger=trigger, at=view.at), utc_offset, VenomSettings())


def quoted(spread: float = 1.0, age: int = 0) -> MarketView:
    return seen(drawn([QUIET] * 20), quote=Quote(price(0), price(spread), AT - age))


@pytest.mark.parametrize(
    ("passes", "stopped", "word"),
    [
        (quoted(0), quoted(-0.1), "crossed_quote"),
        (quoted(age=60_000), quoted(age=60_001), "stale_tick"),
        (quoted(3.0), quoted(3.1), "spread"),
        (seen(drawn([QUIET] * 20)), seen(drawn([QUIET] * 19)), "unwarmed"),
        (seen(drawn([QUIET] * 21)), seen(drawn([QUIET] * 21), at=AT + 2 * M5_MS, quote=quoted().quote), "stale_tick"),
    ],
)
def test_gate(passes: MarketView, stopped: MarketView, word: str) -> None:
    assert gate(passes) == ""
    assert gate(stopped) == word


@pytest.mark.parametrize(
    ("mode", "word"),
    [("full", ""), ("long_only", ""), ("short_only", ""), ("close_only", "not_traded"), ("disabled", "not_traded")],
)
def test_a_symbol_that_is_not_traded_makes_no_signal(
    mode: Literal["full", "long_only", "short_only", "close_only", "disabled"], word: str
) -> None:
    assert gate(seen(drawn([QUIET] * 20), spec=attrs.evolve(SPEC, trade_mode=mode))) == word


def test_a_bar_that_was_not_seen_whole_is_not_judged_but_a_tick_is() -> None:
    view = seen(drawn([QUIET] * 20), at=AT + M5_MS, quote=Quote(price(0), price(1), AT + M5_MS))
    assert gate(view) == "partial_bar"
    assert gate(view, "tick") == ""


MONDAY_MINUTES = 24 * 60


@pytest.mark.parametrize(
    ("minute", "expected"), [(7 * 60 + 59, False), (8 * 60, True), (16 * 60 - 1, True), (16 * 60, False)]
)
def test_hours_are_minutes_of_the_brokers_week(minute: int, expected: bool) -> None:
    spec = attrs.evolve(SPEC, hours=((MONDAY_MINUTES + 8 * 60, MONDAY_MINUTES + 16 * 60),))
    midnight = START - 8 * HOUR_MS
    assert spec.is_open(midnight + minute * MINUTE_MS) is expected
    assert spec.is_open(midnight + minute * MINUTE_MS + 7 * 24 * HOUR_MS) is expected


def test_the_brokers_clock_decides_what_is_closed() -> None:
    end = MONDAY_MINUTES + (AT - START + 8 * HOUR_MS) // MINUTE_MS
    view = seen(drawn([QUIET] * 20), spec=attrs.evolve(SPEC, hours=((0, end),)))
    assert gate(view, utc_offset=0) == "market_closed"
    assert gate(view, utc_offset=-1) == ""


def test_the_cool_down_ends_on_its_millisecond() -> None:
    cadence = Cadence(VenomSettings())
    assert cadence.too_soon(AT) == ""
    cadence.made(AT)
    assert cadence.too_soon(AT + 299_999) == "cool_down"
    assert cadence.too_soon(AT + 300_000) == ""


def test_three_an_hour_and_a_fourth_when_the_first_is_an_hour_old() -> None:
    cadence = Cadence(VenomSettings())
    for minutes in (0, 10, 20):
        assert cadence.too_soon(AT + minutes * MINUTE_MS) == ""
        cadence.made(AT + minutes * MINUTE_MS)
    assert cadence.too_soon(AT + HOUR_MS - 1) == "hourly_limit"
    assert cadence.too_soon(AT + HOUR_MS) == ""


def test_a_cool_down_may_be_longer_than_an_hour() -> None:
    cadence = Cadence(VenomSettings(cool_down_s=7200))
    cadence.made(AT)
    assert cadence.too_soon(AT + 2 * HOUR_MS - 1) == "cool_down"
    assert cadence.too_soon(AT + 2 * HOUR_MS) == ""


def test_configuration_can_lift_both_limits() -> None:
    cadence = Cadence(VenomSettings(cool_down_s=0, max_per_hour=10**9))
    for _ in range(100):
        cadence.made(AT)
        assert cadence.too_soon(AT) == ""
