"""VCB_BREAKOUT from drawn bars: each threshold from both sides, upwards and downwards."""

import pytest

from bitten.rules.venom import indicators
from bitten.rules.venom.pattern import Candidate, NoSignal
from bitten.rules.venom.vcb_breakout import VcbBreakout, VcbBreakoutSettings
from bitten.units import Direction
from tests.rules.venom.drawn import M5_MS, START, Row, drawn, facing, price, seen

SETTLING: list[Row] = [
    (0, 6, -6, (4 - place * 0.1) * (-1) ** place, 100) for place in range(40)
]  # closes swing less and less, while the bars stay as tall


def upper_band() -> float:
    """In pips, before the break."""
    return (indicators.bollinger(drawn(SETTLING))[1] - price(0)) / 0.0001


def market(beyond: float = 2.0, volume: float = 130) -> list[Row]:
    close = upper_band() + beyond
    return [*SETTLING, (0, close, 0, close, volume)]


def look(
    rows: list[Row], direction: Direction = Direction.BUY, settings: VcbBreakoutSettings | None = None
) -> Candidate | NoSignal | None:
    return VcbBreakout(settings).detect(seen(drawn(facing(direction, rows, Direction.BUY))))


def tightness() -> float:
    before = drawn(SETTLING)
    (width,) = indicators.bollinger_widths(before, 20, 2.0, 1)
    return width / (3 * indicators.atr(before, 20))


def test_the_thresholds_are_those_of_the_rule() -> None:
    assert VcbBreakoutSettings() == VcbBreakoutSettings(
        period=20,
        deviations=2.0,
        channel_atr=1.5,
        squeeze=0.8,
        break_pips=2.0,
        volume_factor=1.3,
        score_base=72.0,
        score_cap=95.0,
    )


@pytest.mark.parametrize("direction", Direction)
def test_break_and_volume(direction: Direction) -> None:
    found = look(market(2.01), direction)
    assert isinstance(found, Candidate)
    assert found.direction is direction
    assert look(market(1.99), direction) is None
    assert look(market(2.01, 129), direction) is None


@pytest.mark.parametrize("direction", Direction)
def test_squeeze(direction: Direction) -> None:
    tight = tightness()
    assert isinstance(look(market(3), direction, VcbBreakoutSettings(squeeze=tight * 1.0001)), Candidate)
    assert look(market(3), direction, VcbBreakoutSettings(squeeze=tight * 0.9999)) is None


@pytest.mark.parametrize("direction", Direction)
def test_the_bands_were_narrower_with_each_of_three_bars(direction: Direction) -> None:
    wide: Row = (0, 6, -6, 4, 100)
    for place, contracting in ((36, True), (37, False)):
        rows = [*SETTLING[:place], wide, *SETTLING[place + 1 :], (0, 12, 0, 12, 130)]
        assert isinstance(look(rows, direction), Candidate) is contracting


@pytest.mark.parametrize("direction", Direction)
def test_the_channel_is_measured_in_atr(direction: Direction) -> None:
    edge = 1.5 * tightness() / 0.8
    assert isinstance(look(market(3), direction, VcbBreakoutSettings(channel_atr=edge * 1.0001)), Candidate)
    assert look(market(3), direction, VcbBreakoutSettings(channel_atr=edge * 0.9999)) is None


@pytest.mark.parametrize("direction", Direction)
def test_the_band_is_so_many_deviations_away(direction: Direction) -> None:
    """The middle is at 0 pips, so that the band grows as its deviations do."""
    rows = market(2.01)
    assert isinstance(look(rows, direction, VcbBreakoutSettings(deviations=2.0)), Candidate)
    assert look(rows, direction, VcbBreakoutSettings(deviations=2.02)) is None


def test_bands_that_widen_are_no_squeeze() -> None:
    widening = [(0.0, 6.0, -6.0, place * 0.1 * (-1) ** place, 100.0) for place in range(40)]
    assert look([*widening, (0, 20, 0, 20, 130)]) is None
    last: Row = (0, 6, -6, 3.5, 100)  # The last bar alone is wide again.
    assert look([*SETTLING[:-1], last, (0, 20, 0, 20, 130)]) is None


def test_a_market_that_stands_still_is_none() -> None:
    still: Row = (0, 0, 0, 0, 100)
    assert look([still] * 40 + [(0, 20, 0, 20, 130)]) is None


def test_what_cannot_be_judged_is_said() -> None:
    quiet = [(o, high, low, close, 4.0) for o, high, low, close, _ in market()]
    assert look(quiet) == NoSignal("no_volume")
    assert VcbBreakout().detect(seen(drawn(market(), skip_before=-5))) == NoSignal("gap")
    assert look(market()[-23:]) == NoSignal("gap")
    assert look(market(3)[-24:]) != NoSignal("gap")


@pytest.mark.parametrize("direction", Direction)
def test_the_evidence_is_the_band_and_the_break(direction: Direction) -> None:
    found = look(market(3), direction)
    assert isinstance(found, Candidate)
    band, broken = found.evidence
    assert [band.bar_time, broken.bar_time] == [START + 39 * M5_MS, START + 40 * M5_MS]
    levels = [price(direction.sign * each) for each in (upper_band(), upper_band() + 3)]
    assert [band.price, broken.price] == pytest.approx(levels)


def test_the_score_goes_from_base_to_cap() -> None:
    tight = tightness()
    least = look(market(2.01), settings=VcbBreakoutSettings(squeeze=tight * 1.0001))
    best = look(market(9, 300), settings=VcbBreakoutSettings(squeeze=tight * 2))
    assert isinstance(least, Candidate)
    assert isinstance(best, Candidate)
    assert least.score == pytest.approx(72, abs=0.1)
    assert best.score == pytest.approx(95)
