"""Market files: every format read to the tick, every broken line named."""

import gzip
import itertools
from pathlib import Path

import pytest

from bitten.errors import MarketFileError
from bitten.paper.market import MarketTick, bar_market, default_spec, symbol_of, tick_market
from bitten.paper.market.bar_files import read_bars
from bitten.paper.market.tick_files import read_ticks

HEADER = "<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\t<FLAGS>"
ROW = "2019.01.01\t23:00:00.078\t1.14605\t1.14643\t\t\t6"
BARS = "timestamp,open,high,low,close"
T0 = 1_546_383_600_078
"""2019-01-01 23:00:00.078 UTC."""


def written(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


def ticks_of(folder: Path, *lines: str) -> list[MarketTick]:
    return list(read_ticks(written(folder, "EURUSD.csv", *lines), "EURUSD"))


# MetaTrader's export


def test_metatrader_rows_become_ticks(tmp_path: Path) -> None:
    assert ticks_of(tmp_path, HEADER, ROW) == [MarketTick("EURUSD", 1.14605, 1.14643, T0)]


def test_metatrader_empty_cell_is_unchanged(tmp_path: Path) -> None:
    bid_moves = "2019.01.01\t23:00:00.178\t1.14600\t\t\t\t2"
    ask_moves = "2019.01.01\t23:00:00.278\t\t1.14650\t\t\t4"
    quotes = [(tick.bid, tick.ask) for tick in ticks_of(tmp_path, HEADER, ROW, bid_moves, ask_moves)]
    assert quotes == [(1.14605, 1.14643), (1.146, 1.14643), (1.146, 1.1465)]


def test_metatrader_no_quote_before_both_sides_are_known_nor_for_a_trade(tmp_path: Path) -> None:
    bid_alone = "2019.01.01\t23:00:00.000\t1.14600\t\t\t\t2"
    trade = "2019.01.01\t23:00:00.100\t\t\t1.14610\t1\t24"
    assert [tick.time for tick in ticks_of(tmp_path, HEADER, bid_alone, ROW, trade)] == [T0]


def test_metatrader_columns_are_found_by_name(tmp_path: Path) -> None:
    lines = ("<DATE>\t<TIME>\t<ASK>\t<BID>", "2019.01.01\t23:00:00.078\t1.14643\t1.14605")
    assert ticks_of(tmp_path, *lines) == [MarketTick("EURUSD", 1.14605, 1.14643, T0)]


def test_crossed_quotes_are_read_as_they_are(tmp_path: Path) -> None:
    (tick,) = ticks_of(tmp_path, HEADER, "2019.01.01\t23:00:00.078\t1.2\t1.1\t\t\t6")
    assert tick.crossed


# HistData


def test_histdata_times_are_five_hours_behind_utc_in_winter_and_summer(tmp_path: Path) -> None:
    ticks = ticks_of(tmp_path, "20200101 170000065,1.12120,1.12150,0", "20200701 170000065,1.12121,1.12151,0")
    # 2020-01-01 22:00:00.065 and 2020-07-01 22:00:00.065 UTC
    assert [tick.time for tick in ticks] == [1_577_916_000_065, 1_593_640_800_065]
    assert (ticks[0].bid, ticks[0].ask, ticks[0].synthetic) == (1.1212, 1.1215, False)


# What the formats share


def test_gzip_is_seen_by_content_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "EURUSD.csv"
    path.write_bytes(gzip.compress(f"{HEADER}\r\n{ROW}\r\n".encode("utf-8-sig")))
    assert [tick.time for tick in read_ticks(path, "EURUSD")] == [T0]


def test_files_are_streamed(tmp_path: Path) -> None:
    path = written(tmp_path, "EURUSD.csv", HEADER, ROW, "broken")
    assert next(read_ticks(path, "EURUSD")).time == T0


@pytest.mark.parametrize(
    ("lines", "number", "what"),
    [
        ((HEADER, ROW, "2019.01.01\t23:00:01\tx\t1.1\t\t\t6"), 3, "bid 'x' is no price"),
        ((HEADER, "2019.01.01\t23:00:01\t1.1\t-1.1\t\t\t6"), 2, "ask '-1.1' is no price"),
        ((HEADER, "2019.01.01\t23:00:01\tnan\t1.1\t\t\t6"), 2, "bid 'nan' is no price"),
        ((HEADER, "2019.01.01\t23:00:01\t1.1\tinf\t\t\t6"), 2, "ask 'inf' is no price"),
        ((HEADER, ROW, "2019.13.01\t23:00:01\t1.1\t1.1\t\t\t6"), 3, "'2019-13-01T23:00:01' is no time"),
        ((HEADER, ROW, "2019.01.01\t23:00:01\t1.1"), 3, "3 cells where 7 belong"),
        ((HEADER, ROW, "", "2019.01.01\t23:00:00.000\t1.1\t1.2\t\t\t6"), 4, "78 ms before"),
        (("<DATE>\t<TIME>\t<BID>", ROW), 1, "no column <ASK>"),
        (("20200101 170000065,1.1,1.2,0", "20200101 1700000,1.1,1.2,0"), 2, "no time like"),
        (("20200101 170000065,1.1,1.2,0", "20200101 250000000,1.1,1.2,0"), 2, "is no time"),
        (("20200101 170000065,1.1,1.2",), 1, "3 cells where 4 belong"),
        (("hello",), 1, "neither MetaTrader's tick export nor HistData's: 'hello'"),
        ((BARS,), 1, "one-minute bars, not ticks"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, lines: tuple[str, ...], number: int, what: str) -> None:
    with pytest.raises(MarketFileError) as error:
        ticks_of(tmp_path, *lines)
    assert str(error.value).startswith(f"{tmp_path / 'EURUSD.csv'}, line {number}: ")
    assert what in str(error.value)
    assert "\n" not in str(error.value)


def test_equal_times_are_fine(tmp_path: Path) -> None:
    assert [tick.time for tick in ticks_of(tmp_path, HEADER, ROW, ROW)] == [T0, T0]


def test_an_empty_a_missing_and_a_damaged_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "EURUSD.csv").touch()
    with pytest.raises(MarketFileError, match=r"EURUSD\.csv: empty"):
        list(read_ticks(tmp_path / "EURUSD.csv", "EURUSD"))
    with pytest.raises(MarketFileError, match=r"gone\.csv: No such file"):
        list(read_ticks(tmp_path / "gone.csv", "EURUSD"))
    (tmp_path / "cut.gz").write_bytes(gzip.compress(f"{HEADER}\n{ROW}\n".encode())[:-12])
    with pytest.raises(MarketFileError, match=r"cut\.gz, after line \d+: damaged gzip"):
        list(read_ticks(tmp_path / "cut.gz", "EURUSD"))
    (tmp_path / "latin.csv").write_bytes(b"\xe9\xe9")
    with pytest.raises(MarketFileError, match=r"latin\.csv, after line 0: not UTF-8"):
        list(read_ticks(tmp_path / "latin.csv", "EURUSD"))


# Bars


def minute(clock: str, base: float) -> str:
    return f"2012-02-01 {clock}:00+00:00,{base:.4f},{base + 0.0004:.4f},{base - 0.0003:.4f},{base + 0.0001:.4f}"


def test_a_minute_is_four_synthetic_ticks(tmp_path: Path) -> None:
    bid = written(tmp_path, "GBPUSD_bid.csv", BARS, minute("00:00", 1.5))
    ask = written(tmp_path, "GBPUSD_ask.csv", BARS, minute("00:00", 1.6))
    begin = 1_328_054_400_000
    assert list(bar_market(bid, ask)) == [
        MarketTick("GBPUSD", 1.5, 1.6, begin, synthetic=True),
        MarketTick("GBPUSD", 1.5004, 1.6004, begin + 15_000, synthetic=True),
        MarketTick("GBPUSD", 1.4997, 1.5997, begin + 30_000, synthetic=True),
        MarketTick("GBPUSD", 1.5001, 1.6001, begin + 59_000, synthetic=True),
    ]


def test_minutes_are_matched_by_time(tmp_path: Path) -> None:
    bid = written(tmp_path, "b.csv", BARS, *(minute(clock, 1.5) for clock in ("00:00", "00:01", "00:03", "00:04")))
    ask = written(tmp_path, "a.csv", BARS, *(minute(clock, 1.6) for clock in ("00:01", "00:02", "00:03", "00:05")))
    minutes = [tick.time // 60_000 % 60 for tick in read_bars(bid, ask, "GBPUSD")]
    assert minutes == [1] * 4 + [3] * 4


def test_a_line_beyond_the_other_files_end_is_read_too(tmp_path: Path) -> None:
    bid = written(tmp_path, "b.csv", BARS, minute("00:00", 1.5), minute("00:01", 1.5), "broken")
    ask = written(tmp_path, "a.csv", BARS, minute("00:00", 1.6))
    with pytest.raises(MarketFileError, match=r"b\.csv, line 4: 1 cells"):
        list(read_bars(bid, ask, "GBPUSD"))


def test_no_minute_in_common_is_an_error(tmp_path: Path) -> None:
    bid = written(tmp_path, "b.csv", BARS, minute("00:00", 1.5))
    ask = written(tmp_path, "a.csv", BARS, minute("00:01", 1.6))
    with pytest.raises(MarketFileError, match=r"b\.csv and .*a\.csv: no minute is in both"):
        list(read_bars(bid, ask, "GBPUSD"))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((BARS, minute("00:01", 1.5), minute("00:01", 1.5)), "line 3: its minute is not after"),
        ((BARS, "2012-02-01 00:00:01+00:00,1,1,1,1"), "line 2: .* is not the beginning of a minute"),
        ((BARS, "2012-02-01 00:00:00+00:00,1,1,2,1"), "line 2: its high 1.0 is below its low 2.0"),
        ((BARS, "2012-02-01 00:00:00+00:00,1,1,1,0"), "line 2: close '0' is no price"),
        ((BARS, "2012-02-01 00:00:00+00:00,1,1,1"), "line 2: 4 cells where 5 belong"),
        (("time,open,high,low,close",), "line 1: one-minute bars begin with"),
        ((), "empty"),
    ],
)
def test_a_broken_minute_is_named(tmp_path: Path, lines: tuple[str, ...], message: str) -> None:
    bid = tmp_path / "b.csv"
    bid.write_text("\n".join(lines))
    ask = written(tmp_path, "a.csv", BARS, *(minute(f"00:0{number}", 1.6) for number in range(9)))
    with pytest.raises(MarketFileError, match=message):
        list(read_bars(bid, ask, "GBPUSD"))


# Names and several files


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("EURUSD_2019-01-01_ticks.csv.gz", "EURUSD"),
        ("DAT_ASCII_EURUSD_T_202001.csv", "EURUSD"),
        ("gbpjpy.csv", "GBPJPY"),
    ],
)
def test_symbol_from_the_name(name: str, symbol: str) -> None:
    assert symbol_of(Path(name)) == symbol


