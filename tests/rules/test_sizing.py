"""Lots: never above the risk, never off the step, never rounded up."""

from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.rules.sizing import loss, risk_budget, size_lot
from bitten.units import SymbolSpec
from tests.rules.venom.drawn import SPEC

EVERYTHING = 1e6


def lot(balance: float, risk_pct: float, distance: float, size: float = 1.0, most: float = EVERYTHING) -> Decimal:
    return size_lot(SPEC, risk_budget(balance, balance, risk_pct, size), distance, most)


@pytest.mark.parametrize(
    ("balance", "risk_pct", "distance", "expected"),
    [
        (10_000, 1.0, 0.001, "1.00"),  # 10 pips of 10 a lot: 100 of 100
        (9_999.99, 1.0, 0.001, "0.99"),
        (10_000, 1.0, 0.0011, "0.90"),
        (10_000, 2.9, 0.001, "2.90"),  # 0.29 / 0.01 is 28.999… in binary
        (100, 1.0, 0.01, "0"),
        (1_000, 1.0, 0.01, "0.01"),
        (10_000_000, 1.0, 0.001, "100.00"),  # the symbol's maximum
    ],
)
def test_the_formula(balance: float, risk_pct: float, distance: float, expected: str) -> None:
    assert lot(balance, risk_pct, distance) == Decimal(expected)


def test_below_the_minimum_there_is_no_lot() -> None:
    assert lot(1_000, 1.0, 0.01) == Decimal("0.01")
    assert lot(999.99, 1.0, 0.01) == 0


def test_the_smaller_of_balance_and_equity_counts() -> None:
    assert risk_budget(10_000, 8_000, 1.0, 0.5) == risk_budget(8_000, 10_000, 1.0, 0.5) == 40
    assert risk_budget(10_000, -5, 1.0, 1.0) == 0


def test_no_more_than_a_fire_may_have() -> None:
    assert lot(10_000, 1.0, 0.001, most=0.555) == Decimal("0.55")
    assert lot(10_000, 1.0, 0.001, most=0.009) == 0


@st.composite
def specs(draw: st.DrawFn) -> SymbolSpec:
    digits = draw(st.integers(0, 6))
    step = draw(st.sampled_from((0.001, 0.01, 0.1, 0.25, 1.0)))
    return attrs.evolve(
        SPEC,
        digits=digits,
        tick_size=float(Decimal(1).scaleb(-digits)),
        tick_value=draw(st.floats(1e-6, 1e4)),
        volume_step=step,
        volume_min=step * draw(st.integers(1, 10)),
        volume_max=draw(st.floats(1.0, 1e4)),
    )


money = st.floats(0, 1e8)
percent = st.floats(0, 100)
share = st.floats(0, 1)
distances = st.floats(1e-6, 1e4)


@given(spec=specs(), balance=money, equity=money, risk_pct=percent, size=share, distance=distances, most=money)
def test_never_above_the_risk_never_off_the_step_never_up(
    spec: SymbolSpec, balance: float, equity: float, risk_pct: float, size: float, distance: float, most: float
) -> None:
    budget = risk_budget(balance, equity, risk_pct, size)
    sized = size_lot(spec, budget, distance, min(most, EVERYTHING))

    def exact(number: float | Decimal) -> Fraction:
        return Fraction(str(number))

    lost = exact(distance) * exact(spec.tick_value) * exact(sized) / exact(spec.tick_size)
    assert lost <= exact(min(balance, equity)) * exact(risk_pct) * exact(size) / 100
    assert exact(sized) % exact(spec.volume_step) == 0
    assert sized == 0 or exact(spec.volume_min) <= exact(sized) <= min(exact(spec.volume_max), exact(most))
    step_more = exact(sized) + exact(spec.volume_step)
    if sized and step_more <= min(exact(spec.volume_max), exact(most), exact(EVERYTHING)):
        assert step_more * exact(distance) * exact(spec.tick_value) > exact(budget) * exact(spec.tick_size)


@given(spec=specs(), balance=money, less=percent, more=percent, size=share, distance=distances)
def test_more_risk_is_never_fewer_lots(
    spec: SymbolSpec, balance: float, less: float, more: float, size: float, distance: float
) -> None:
    lots = [
        size_lot(spec, risk_budget(balance, balance, risk_pct, size), distance, EVERYTHING)
        for risk_pct in sorted((less, more))
    ]
    assert lots[0] <= lots[1]


@given(spec=specs(), distance=distances, lots=st.integers(0, 1000))
def test_the_loss_is_that_of_the_units(spec: SymbolSpec, distance: float, lots: int) -> None:
    assert float(loss(spec, distance, Decimal(lots))) == pytest.approx(spec.value(distance, lots))
