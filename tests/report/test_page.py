"""The page: which sections it has, that nothing in it becomes markup, and how it looks to a browser."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import attrs
import pytest
from plotly.offline import get_plotlyjs

from bitten.replay.bars import candles_of
from bitten.report.gathering import Gathering
from bitten.report.page import page
from tests.replay.samples import market
from tests.report.samples import TICKS, entries

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOSTILE = "</script><img src=x onerror=alert(1)>&<b>"


@cache
def whole() -> str:
    """The page of a replay."""
    return page("BITTEN replay", "About it.", Gathering.of(entries()), candles_of(market(1, TICKS)))


def without_library(text: str) -> str:
    """What is the page's own."""
    return text.replace(get_plotlyjs(), "")


def test_a_run_has_all_its_sections() -> None:
    titles = re.findall(r"<h2 id=\"([^\"]+)\"", whole())
    assert titles == [
        *("equity", "market-of-EURUSD", "trades", "costs", "verdicts", "calibration", "xp"),
    ]


def test_each_trade_stands_in_the_table_with_its_place_in_the_market() -> None:
    own, trades = without_library(whole()), Gathering.of(entries()).trades
    assert own.count("<tr data-symbol=") == len(trades)
    assert all(trade.pattern in own for trade in trades.values())


def test_it_needs_no_network() -> None:
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", without_library(whole()))


def test_what_was_not_traded_is_not_judged() -> None:
    empty = without_library(page("BITTEN report", "About it.", Gathering(), {}))
    assert "Nothing was traded: there is nothing to judge." in empty
    assert "<h2" not in empty


def test_few_trades_are_said_to_be_few_and_a_missing_tape_is_named() -> None:
    gathered = Gathering.of(entries())
    some = dict(list(gathered.trades.items())[:1])
    told = without_library(page("BITTEN report", "", attrs.evolve(gathered, trades=some), {}))
    assert "1 closed trade is too few to judge anything by" in told
    assert "No tape is beside this journal" in told


def test_what_a_peer_is_called_stays_text() -> None:
    gathered = Gathering.of(entries(HOSTILE))
    own = without_library(page("BITTEN report", f"Of {HOSTILE}.", gathered, candles_of(market(1, TICKS))))
    assert "<img" not in own
    assert "&lt;/script&gt;&lt;img" in own


@pytest.mark.process
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium opens the page; none is installed")
@pytest.mark.parametrize("width", [1280, 500])
def test_a_browser_draws_every_chart_and_complains_of_nothing(tmp_path: Path, width: int) -> None:
    file = tmp_path / "report.html"
    file.write_text(whole().replace("</body>", MEASURE + "</body>"), encoding="utf-8")
    assert CHROMIUM is not None
    options = (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        "--virtual-time-budget=9000",
    )
    command = [CHROMIUM, *options, f"--user-data-dir={tmp_path}/profile", f"--window-size={width},900", "--dump-dom"]
    seen = subprocess.run([*command, file.as_uri()], capture_output=True, text=True, check=True, timeout=60)
    assert [line for line in seen.stderr.splitlines() if ":CONSOLE" in line] == []
    charts = len(re.findall(r"class=\"[^\"]*plotly-graph-div", whole()))
    assert charts >= 8
    # plotly draws two layers a chart; a candle, a bar or a line is a path in one.
    assert seen.stdout.count('class="main-svg"') >= charts
    assert f'data-drawn="{charts}"' in seen.stdout
    assert 'data-too-wide="false"' in seen.stdout


MEASURE = """<script>
addEventListener("load", () => setTimeout(() => {
  const charts = [...document.querySelectorAll(".plotly-graph-div")];
  document.body.dataset.drawn = charts.filter((each) => each.querySelector(".trace path")).length;
  document.body.dataset.tooWide = document.documentElement.scrollWidth > innerWidth;
}, 3000));
</script>"""
