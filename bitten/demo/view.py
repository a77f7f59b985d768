"""The demo as a person sees it: the loop at work, and what came of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from bitten.demo.summary import Summary
from bitten.desk.show import sessions_table, stages_table
from bitten.wire.desk import HubStatus

Show = Callable[[HubStatus, float], None]
"""Shows a status, and how many seconds of the market have passed."""


@contextmanager
def live_view(console: Console, title: str, total_s: float) -> Iterator[Show]:
    """A view that is drawn anew with each status. Where there is no terminal it stays silent."""
    progress = Progress(TextColumn(title), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn())
    task = progress.add_task("", total=total_s)
    if not console.is_terminal:
        yield lambda _status, _passed: None
        return
    with Live(progress, console=console, refresh_per_second=8, transient=True) as live:

        def show(status: HubStatus, passed: float) -> None:
            progress.update(task, completed=min(passed, total_s))
            live.update(Group(progress, sessions_table(status), stages_table(status)))

        yield show


def print_summary(console: Console, summary: Summary) -> None:
    """The end of a demo, for a person."""
    table = Table(title=f"{summary.seconds:g} s, {summary.active_users} EAs", title_justify="left", show_header=False)
    table.add_column(justify="right", style="bold")
    table.add_column()
    bars = ", ".join(f"{count} {frame}" for frame, count in summary.bars.items() if count)
    table.add_row(f"{summary.ticks:,}", f"ticks received, into bars: {bars or 'none'}")
    table.add_row(str(summary.signals), f"signals; verdicts: {_counts(summary.verdicts)}")
    table.add_row(
        str(summary.fires), f"fires; outcomes: {_counts(summary.confirmations)}; {summary.unconfirmed} unknown"
    )
    table.add_row(str(sum(summary.denied.values())), f"denied: {_counts(summary.denied)}")
    table.add_row(str(summary.closed), f"closings; {summary.open} positions still open")
    table.add_row(f"{summary.profit:+,.2f}", "realised")
    table.add_row(str(sum(summary.xp.values())), f"XP: {_counts(summary.xp)}")
    console.print(table)
    console.print(_verdict(summary))


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none"


def _verdict(summary: Summary) -> Text:
    if summary.lost or summary.duplicated:
        return Text(f"{summary.lost} lost, {summary.duplicated} made twice: the books disagree", style="bold red")
    return Text("Nothing lost, nothing made twice: the brokers' books and the journal agree.", style="bold green")
