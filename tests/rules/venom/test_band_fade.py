"""BAND_FADE from drawn bars: each threshold from both sides, at the upper and at the lower band."""

from math import inf, nextafter

import pytest

from bitten.rules.venom import indicators
from bitten.rules.venom.band_fade import BandFade, BandFadeSettings
from bitten.rules.venom.pattern import Candidate
from bitten.units import Direction
from tests.rules.venom.drawn import Row, drawn, facing, price, seen

CLIMB: list[Row] = [(place, place + 2, place - 1, place + 1, 100) for place in range(30)]
BEYOND: Row = (30, 40, 29, 31, 100)  # touches the band, wick 9 of 11 pips


def look(rows: list[Row], direction: Direction, settings: BandFadeSettings | None = None) -> Candidate | None:
    found = BandFade(settings).detect(seen(drawn(facing(direction, rows, Direction.SELL))))
    assert found is None or isinstance(found, Candidate)
    return found


def upper_band(rows: list[Row]) -> float:
    """In pips; a band depends on closes alone."""
    return (indicators.bollinger(drawn(rows))[1] - price(0)) / 0.0001


def test_the_thresholds_are_those_of_the_rule() -> None:
    assert BandFadeSettings() == BandFadeSettings(
        period=20, deviations=2.0, rsi_high=65.0, rsi_low=35.0, wick_share=0.6, score_base=70.0, score_cap=92.0
    )


@pytest.mark.parametrize("direction", Direction)
def test_touch(direction: Direction) -> None:
    band = upper_band([*CLIMB, BEYOND])
    found = look([*CLIMB, (30.5, band + 0.01, 30.5, 31, 100)], direction)
    assert found is not None
    assert found.direction is direction
    assert look([*CLIMB, (30.5, band - 0.01, 30.5, 31, 100)], direction) is None


@pytest.mark.parametrize("direction", Direction)
def test_the_band_is_so_many_deviations_away(direction: Direction) -> None:
    rows = [*CLIMB, (30.5, upper_band([*CLIMB, BEYOND]) + 0.01, 30.5, 31, 100)]
    assert look(rows, direction, BandFadeSettings(deviations=2.0)) is not None
    assert look(rows, direction, BandFadeSettings(deviations=2.01)) is None


@pytest.mark.parametrize("direction", Direction)
def test_the_bands_need_their_bars(direction: Direction) -> None:
    rows = [*CLIMB, BEYOND]
    assert look(rows, direction, BandFadeSettings(period=31)) is not None
    assert look(rows, direction, BandFadeSettings(period=32)) is None


@pytest.mark.parametrize("direction", Direction)
def test_wick(direction: Direction) -> None:
    assert look([*CLIMB, (33, 40, 30, 34, 100)], direction) is not None
    assert look([*CLIMB, (33, 40, 30, 34.1, 100)], direction) is None


def test_rsi_at_the_upper_band() -> None:
    rows = [*CLIMB[:20], *[(19, 21, 17, 18.0 + place % 2, 100) for place in range(10)], (19, 40, 18, 21, 100)]
    rsi = indicators.rsi(drawn(rows))
    assert look(rows, Direction.SELL, BandFadeSettings(rsi_high=rsi)) is not None
    assert look(rows, Direction.SELL, BandFadeSettings(rsi_high=nextafter(rsi, inf))) is None


def test_rsi_at_the_lower_band() -> None:
    rows = [*CLIMB[:20], *[(19, 21, 17, 18.0 + place % 2, 100) for place in range(10)], (19, 40, 18, 21, 100)]
    rsi = indicators.rsi(drawn(facing(Direction.BUY, rows, Direction.SELL)))
    assert look(rows, Direction.BUY, BandFadeSettings(rsi_low=rsi)) is not None
    assert look(rows, Direction.BUY, BandFadeSettings(rsi_low=nextafter(rsi, -inf))) is None


@pytest.mark.parametrize("direction", Direction)
def test_the_evidence_is_the_band_and_the_touch(direction: Direction) -> None:
    rows = [*CLIMB, BEYOND]
    found = look(rows, direction)
    assert found is not None
    band, touch = found.evidence
    assert band.price == pytest.approx(price(-direction.sign * upper_band(rows)))
    assert touch.price == pytest.approx(price(-direction.sign * 40))


def test_the_score_stays_between_base_and_cap() -> None:
    rows = [*CLIMB[:20], *[(19, 21, 17, 18.0 + place % 2, 100) for place in range(10)], (19, 40, 18, 21, 100)]
    least = look([*CLIMB, (33, 40, 30, 34, 100)], Direction.SELL, BandFadeSettings(rsi_high=99, wick_share=0.6))
    best = look([*CLIMB, (30, 90, 30, 30.1, 100)], Direction.SELL)
    middle = look(rows, Direction.SELL, BandFadeSettings(rsi_high=50))
    assert best is not None
    assert middle is not None
    assert least is not None
    assert 70 <= least.score < best.score == 92
    assert 70 <= middle.score <= 92


def test_too_few_bars_are_no_bands() -> None:
    assert look([*CLIMB[:18], BEYOND], Direction.SELL) is None
    assert look([], Direction.SELL) is None
