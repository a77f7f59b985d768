"""Patterns by the names that the configuration uses."""

from pkgutil import resolve_name

import pytest

from bitten.errors import ConfigError
from bitten.rules.venom.registry import BUILT_IN, build
from bitten.rules.venom.settings import VenomSettings

OWN = "tests.rules.venom.patterns:Witness"


def test_the_default_is_every_pattern_that_comes_with_bitten() -> None:
    patterns = build(VenomSettings(), resolve_name)
    assert [pattern.name for pattern in patterns] == list(BUILT_IN)


def test_a_users_own_class_is_added_by_its_name() -> None:
    patterns = build(VenomSettings(patterns=("BAND_FADE", OWN)), resolve_name)
    assert [pattern.name for pattern in patterns] == ["BAND_FADE", "WITNESS"]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (
            ("BAND_FADED",),
            "'BAND_FADED': must be one of LIQUIDITY_SWEEP_REVERSAL, ORDER_BLOCK_BOUNCE, FAIR_",
        ),
        (("no.such.module:Thing",), "'no.such.module:Thing': No module named 'no'"),
        (("tests.rules.venom.patterns:NotAPattern",), "it needs name, kind, trigger and detect"),
        (("tests.rules.venom.drawn:START",), "is no class"),
        ((OWN, OWN), "there is another one called WITNESS"),
    ],
)
def test_a_name_that_is_no_pattern_is_refused_with_the_reason(names: tuple[str, ...], says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build(VenomSettings(patterns=names), resolve_name)
    assert says in str(caught.value)
    assert str(caught.value).startswith("[venom] patterns: ")


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        build(VenomSettings(patterns=("A", "B", "BAND_FADE")), resolve_name)
    assert len(caught.value.problems) == 2
