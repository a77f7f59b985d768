"""Small markets to replay."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path

import attrs

from bitten.config import load, packaged
from bitten.paper.feed import Feed, made_up
from bitten.paper.market import MarketTick
from bitten.replay.engine import Replay
from bitten.replay.market import Market
from bitten.replay.market import load as load_market
from bitten.replay.summary import Summary
from bitten.rules.facts import Draft
from bitten.rules.risk import RiskSettings
from bitten.sections import Config

START = 1_709_535_600_000
"""Monday 2024-03-04 07:00 UTC."""
TICKS = 8_000
"""Of the sample market: some fifteen hours, in which a dozen signals are made."""


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def feed(seed: int, count: int, *symbols: str) -> Feed:
    """The first ticks of a made-up market."""
    endless = made_up(seed, symbols or ["EURUSD"], START)
    return attrs.evolve(endless, ticks=lambda: islice(endless.ticks(), count), past=lambda _: ())


@cache
def market(seed: int = 1, count: int = TICKS, *symbols: str) -> Market:
    """The same as columns."""
    return load_market(feed(seed, count, *symbols), silent)


def config() -> Config:
    """The default configuration, with a gate that lets pass what repeats itself."""
    return attrs.evolve(load(packaged()), risk=RiskSettings(like_fires=1_000, margin_level_pct=100.0))


def facts(played: Market, *, each_tick: bool, settings: Config | None = None) -> tuple[Summary, list[Draft]]:
    """All that a replay says."""
    drafts: list[Draft] = []
    run = Replay(settings or config(), played, "APEX", drafts.append, each_tick=each_tick)
    return run.run(silent), drafts


def export(path: Path, ticks: Iterator[MarketTick]) -> Path:
    """Ticks as MetaTrader exports them."""
    lines = ["<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\t<FLAGS>"]
    for tick in ticks:
        when = datetime.fromtimestamp(tick.time / 1000, UTC)
        stamp = f"{when:%Y.%m.%d\t%H:%M:%S}.{tick.time % 1000:03d}"
        lines.append(f"{stamp}\t{tick.bid:.5f}\t{tick.ask:.5f}\t\t\t6")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
