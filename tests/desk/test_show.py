"""A status as people read it."""

import attrs
import pytest

from bitten.desk.show import show_status
from bitten.wire.sight import SilenceCount, SpreadStatus
from tests.desk.watch.samples import STATUS


def test_it_says_what_spreads_are_and_why_there_is_no_signal(capsys: pytest.CaptureFixture[str]) -> None:
    silences = (
        SilenceCount(pattern="BAND_FADE", reason="nothing_found", count=2_000),
        SilenceCount(pattern="", reason="spread", count=1_200),
        SilenceCount(pattern="SWEEP_RETURN", reason="off_hours", count=3),
    )
    spreads = (SpreadStatus(symbol="EURUSD", bars=288, newest=0.8, median=1, high=1.4, highest=6.25),)
    show_status(attrs.evolve(STATUS, silences=silences, spreads=spreads))
    said = " ".join(capsys.readouterr().out.split())
    assert "spread of EURUSD: 0.8 pips, median 1, 95 % 1.4, highest 6.25 of 288 bars of M5" in said
    assert "no signal: spread 1,200, SWEEP_RETURN off_hours 3" in said
    assert "nothing_found" not in said
