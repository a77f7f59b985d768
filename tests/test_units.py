"""Prices on the tick size: whole ticks are what the decimal rule says, also where binary fractions would differ."""

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.venom.drawn import SPEC

tick_sizes = st.one_of(
    st.sampled_from((0.00001, 0.001, 0.01, 0.25, 0.00025, 1.0, 5.0, 1 / 3)), st.floats(1e-12, 1e6), st.just(5e-324)
)
prices = st.one_of(st.floats(-1e9, 1e9), st.integers(0, 400_000).map(lambda n: n / 200_000), st.just(0.0))


@given(size=tick_sizes, price=prices)
def test_a_price_is_rounded_as_decimals_are(size: float, price: float) -> None:
    steps = (Decimal(str(price)) / Decimal(str(size))).to_integral_value()
    spec = attrs.evolve(SPEC, tick_size=size)
    assert spec.ticks(price) == steps
    assert spec.round_price(price) == pytest.approx(float(steps * Decimal(str(size))), rel=1e-15, abs=0)


@given(size=st.sampled_from((0.00001, 0.001, 0.25, 0.00025, 5.0)), ticks=st.integers(-(10**8), 10**8))
def test_so_many_ticks_are_the_price_that_is_written(size: float, ticks: int) -> None:
    spec = attrs.evolve(SPEC, tick_size=size)
    assert spec.price_of(ticks) == float(Decimal(str(size)) * ticks)
    assert spec.ticks(spec.price_of(ticks)) == ticks


@pytest.mark.parametrize(("price", "rounded"), [(1.100005, 1.1), (1.100015, 1.10002), (1.1000149, 1.10001)])
def test_of_two_that_are_as_near_the_even_one(price: float, rounded: float) -> None:
    assert SPEC.round_price(price) == rounded
