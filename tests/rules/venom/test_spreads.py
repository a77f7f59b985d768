"""What a symbol's spread usually is."""

import pytest

from bitten.rules.venom import Venom, VenomSettings
from bitten.rules.venom.spreads import KEPT, Spread, Spreads
from tests.rules.venom.drawn import M5_MS, SPEC, START

PIP = 0.0001


def test_before_the_first_bar_nothing_is_known() -> None:
    assert Spreads().summary(PIP) is None


def test_it_is_told_in_pips() -> None:
    spreads = Spreads()
    for pips in [1.0] * 18 + [2.0, 7.5, 0.8]:
        spreads.add(1.1, 1.1 + pips * PIP)
    assert spreads.summary(PIP) == Spread(bars=21, newest=0.8, median=1.0, high=2.0, highest=7.5)


def test_a_crossed_quote_has_none_and_a_quote_without_a_spread_has_0() -> None:
    spreads = Spreads()
    spreads.add(1.1001, 1.1)
    assert spreads.summary(PIP) is None
    spreads.add(1.1, 1.1)
    assert spreads.summary(PIP) == Spread(bars=1, newest=0.0, median=0.0, high=0.0, highest=0.0)


@pytest.mark.parametrize(("bars", "highest"), [(KEPT - 1, 9.0), (KEPT, 1.0)])
def test_only_a_days_bars_count(bars: int, highest: float) -> None:
    spreads = Spreads()
    spreads.add(1.1, 1.1 + 9 * PIP)
    for _ in range(bars):
        spreads.add(1.1, 1.1 + PIP)
    found = spreads.summary(PIP)
    assert found is not None
    assert (found.highest, found.bars) == (highest, KEPT)


def test_venom_notes_the_last_quote_of_each_bar_of_the_source_alone() -> None:
    venom = Venom(VenomSettings(sources=("alice", "bob")), [])
    for user in ("alice", "bob"):
        venom.spec(user, SPEC, 0)
    for bar, pips in enumerate((1.0, 2.0, 3.0)):
        venom.tick("bob", SPEC.symbol, START + bar * M5_MS, 1.1, 1.1 + 8 * PIP)
        venom.tick("bob", SPEC.symbol, START + (bar + 1) * M5_MS - 1, 1.1, 1.1 + pips * PIP)
    assert venom.statistics().spreads[SPEC.symbol] == Spread(bars=2, newest=2.0, median=1.5, high=1.95, highest=2.0)
    # A better source takes over, and the spread is another broker's from now on.
    venom.tick("alice", SPEC.symbol, START + 3 * M5_MS, 1.1, 1.1001)
    assert venom.statistics().spreads == {}
