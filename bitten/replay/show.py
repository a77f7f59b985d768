"""A replay's summary for people."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table

from bitten.replay.again import Comparison
from bitten.replay.calibrate import Calibrated
from bitten.replay.summary import Summary
from bitten.rules.venom.calibration import BAND
from bitten.units import utc


def show(console: Console, summary: Summary) -> None:
    """Print it."""
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in _lines(summary):
        table.add_row(name, value)
    console.print(table)


def show_comparison(console: Console, found: Comparison) -> None:
    """Print what going through a recorded run again came to."""
    starts = f"{found.starts} start{'' if found.starts == 1 else 's'} of the hub, {found.ticks:,} ticks"
    compared = f"{found.signals} signals, {found.verdicts} verdicts, {found.decisions} decisions of the gate"
    compared += f", {found.steps} of position care"
    console.print(f"{starts}: {compared} gone through again", highlight=False)
    if found.dropped:
        console.print(f"{found.dropped:,} records are missing on the tape: what comes after them may differ")
    if found.not_on_tape:
        console.print(f"{found.not_on_tape} signals of the journal are on no tape")
    if found.first:
        console.print(f"{found.differences} differences; the first: {found.first}", markup=False, highlight=False)
    else:
        console.print("all decided as they were then")


def show_calibration(console: Console, found: Calibrated) -> None:
    """Print hit rates by pattern and band."""
    console.print(f"{found.market}, {utc(found.begin)} to {utc(found.end)} UTC", highlight=False)
    costs = f"slippage: {found.models.slippage}; commission: {found.models.commission}"
    console.print(f"{found.signals} signals, {found.unfinished} without an end; {costs}", highlight=False)
    table = Table(box=None, pad_edge=False)
    for name in ("pattern", "score", "n", "hit rate", "95 %", "mean R", "walk forward"):
        table.add_column(name, justify="left" if name == "pattern" else "right", no_wrap=True)
    for row in found.rows:
        rate = row.hit_rate
        interval = f"{rate.lower:.0%} to {rate.upper:.0%}"
        forward = f"{row.forward_hits} of {row.forward_n} ({row.forward_expected:g})" if row.forward_n else "-"
        scores = f"{row.band}-{row.band + BAND}"
        table.add_row(row.pattern, scores, str(rate.n), f"{rate.rate:.0%}", interval, f"{rate.mean_r:+.2f}", forward)
    console.print(table)
    console.print("walk forward: hits of later signals (and how many earlier ones made expect)")
    console.print(f"bands of fewer than {found.least_n} say nothing: their signals are uncalibrated", highlight=False)


def _lines(summary: Summary) -> Iterator[tuple[str, str]]:
    models = summary.models
    yield "market", f"{summary.market}, {utc(summary.begin)} to {utc(summary.end)} UTC"
    yield "ticks", f"{summary.ticks:,}; bars {_counts(summary.bars)}"
    yield "spread", models.spread
    yield "slippage", models.slippage
    yield "commission", models.commission
    yield "account", f"{models.account}, tier {summary.tier}"
    yield "signals", _counts(summary.signals)
    yield "verdicts", _counts(summary.verdicts)
    yield "denied", _counts(summary.denied)
    yield "fires", f"{summary.fires}, {summary.open} of them open at the end"
    yield "care", _counts(summary.care)
    yield "trades", _trades(summary)
    yield "money", f"{summary.profit:+.2f} realised, balance {summary.balance:.2f}, equity {summary.equity:.2f}"
    yield "XP", str(summary.xp)
    for pattern, error in summary.benched.items():
        yield "benched", f"{pattern}: {error}"


def _trades(summary: Summary) -> str:
    if summary.mean_r is None:
        return "none"
    return f"{summary.trades}, {summary.won} won, {summary.mean_r:+.3f} R each on average, costs included"


def _counts(counts: dict[str, int]) -> str:
    return _listed(f"{name} {count}" for name, count in counts.items()) or "none"


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)
