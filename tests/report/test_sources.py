"""The bars beside a journal: a replay's file, a hub's tape, or none."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from bitten.errors import BittenError
from bitten.messages import Timeframe
from bitten.replay.bars import candles_of, write_bars
from bitten.report.sources import bars_beside
from bitten.rules.bars import SymbolBars
from bitten.rules.series import Bars
from bitten.tape import TapeSettings, open_tape
from tests.replay.samples import feed, market

TICKS = 3_000


def same(one: Bars, other: Bars) -> bool:
    """Times and prices; a file tells no volume."""
    pairs = zip(
        (one.time, one.open, one.high, one.low, one.close),
        (other.time, other.open, other.high, other.low, other.close),
        strict=True,
    )
    return all(np.array_equal(*pair) for pair in pairs)


def test_the_bars_of_a_market_are_those_that_venom_makes() -> None:
    brain, played = SymbolBars(), market(1, TICKS)
    for place in range(len(played)):
        brain.add(int(played.time[place]), float(played.bid[place]))
    found = candles_of(played)["EURUSD"]
    end = Timeframe.M5.open_time(int(played.time[-1]))
    assert len(found) > 20
    assert same(found, brain.view(Timeframe.M5, end, 500))


def test_a_file_tells_what_was_written(tmp_path: Path) -> None:
    bars = candles_of(market(2, TICKS, "EURUSD", "GBPUSD"))
    write_bars(tmp_path / "bars.csv", bars)
    found = bars_beside(tmp_path / "journal.sqlite")
    assert found.keys() == bars.keys() == {"EURUSD", "GBPUSD"}
    assert all(same(found[symbol], bars[symbol]) for symbol in bars)


@pytest.mark.parametrize("text", ["", "symbol,time\n", "symbol,time,open,high,low,close\nEURUSD,now,1,1,1,1\n"])
def test_a_file_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "bars.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BittenError, match=r"bars\.csv"):
        bars_beside(tmp_path / "journal.sqlite")


def test_a_tape_tells_the_same_and_of_one_source_alone(tmp_path: Path) -> None:
    journal = tmp_path / "journal.sqlite"
    with open_tape(journal, TapeSettings()) as kept:
        assert kept is not None
        for tick in islice(feed(1, TICKS).ticks(), TICKS):
            kept.put(("tick", "amy", tick.symbol, tick.time, tick.bid, tick.ask))
            kept.put(("tick", "bob", tick.symbol, tick.time, tick.bid + 1, tick.ask + 1))
    found, expected = bars_beside(journal)["EURUSD"], candles_of(market(1, TICKS))["EURUSD"]
    assert same(found, expected)


def test_the_history_of_a_session_is_part_of_it(tmp_path: Path) -> None:
    journal, begin = tmp_path / "journal.sqlite", 1_709_535_600_000
    rows = [[begin + n * 300_000, 1.1, 1.2, 1.0, 1.15, 9.0] for n in range(3)]
    with open_tape(journal, TapeSettings()) as kept:
        assert kept is not None
        kept.put(("seed", "amy", "EURUSD", "M5", rows))
        kept.put(("tick", "amy", "EURUSD", begin + 900_001, 1.15, 1.16))
    found = bars_beside(journal)["EURUSD"]
    assert found.time.tolist() == [row[0] for row in rows]


def test_where_nothing_was_kept_there_is_nothing(tmp_path: Path) -> None:
    assert bars_beside(tmp_path / "journal.sqlite") == {}