def test_a_name_without_a_symbol_is_an_error() -> None:
    with pytest.raises(MarketFileError, match="give the symbol"):
        symbol_of(Path("2020.csv"))


def test_bars_of_two_symbols_are_refused() -> None:
    with pytest.raises(MarketFileError, match="bid and ask of one symbol"):
        bar_market(Path("EURUSD_bid.csv"), Path("GBPUSD_ask.csv"))


def test_several_files_are_one_market_by_time(tmp_path: Path) -> None:
    later = written(tmp_path, "EURUSD_1.csv", "20200101 170000065,1.1,1.2,0", "20200101 170000067,1.1,1.2,0")
    earlier = written(tmp_path, "GBPUSD_1.csv", "20200101 170000064,1.3,1.4,0", "20200101 170000066,1.3,1.4,0")
    ticks = list(tick_market([later, earlier]))
    assert [(tick.symbol, tick.time % 100) for tick in ticks] == [
        ("GBPUSD", 64),
        ("EURUSD", 65),
        ("GBPUSD", 66),
        ("EURUSD", 67),
    ]
    assert {tick.symbol for tick in tick_market([later], "EURUSD.x")} == {"EURUSD.x"}


# Recorded data


@pytest.mark.data
def test_recorded_ticks_are_all_read(market_data: Path) -> None:
    ticks = list(tick_market([market_data / "EURUSD_2019-01-01_ticks.csv.gz"]))
    assert len(ticks) == 10_000
    assert ticks[0] == MarketTick("EURUSD", 1.14605, 1.14643, T0)
    assert ticks[-1] == MarketTick("EURUSD", 1.14531, 1.14535, 1_546_392_969_581)


@pytest.mark.data
def test_recorded_bars_are_all_read(market_data: Path) -> None:
    bid, ask = (market_data / f"GBPUSD_2012-02_M1_{side}.csv.gz" for side in ("bid", "ask"))
    ticks = list(bar_market(bid, ask))
    assert len(ticks) == 4 * 30_117
    assert all(tick.synthetic for tick in ticks)
    assert all(before.time < after.time for before, after in itertools.pairwise(ticks))


def test_default_specs_value_a_point_in_dollars() -> None:
    assert (default_spec("EURUSD", 1.1).tick_value, default_spec("EURUSD", 1.1).digits) == (1.0, 5)
    assert (default_spec("USDJPY", 125.0).tick_value, default_spec("USDJPY", 125.0).digits) == (0.8, 3)
    assert default_spec("EURGBP", 0.85).tick_value == 1.3
